package org.expunge.unlearning.certified;

/** Which linear classifier. */
public enum HeadKind {
    /** A logistic regression of each class against the others; one alone where there are two classes. */
    ONE_VS_REST,
    /** Multinomial logistic regression. */
    SOFTMAX;

    HeadLoss loss(int classes) {
        return this == SOFTMAX ? new SoftmaxHeadLoss(classes) : new LogisticHeadLoss(classes);
    }
}

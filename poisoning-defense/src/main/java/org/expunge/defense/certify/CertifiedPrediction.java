package org.expunge.defense.certify;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * A prediction and how many changes of the training rows it survives.
 *
 * @param label the class
 * @param radius the largest number of changes that leave the class as it is; {@link #ABSTAINS} if not even the class
 *     without any change is proven
 */
public record CertifiedPrediction(int label, int radius) {
    /** The radius of a prediction that nothing is proven of. */
    public static final int ABSTAINS = -1;

    /** Checks the ranges. */
    public CertifiedPrediction {
        checkArgument(label >= 0, "label must be 0 or more, got %s", label);
        checkArgument(radius >= ABSTAINS, "radius must be -1 or more, got %s", radius);
    }
}

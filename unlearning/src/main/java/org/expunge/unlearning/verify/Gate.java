package org.expunge.unlearning.verify;

import java.util.List;
import org.expunge.influence.data.Dataset;

/** One question to the evidence. */
interface Gate {
    /**
     * What gates look at.
     *
     * @param before the model before
     * @param after the model after
     * @param retrained retrained models, possibly none
     * @param forget F, for its classes
     * @param retain R, for its classes
     * @param test T, for its classes
     * @param options the limits
     */
    record Evidence(
            Measured before,
            Measured after,
            List<Measured> retrained,
            Dataset forget,
            Dataset retain,
            Dataset test,
            Verifier.Options options) {}

    /** Returns whether a pass says that rows were forgotten, not only that nothing was harmed. */
    boolean isAboutForgetting();

    GateResult judge(Evidence evidence);
}

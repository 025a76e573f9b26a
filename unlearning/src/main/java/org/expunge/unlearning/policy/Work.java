package org.expunge.unlearning.policy;

import org.expunge.unlearning.Cost;

/**
 * What a removal costs in forward passes of one row, counted and not timed, so that the same request takes the same way
 * on every machine.
 */
final class Work {
    /** Forward, backward to the activations and to the parameters. */
    private static final long TRAINED = 3;

    /** The same, and forward along a tangent. */
    private static final long PRODUCT = 4;

    private Work() {}

    static long of(Cost cost) {
        return TRAINED * cost.trainedRows() + PRODUCT * cost.productRows() + cost.evaluatedRows();
    }
}

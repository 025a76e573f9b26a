package org.expunge.unlearning;

/**
 * What a removal cost.
 *
 * @param seconds wall time
 * @param trainedRows rows taken forward and backward, repetitions counted: training steps and gradients
 * @param productRows rows taken forward, along a tangent and backward: curvature products
 * @param evaluatedRows rows taken forward alone
 */
public record Cost(double seconds, long trainedRows, long productRows, long evaluatedRows) {
    /** Nothing was done. */
    public static final Cost NONE = new Cost(0, 0, 0, 0);
}

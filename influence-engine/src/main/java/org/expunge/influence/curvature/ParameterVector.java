package org.expunge.influence.curvature;

import java.util.Arrays;

/** A vector of {@code p} numbers in a network's flat parameter order. Immutable: copied on the way in and out. */
public final class ParameterVector {
    private final double[] values;

    private ParameterVector(double[] values) {
        this.values = values;
    }

    /** Copies numbers into a vector. */
    public static ParameterVector of(double... values) {
        return new ParameterVector(values.clone());
    }

    /** Returns how many numbers there are. */
    public int length() {
        return values.length;
    }

    /** Returns a copy of the numbers. */
    public double[] toArray() {
        return values.clone();
    }

    /** Returns the Euclidean norm. */
    public double norm() {
        double sum = 0;
        for (double value : values) {
            sum += value * value;
        }
        return Math.sqrt(sum);
    }

    /** Returns a power of two such that the largest entry, divided by it, lies in [1, 2); dividing is then exact. */
    public static double powerOfTwoNear(double[] x) {
        double largest = 0;
        for (double value : x) {
            largest = Math.max(largest, Math.abs(value));
        }
        boolean isUsable = largest >= Double.MIN_NORMAL && Double.isFinite(largest);
        return isUsable ? Math.scalb(1.0, Math.getExponent(largest)) : 1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ParameterVector that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "ParameterVector of length " + values.length + " and norm " + norm();
    }
}

package org.expunge.unlearning.method.dampening;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The ratios {@code I_F / I_D} of a model and what is done where they are high. A parameter that matters to no row at
 * all has the ratio 0.
 */
final class Dampening {
    private final double[] ratios;
    private final double[] sorted;

    Dampening(double[] onForget, double[] onAll) {
        this.ratios = IntStream.range(0, onForget.length)
                .mapToDouble(i -> onAll[i] > 0 ? onForget[i] / onAll[i] : 0)
                .toArray();
        this.sorted = ratios.clone();
        Arrays.sort(sorted);
    }

    /**
     * Returns the ratio that a share of the parameters do not exceed.
     *
     * @param quantile that share, in [0, 1]; at 1 the highest ratio
     */
    double threshold(double quantile) {
        int rank = (int) Math.ceil(quantile * sorted.length);
        return rank == 0 ? 0 : sorted[rank - 1];
    }

    /** Returns how many parameters have a ratio above a threshold. */
    int selected(double threshold) {
        return (int) Arrays.stream(ratios).filter(ratio -> ratio > threshold).count();
    }

    /**
     * Returns {@code θ · min(λ I_D / I_F, 1)} where the ratio is above a threshold, and {@code θ} elsewhere.
     *
     * @param strength λ, above 0
     */
    double[] applied(double[] parameters, double threshold, double strength) {
        double[] dampened = parameters.clone();
        for (int i = 0; i < dampened.length; i++) {
            if (ratios[i] > threshold) {
                dampened[i] *= Math.min(strength / ratios[i], 1);
            }
        }
        return dampened;
    }
}

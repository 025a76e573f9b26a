package org.expunge.influence.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.retraining.SubsetOutputs;

/**
 * How high an LDS can get: the seeds of retrainings make measured losses noisy, and a perfect score correlates with
 * them no better than the noiseless losses do.
 *
 * <p>Two halves of the seeds correlate by {@code ρ}, the mean over queries of the Spearman correlation over subsets; by
 * the formula of Spearman and Brown the mean over all R seeds has reliability {@code ρ_R = k ρ / (1 + (k − 1) ρ)} with
 * {@code k} the number of halves' sizes in R; the ceiling is {@code √ρ_R}.
 *
 * <p><b>Accuracy.</b> First order: it takes ranks for numbers. A negative ρ counts 0.
 *
 * <p><b>Source.</b> C. Spearman, "Correlation Calculated from Faulty Data", British J. Psychology 3(3), 1910; W. Brown,
 * the same issue.
 *
 * @param halfCorrelation ρ
 * @param reliability ρ_R
 * @param ceiling {@code √ρ_R}
 */
public record NoiseCeiling(double halfCorrelation, double reliability, double ceiling) {
    /** Splits of the seeds into halves that are averaged over. */
    private static final int SPLITS = 20;

    /**
     * Takes it from retrainings with fresh seeds.
     *
     * @param outputs at least 2 repetitions of at least 2 subsets
     */
    public static NoiseCeiling of(SubsetOutputs outputs) {
        int repetitions = outputs.repetitions();
        checkArgument(repetitions >= 2, "a noise ceiling needs at least 2 seeds a subset, got %s", repetitions);
        double[][][] values = outputs.values();
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, repetitions).boxed().toList());
        Random random = new Random(0);
        int half = repetitions / 2;
        double sum = 0;
        for (int split = 0; split < SPLITS; split++) {
            Collections.shuffle(order, random);
            sum += meanSpearman(means(values, order.subList(0, half)), means(values, order.subList(half, 2 * half)));
        }
        return ofCorrelation(sum / SPLITS, repetitions / (double) half);
    }

    /**
     * Takes it from the means of two equal halves of the seeds.
     *
     * @param first s × m
     * @param second s × m
     */
    public static NoiseCeiling ofHalves(double[][] first, double[][] second) {
        checkArgument(first.length == second.length, "%s subsets against %s", first.length, second.length);
        return ofCorrelation(meanSpearman(first, second), 2);
    }

    private static NoiseCeiling ofCorrelation(double correlation, double halves) {
        double rho = Math.max(0, correlation);
        double reliability = halves * rho / (1 + (halves - 1) * rho);
        return new NoiseCeiling(correlation, reliability, Math.sqrt(reliability));
    }

    private static double[][] means(double[][][] values, List<Integer> repetitions) {
        double[][] means = new double[values.length][values[0][0].length];
        for (int s = 0; s < means.length; s++) {
            for (int r : repetitions) {
                for (int q = 0; q < means[s].length; q++) {
                    means[s][q] += values[s][r][q] / repetitions.size();
                }
            }
        }
        return means;
    }

    private static double meanSpearman(double[][] first, double[][] second) {
        return IntStream.range(0, first[0].length)
                .mapToDouble(q -> RankMetrics.spearman(column(first, q), column(second, q)))
                .map(correlation -> Double.isNaN(correlation) ? 0 : correlation)
                .average()
                .orElseThrow();
    }

    private static double[] column(double[][] table, int column) {
        return Arrays.stream(table).mapToDouble(row -> row[column]).toArray();
    }
}

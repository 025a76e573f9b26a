package org.expunge.defense.trace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Tests whether a part of the inputs that are taken for a class share training rows on which held-out rows of that
 * class do not rest, by all affinities.
 *
 * <p>One half of the inputs names the rows, beside one half of the held-out rows, and those of it that rest on them
 * most name them once more; the other halves are compared by how much they rest on them. Then the halves change places.
 * Rows that are named by chance mean nothing to those who did not name them, so that the excess of inputs is small
 * unless something is shared. No input's own tail need be heavy: where a trigger is on a fifth of the rows of a class
 * none is. Halves are drawn several times, and the mean excess is judged by {@link ExchangeTest}.
 *
 * <p><b>Cost.</b> {@code draws} times 32 contrasts over tables that are already there, fewer where nothing is found.
 *
 * <p><b>Source.</b> The excess is that of {@link Excess}; D. Cox, "A note on data-splitting for the evaluation of
 * significance levels", Biometrika 62(2), 1975, splits so. The statistic is ours.
 */
final class SharedRowsTest {
    /** Draws of halves: with 4 the mean varies little, with 1 an attack is missed by the luck of them. */
    private static final int HALVINGS = 4;

    private final LabelEvidence evidence;
    private final int leastMembers;

    /**
     * Makes the test.
     *
     * @param evidence of the class
     * @param leastMembers inputs or held-out rows in a half below which nothing is tested, at least 1
     */
    SharedRowsTest(LabelEvidence evidence, int leastMembers) {
        this.evidence = evidence;
        this.leastMembers = leastMembers;
    }

    /**
     * Tests.
     *
     * @param draws most random exchanges, at least 1
     * @param seed decides them and the halves
     * @return the p-value; 1 where nothing is tested
     */
    double pValue(int draws, long seed) {
        Random halves = new Random(~seed);
        return ExchangeTest.pValue(evidence.all(), order -> excess(order, halves), draws, seed);
    }

    /** Takes the first of an order for inputs and the others for held-out rows. */
    private double excess(int[] order, Random random) {
        List<double[]> judged = judged(order, random);
        int[] inputs = Arrays.copyOf(order, evidence.inputs());
        int[] usual = Arrays.copyOfRange(order, inputs.length, order.length);
        return judged.isEmpty()
                ? Double.NEGATIVE_INFINITY
                : judged.stream()
                        .mapToDouble(resting -> Excess.largest(
                                        resting, inputs, usual, leastMembers, Excess.Measure.LIKELIHOOD)
                                .value())
                        .sum();
    }

    /**
     * Says how much each input and held-out row rests on the rows that halves without it name.
     *
     * @param order of all positions, of which the first stand for inputs
     * @param random draws halves
     * @return for each draw of halves a number for each position; empty where nothing is tested
     */
    List<double[]> judged(int[] order, Random random) {
        int[] inputs = Arrays.copyOf(order, evidence.inputs());
        int[] usual = Arrays.copyOfRange(order, inputs.length, order.length);
        if (inputs.length / 2 < leastMembers || usual.length / 2 < leastMembers) {
            return List.of();
        }
        List<double[]> judged = new ArrayList<>();
        for (int halving = 0; halving < HALVINGS; halving++) {
            ExchangeTest.shuffle(inputs, random);
            ExchangeTest.shuffle(usual, random);
            judged.add(judged(inputs, usual));
        }
        return judged;
    }

    /** Judges by rows that the even positions name for the odd ones, and the other way round. */
    private double[] judged(int[] inputs, int[] usual) {
        double[] resting = new double[evidence.all()];
        for (int parity = 0; parity < 2; parity++) {
            double[] judged = evidence.restingOn(
                    named(LabelEvidence.everySecond(inputs, parity), LabelEvidence.everySecond(usual, parity)), usual);
            for (int q : LabelEvidence.everySecond(inputs, 1 - parity)) {
                resting[q] = judged[q];
            }
            for (int q : LabelEvidence.everySecond(usual, 1 - parity)) {
                resting[q] = judged[q];
            }
        }
        return resting;
    }

    /** Names rows by all of some inputs, then by those of them among which the excess is. */
    private int[] named(int[] inputs, int[] usual) {
        int[] rows = evidence.named(inputs, usual);
        Excess excess =
                Excess.largest(evidence.restingOn(rows, usual), inputs, usual, leastMembers, Excess.Measure.LIKELIHOOD);
        return excess.among().isEmpty() ? rows : evidence.named(RunnerUpClusters.toArray(excess.among()), usual);
    }
}

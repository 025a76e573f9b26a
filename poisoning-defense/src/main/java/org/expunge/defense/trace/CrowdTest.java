package org.expunge.defense.trace;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Tests whether a part of the inputs that are taken for a class crowds around training rows that held-out rows of that
 * class keep away from, by their features alone.
 *
 * <p>All inputs name the rows, so that nothing is asked of single ones: under an attack whose rows are as many as those
 * with a usual word, or whose triggers are weak in training, no input's tail is heavy, and yet inputs hold more of them
 * than held-out rows do. The statistic is the largest excess of inputs, in standard deviations, among those nearest to
 * the rows: an attack on a few of many inputs stands out there and not in their sum. It is judged by
 * {@link ExchangeTest}.
 *
 * <p><b>Cost.</b> {@code draws} contrasts of one table that is already there, fewer where nothing is found.
 *
 * <p><b>Source.</b> The largest standardised excess over all cuts: D. Donoho, J. Jin, "Higher criticism for detecting
 * sparse heterogeneous mixtures", Annals of Statistics 32(3), 2004. Its use here is ours.
 */
final class CrowdTest {
    private final LabelEvidence evidence;
    private final int leastMembers;

    /**
     * Makes the test.
     *
     * @param evidence of the class, by nearness alone
     * @param leastMembers inputs below which there is no crowd
     */
    CrowdTest(LabelEvidence evidence, int leastMembers) {
        this.evidence = evidence;
        this.leastMembers = leastMembers;
    }

    /**
     * Tests.
     *
     * @param draws most random exchanges, at least 1
     * @param seed decides them
     * @return the p-value; 1 where nothing is tested
     */
    double pValue(int draws, long seed) {
        return ExchangeTest.pValue(
                evidence.all(),
                order -> {
                    int[] inputs = Arrays.copyOf(order, evidence.inputs());
                    int[] usual = Arrays.copyOfRange(order, inputs.length, order.length);
                    Arrays.sort(inputs);
                    return excess(inputs, inputs, usual).value();
                },
                draws,
                seed);
    }

    /**
     * Returns the inputs of the crowd; they name the rows once more, so that inputs beside it no longer do.
     *
     * @return positions among the inputs, nearest first; empty where they are too few
     */
    List<Integer> members() {
        int[] inputs = IntStream.range(0, evidence.inputs()).toArray();
        int[] usual = IntStream.range(inputs.length, evidence.all()).toArray();
        List<Integer> crowd = excess(inputs, inputs, usual).among();
        List<Integer> again = crowd.size() < leastMembers
                ? crowd
                : excess(RunnerUpClusters.toArray(crowd), inputs, usual).among();
        return again.size() < leastMembers ? List.of() : again;
    }

    private Excess excess(int[] members, int[] inputs, int[] usual) {
        return inputs.length < leastMembers || usual.length < leastMembers
                ? Excess.NONE
                : Excess.largest(
                        evidence.resting(members, usual), inputs, usual, leastMembers, Excess.Measure.STANDARDISED);
    }
}

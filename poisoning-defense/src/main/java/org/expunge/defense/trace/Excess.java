package org.expunge.defense.trace;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where inputs outnumber held-out rows most among those of both that rest on some rows most.
 *
 * @param value how much, by a {@link Measure}, 0 where there is none; negative infinity where nothing can be said
 * @param among the inputs there, as positions, those that rest on the rows most first
 */
record Excess(double value, List<Integer> among) {
    /** An excess is looked for among at most this share, as a crowd of most inputs is none. */
    private static final double MOST = 0.5;

    static final Excess NONE = new Excess(Double.NEGATIVE_INFINITY, List.of());

    /** Says how much an excess is. */
    @FunctionalInterface
    interface Measure {
        /** In standard deviations: D. Donoho, J. Jin, Annals of Statistics 32(3), 2004. */
        Measure STANDARDISED =
                (found, among, share) -> (found - among * share) / Math.sqrt(among * share * (1 - share));

        /**
         * By the log likelihood ratio, of which an excess is worth no more among few than it is there, where deviations
         * are skewed: R. Berk, D. Jones, "Goodness-of-fit test statistics that dominate the Kolmogorov statistics",
         * Zeitschrift fuer Wahrscheinlichkeitstheorie 47, 1979.
         */
        Measure LIKELIHOOD = (found, among, share) -> {
            double part = found / (double) among;
            double rest = 1 - part;
            return part <= share
                    ? 0
                    : among * (part * Math.log(part / share) + (rest > 0 ? rest * Math.log(rest / (1 - share)) : 0));
        };

        /**
         * Measures.
         *
         * @param found inputs among those that rest on the rows most, at least 0
         * @param among how many of both these are, at least 1
         * @param share of inputs among all of both, in (0, 1)
         */
        double of(int found, int among, double share);
    }

    /**
     * Looks for the largest excess, between positions that do not rest on the rows alike: those that do are all in or
     * all out, so that their order means nothing.
     *
     * @param resting of any positions, larger where one rests on the rows more
     * @param inputs positions of inputs
     * @param usual positions of held-out rows
     * @param least inputs or held-out rows below which nothing can be said, and the least among which is counted
     * @param measure of the excess
     */
    static Excess largest(double[] resting, int[] inputs, int[] usual, int least, Measure measure) {
        if (inputs.length < least || usual.length < least) {
            return NONE;
        }
        boolean[] isInput = new boolean[resting.length];
        Arrays.stream(inputs).forEach(q -> isInput[q] = true);
        List<Integer> descending = IntStream.concat(Arrays.stream(inputs), Arrays.stream(usual))
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(q -> -resting[q]).thenComparingInt(q -> q))
                .toList();
        int all = descending.size();
        double share = inputs.length / (double) all;
        double best = 0;
        int cut = 0;
        int found = 0;
        for (int k = 1; k <= MOST * all; k++) {
            found += isInput[descending.get(k - 1)] ? 1 : 0;
            boolean isCut = resting[descending.get(k - 1)] > resting[descending.get(k)];
            double value = measure.of(found, k, share);
            if (isCut && k >= least && value > best) {
                best = value;
                cut = k;
            }
        }
        return new Excess(
                best,
                descending.subList(0, cut).stream().filter(q -> isInput[q]).toList());
    }
}

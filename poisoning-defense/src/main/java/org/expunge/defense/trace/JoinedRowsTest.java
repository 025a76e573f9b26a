package org.expunge.defense.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Tests whether inputs of several classes share training rows on which held-out rows of their class do not rest: each
 * class its own rows, as under an attack that turns each class into another.
 *
 * <p>In each class inputs and held-out rows are judged by rows that halves without them name, as in
 * {@link SharedRowsTest}; the mean over draws of halves is in units of the held-out rows of the class, so that all
 * classes are laid on one scale. The statistic is the largest excess of inputs there, judged by {@link ExchangeTest}
 * with exchanges within each class. A class in which two inputs stand out says nothing by itself; ten of them do.
 *
 * <p><b>Cost.</b> {@code draws} times 16 contrasts for each class, fewer where nothing is found.
 *
 * <p><b>Source.</b> Ours; pooling after alignment within blocks is that of J. Hodges, E. Lehmann, "Rank methods for
 * combination of independent experiments in analysis of variance", Annals of Mathematical Statistics 33(2), 1962.
 */
final class JoinedRowsTest {
    private final List<LabelEvidence> classes;
    private final int leastMembers;

    /**
     * Makes the test.
     *
     * @param classes the evidence of each class
     * @param leastMembers inputs or held-out rows in a half below which a class is left out, at least 1
     */
    JoinedRowsTest(List<LabelEvidence> classes, int leastMembers) {
        this.classes = List.copyOf(classes);
        this.leastMembers = leastMembers;
    }

    /** One input or held-out row of one class. */
    private record Judged(int of, int position, double resting, boolean isInput) {}

    /**
     * Tests.
     *
     * @param draws most random exchanges, at least 1
     * @param seed decides them and the halves
     * @return the p-value; 1 where fewer than two classes can be tested
     */
    double pValue(int draws, long seed) {
        Random halves = new Random(~seed);
        int[] sizes = classes.stream().mapToInt(LabelEvidence::all).toArray();
        return ExchangeTest.pValue(
                sizes,
                orders -> excess(judged(orders, halves), Excess.Measure.LIKELIHOOD)
                        .value(),
                draws,
                seed);
    }

    /**
     * Returns the inputs among which the excess in standard deviations is largest: that takes in more than the
     * likelihood does, so that classes with few of them are not left out. Retraining says whether it was too many.
     *
     * @param seed decides the halves
     * @return for each class positions among its inputs, those that rest on its rows most first; empty for most classes
     *     where nothing is shared
     */
    List<List<Integer>> members(long seed) {
        List<Judged> judged = judged(
                classes.stream()
                        .map(evidence -> IntStream.range(0, evidence.all()).toArray())
                        .toList(),
                new Random(~seed));
        TreeMap<Integer, List<Integer>> members = excess(judged, Excess.Measure.STANDARDISED).among().stream()
                .map(judged::get)
                .collect(Collectors.groupingBy(
                        Judged::of, TreeMap::new, Collectors.mapping(Judged::position, Collectors.toList())));
        return IntStream.range(0, classes.size())
                .mapToObj(of -> members.getOrDefault(of, List.of()))
                .toList();
    }

    /** Judges all classes; empty where fewer than two can be. */
    private List<Judged> judged(List<int[]> orders, Random halves) {
        List<Judged> all = new ArrayList<>();
        int tested = 0;
        for (int of = 0; of < classes.size(); of++) {
            int[] order = orders.get(of);
            List<double[]> draws = new SharedRowsTest(classes.get(of), leastMembers).judged(order, halves);
            for (int place = 0; place < (draws.isEmpty() ? 0 : order.length); place++) {
                int position = order[place];
                double mean = draws.stream()
                        .mapToDouble(resting -> resting[position])
                        .average()
                        .orElseThrow();
                all.add(new Judged(of, position, mean, place < classes.get(of).inputs()));
            }
            tested += draws.isEmpty() ? 0 : 1;
        }
        return tested < 2 ? List.of() : all;
    }

    private Excess excess(List<Judged> judged, Excess.Measure measure) {
        double[] resting = judged.stream().mapToDouble(Judged::resting).toArray();
        return Excess.largest(resting, places(judged, true), places(judged, false), leastMembers, measure);
    }

    private static int[] places(List<Judged> judged, boolean inputs) {
        return IntStream.range(0, judged.size())
                .filter(place -> judged.get(place).isInput() == inputs)
                .toArray();
    }
}

package org.expunge.defense.trace;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Tests whether inputs that are taken for a class share training rows on which held-out rows of that class do not rest.
 *
 * <p>The inputs with the heaviest tails name the rows; the statistic is how often an input rests on them more than a
 * held-out row does. As the rows are named with regard to the inputs, it is compared with what comes of the same
 * procedure when inputs and held-out rows change places at random. It sees attacks whose single inputs hardly stand
 * out, such as those from many classes at once. It is judged by {@link ExchangeTest}.
 *
 * <p><b>Cost.</b> {@code draws} traces over tables that are already there, fewer where nothing is found.
 *
 * <p><b>Source.</b> Rank sums: F. Wilcoxon, Biometrics Bulletin 1(6), 1945. The statistic is ours.
 */
public final class SharedRowsTest {
    /** Share of inputs and held-out rows that have a heavy tail. */
    private static final double HEAVY = 0.2;

    private SharedRowsTest() {}

    /**
     * Tests.
     *
     * @param evidence of the class
     * @param leastMembers inputs with heavy tails below which nothing is tested
     * @param draws most random exchanges, at least 1
     * @param seed decides them
     * @return the p-value; 1 where nothing is tested
     */
    public static double pValue(LabelEvidence evidence, int leastMembers, int draws, long seed) {
        boolean[] heavy = heavy(evidence);
        return evidence.inputs() == evidence.all()
                ? 1
                : ExchangeTest.pValue(
                        evidence.all(), order -> statistic(evidence, order, heavy, leastMembers), draws, seed);
    }

    /** Marks inputs, then held-out rows, with the heaviest tails. */
    static boolean[] heavy(LabelEvidence evidence) {
        double[] heaviness = evidence.heaviness();
        boolean[] heavy = new boolean[heaviness.length];
        IntStream.range(0, heavy.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(q -> -heaviness[q]).thenComparingInt(q -> q))
                .limit(Math.round(HEAVY * heavy.length))
                .forEach(q -> heavy[q] = true);
        return heavy;
    }

    /** Takes the first of an order for inputs and the others for held-out rows. */
    private static double statistic(LabelEvidence evidence, int[] order, boolean[] heavy, int leastMembers) {
        int inputs = evidence.inputs();
        int[] members = Arrays.stream(order)
                .limit(inputs)
                .filter(q -> heavy[q])
                .sorted()
                .toArray();
        if (members.length < leastMembers) {
            return Double.NEGATIVE_INFINITY;
        }
        int[] usual = Arrays.copyOfRange(order, inputs, order.length);
        double[] resting = evidence.resting(members, usual);
        boolean[] isInput = new boolean[order.length];
        Arrays.stream(order).limit(inputs).forEach(q -> isInput[q] = true);
        int[] ascending = IntStream.range(0, resting.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(q -> resting[q]).thenComparingInt(q -> q))
                .mapToInt(Integer::intValue)
                .toArray();
        return IntStream.range(0, ascending.length)
                .filter(rank -> isInput[ascending[rank]])
                .asDoubleStream()
                .sum();
    }
}

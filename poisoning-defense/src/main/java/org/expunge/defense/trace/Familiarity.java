package org.expunge.defense.trace;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;

/**
 * Tells inputs that resemble some training row from inputs that resemble none, such as noise. A target of an attack
 * resembles the adversarial rows, or a row without the trigger; whoever sends inputs that resemble nothing may only
 * want honest rows to be blamed.
 *
 * <p>Distances are taken over all features, and over the three quarters of them in which two rows differ least: a
 * trigger may be stronger than in any adversarial row, but then changes few features, where noise changes all. One of
 * them suffices. Text is compared by its words.
 *
 * <p><b>Cost.</b> O(n·d) for each input and for each of at most {@value #MOST_REFERENCES} held-out rows.
 */
public final class Familiarity {
    private static final int MOST_REFERENCES = 200;

    /** Rows, nearest by all features, over which the distance to what differs least is taken. */
    private static final int NEIGHBOURS = 50;

    private static final double KEPT = 0.75;

    private final Dataset train;
    private final Nearness nearness;
    private final Resemblance farthest;

    /** How near the nearest row is, larger is nearer, by all features and by those that differ least. */
    private record Resemblance(double whole, double part) {
        private static final Resemblance NONE = new Resemblance(Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY);

        private Resemblance orLess(Resemblance other) {
            return new Resemblance(Math.min(whole, other.whole), Math.min(part, other.part));
        }
    }

    /**
     * Measures what is usual.
     *
     * @param train training rows, at least 1
     * @param reference held-out rows believed clean, at least 1
     */
    public Familiarity(Dataset train, Dataset reference) {
        this.train = train;
        this.nearness = Nearness.Space.OF_ROWS.to(train);
        this.farthest = IntStream.range(0, Math.min(MOST_REFERENCES, reference.size()))
                .mapToObj(i -> resemblance(reference.row(i)))
                .reduce(Resemblance::orLess)
                .orElse(Resemblance.NONE);
    }

    /**
     * Says whether an input resembles a training row.
     *
     * @param inputs inputs
     * @param input which of them
     * @return whether it is no farther from all training rows than the farthest held-out row
     */
    public boolean isFamiliar(Dataset inputs, int input) {
        Resemblance own = resemblance(inputs.row(input));
        return own.whole() >= farthest.whole() || own.part() >= farthest.part();
    }

    private Resemblance resemblance(double[] input) {
        double[] near = nearness.of(input);
        double whole = Arrays.stream(near).max().orElse(Double.NEGATIVE_INFINITY);
        return new Resemblance(whole, train.words().isPresent() ? whole : ofPart(near, input));
    }

    private double ofPart(double[] near, double[] input) {
        return IntStream.range(0, near.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -near[i]))
                .limit(NEIGHBOURS)
                .mapToDouble(i -> -leastDifferences(train.row(i), input))
                .max()
                .orElse(Double.NEGATIVE_INFINITY);
    }

    private static double leastDifferences(double[] a, double[] b) {
        return IntStream.range(0, a.length)
                .mapToDouble(j -> (a[j] - b[j]) * (a[j] - b[j]))
                .sorted()
                .limit((long) Math.ceil(KEPT * a.length))
                .sum();
    }
}

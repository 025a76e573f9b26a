package org.expunge.defense.certify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.LoadedData;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.StratifiedSplit;
import org.expunge.influence.data.Targets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against the smoothed classifier itself: every draw of the labels, for every way to flip them first. */
class LabelFlipSmoothingTest {
    private static final double RIDGE = 0.01;

    private final Engine engine = new Engine(Backends.create("reference"), new Workers(2), 32);

    @AfterEach
    void close() {
        engine.workers().close();
    }

    @Test
    void noFlipsWithinTheRadiusChangeTheSmoothedClassOfTwo() {
        checkAgainstEveryAttack(10, 2, 0.05);
    }

    @Test
    void noFlipsWithinTheRadiusChangeTheSmoothedClassOfThree() {
        checkAgainstEveryAttack(9, 3, 0.001);
    }

    private void checkAgainstEveryAttack(int n, int classes, double q) {
        Dataset train = clusters(n, classes, 5);
        Dataset inputs = clusters(2 * classes, classes, 6);
        List<CertifiedPrediction> certified =
                new LabelFlipSmoothing(engine, train, new LabelFlipSmoothing.Options(q, RIDGE)).certify(inputs);
        int[][] all = everyLabelling(n, classes);
        int[] truth = IntStream.range(0, n).map(train::label).toArray();
        for (int i = 0; i < inputs.size(); i++) {
            double[] alpha = alpha(train, inputs.row(i));
            int[] named = Arrays.stream(all)
                    .mapToInt(labels -> named(alpha, labels, classes))
                    .toArray();
            for (int[] flipped : all) {
                if (distance(truth, flipped) <= certified.get(i).radius()) {
                    assertThat(smoothed(all, named, flipped, classes, q))
                            .isEqualTo(certified.get(i).label());
                }
            }
        }
        assertThat(certified).anyMatch(p -> p.radius() >= 1);
    }

    @Test
    void theWorstEventIsThatOfEveryDrawOfTheFlippedLabels() {
        FlipNoise noise = new FlipNoise(0.3, 3);
        double[] failures = noise.largestFailures(4);

        for (int r = 0; r <= 4; r++) {
            assertThat(failures[r]).isCloseTo(worstEvent(r), within(1e-12));
        }
        assertThat(failures[0]).isEqualTo(0.5);
    }

    @Test
    void theBoundIsNeverBelowTheProbability() {
        Random random = new Random(8);
        double[] alpha = random.doubles(7, 0.3, 2).toArray();
        int[] labels = {0, 0, 0, 1, 0, 2, 0};
        FlipNoise noise = new FlipNoise(0.2, 3);
        double exact = 0;
        for (int[] drawn : everyLabelling(7, 3)) {
            double margin = 0;
            for (int i = 0; i < 7; i++) {
                margin += alpha[i] * ((drawn[i] == 1 ? 1 : 0) - (drawn[i] == 0 ? 1 : 0));
            }
            exact += margin >= 0 ? probability(labels, drawn, 3, 0.2) : 0;
        }

        double bound = new FlipBound(noise, alpha, labels, 0, 1).probability();

        assertThat(bound).isBetween(exact, 1.0);
        assertThat(new FlipBound(noise, alpha, labels, 1, 0).probability()).isEqualTo(1);
    }

    @Test
    void keepsDigitsRightUnderFlippedLabels() throws Exception {
        LoadedData digits = DataSpec.parse("digits").load();
        Partition parts = new StratifiedSplit(0, 0.9, 7).split(digits.train());
        Normalizer scale = Normalizer.fit(parts.train(), Normalizer.Options.parse("scale:16"));
        Dataset test = scale.apply(parts.test()).select(IntStream.range(0, 150).toArray());
        try (Engine fast = new Engine(Backends.create("cpu"), new Workers(2), 32)) {
            CertifiedAccuracy accuracy = CertifiedAccuracy.of(
                    new LabelFlipSmoothing(fast, scale.apply(parts.train()), LabelFlipSmoothing.Options.DEFAULT)
                            .certify(test),
                    test,
                    List.of(0, 1, 2, 5));
            assertThat(accuracy.accuracy()).isGreaterThan(0.85);
            assertThat(accuracy.points().get(1).share()).isGreaterThan(0.3);
        }
    }

    @Test
    void refusesMoreNoiseThanLeavesTheLabelLikeliest() {
        LabelFlipSmoothing.Options even = new LabelFlipSmoothing.Options(0.5, RIDGE);

        assertThatThrownBy(() -> new LabelFlipSmoothing(engine, clusters(4, 2, 1), even))
                .hasMessageContaining("(0, 0.5)")
                .hasMessageContaining("got 0.5");
    }

    /** Solves the normal equations by another way: gradient descent to the end. */
    private static double[] alpha(Dataset train, double[] input) {
        int n = train.size();
        int width = input.length + 1;
        double[][] x = new double[n][];
        double trace = 0;
        for (int i = 0; i < n; i++) {
            x[i] = Arrays.copyOf(train.row(i), width);
            x[i][width - 1] = 1;
            for (double value : x[i]) {
                trace += value * value;
            }
        }
        double[] target = Arrays.copyOf(input, width);
        target[width - 1] = 1;
        double[] v = new double[width];
        for (int step = 0; step < 20_000; step++) {
            double[] gradient = new double[width];
            for (int j = 0; j < width; j++) {
                gradient[j] = RIDGE * trace / width * v[j] - target[j];
            }
            for (double[] row : x) {
                double product = 0;
                for (int j = 0; j < width; j++) {
                    product += row[j] * v[j];
                }
                for (int j = 0; j < width; j++) {
                    gradient[j] += product * row[j];
                }
            }
            for (int j = 0; j < width; j++) {
                v[j] -= gradient[j] / trace;
            }
        }
        double[] alpha = new double[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < width; j++) {
                alpha[i] += x[i][j] * v[j];
            }
        }
        return alpha;
    }

    private static int named(double[] alpha, int[] labels, int classes) {
        double[] scores = new double[classes];
        for (int i = 0; i < labels.length; i++) {
            scores[labels[i]] += alpha[i];
        }
        int best = 0;
        for (int c = 1; c < classes; c++) {
            best = scores[c] > scores[best] ? c : best;
        }
        return best;
    }

    private static int smoothed(int[][] all, int[] named, int[] labels, int classes, double q) {
        double[] shares = new double[classes];
        for (int d = 0; d < all.length; d++) {
            shares[named[d]] += probability(labels, all[d], classes, q);
        }
        int best = 0;
        for (int c = 1; c < classes; c++) {
            best = shares[c] > shares[best] ? c : best;
        }
        return best;
    }

    private static double probability(int[] labels, int[] drawn, int classes, double q) {
        int flips = distance(labels, drawn);
        return Math.pow(1 - q, labels.length - flips) * Math.pow(q / (classes - 1), flips);
    }

    private static int distance(int[] a, int[] b) {
        return (int) IntStream.range(0, a.length).filter(i -> a[i] != b[i]).count();
    }

    private static int[][] everyLabelling(int n, int classes) {
        int[][] all = new int[(int) Math.pow(classes, n)][n];
        for (int code = 0; code < all.length; code++) {
            int rest = code;
            for (int i = 0; i < n; i++) {
                all[code][i] = rest % classes;
                rest /= classes;
            }
        }
        return all;
    }

    /** Takes the draws of r labels, flipped from 0 to 1, by falling likelihood ratio until they have one half. */
    private static double worstEvent(int r) {
        int[] old = new int[r];
        int[] flipped = new int[r];
        Arrays.fill(flipped, 1);
        double[][] draws = Arrays.stream(everyLabelling(r, 3))
                .map(drawn -> new double[] {probability(old, drawn, 3, 0.3), probability(flipped, drawn, 3, 0.3)})
                .sorted((a, b) -> Double.compare(b[1] / b[0], a[1] / a[0]))
                .toArray(double[][]::new);
        double before = 0;
        double after = 0;
        for (double[] draw : draws) {
            double share = Math.min(1, (0.5 - after) / draw[1]);
            before += share * draw[0];
            after += share * draw[1];
        }
        return before;
    }

    private static Dataset clusters(int n, int classes, long seed) {
        Random random = new Random(seed);
        int[] labels = IntStream.range(0, n).map(i -> i % classes).toArray();
        double[] values = new double[2 * n];
        for (int i = 0; i < n; i++) {
            double angle = 2 * Math.PI * labels[i] / classes;
            values[2 * i] = Math.cos(angle) + 0.2 * random.nextGaussian();
            values[2 * i + 1] = Math.sin(angle) + 0.2 * random.nextGaussian();
        }
        return Dataset.of("clusters", Shape.flat(2), Features.of(values, 2), Targets.classes(labels, classes));
    }
}

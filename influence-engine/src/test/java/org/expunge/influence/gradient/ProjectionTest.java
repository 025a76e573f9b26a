package org.expunge.influence.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.testkit.TestBackends;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag(TestBackends.TAG)
class ProjectionTest {
    private static final int P = 60;
    private static final int K = 16;
    private static final int SEEDS = 200;
    private static final int LARGEST_Z = 4;

    @ParameterizedTest
    @EnumSource(names = {"RADEMACHER", "GAUSSIAN"})
    void keepsProductsOnAverageWithTheVarianceOfJohnsonAndLindenstrauss(Projection.Kind kind) {
        assertThat(deviation(kind, UnaryOperator.identity())).isLessThan(LARGEST_Z);
        assertThat(spread(kind, UnaryOperator.identity())).isBetween(0.8, 1.2); // ± 4 deviations of 200 draws
    }

    @ParameterizedTest
    @EnumSource(names = {"RADEMACHER", "GAUSSIAN"})
    void aScaleOfOneOverKOrVectorsOfNormOneWouldBeSeen(Projection.Kind kind) {
        assertThat(deviation(kind, x -> scaled(x, 1 / Math.sqrt(K)))).isGreaterThan(LARGEST_Z);
        assertThat(deviation(kind, x -> scaled(x, 1 / Math.sqrt(dot(x, x))))).isGreaterThan(LARGEST_Z);
    }

    @ParameterizedTest
    @EnumSource(names = {"RADEMACHER", "GAUSSIAN"})
    void isTheSameForOneSeedAndLengthAndAnotherForAnother(Projection.Kind kind) {
        double[] row = new Projection(kind, 3, 7).direction(2, 101);

        assertThat(new Projection(kind, 3, 7).direction(2, 101)).isEqualTo(row);
        assertThat(new Projection(kind, 3, 7).direction(1, 101)).isNotEqualTo(row);
        assertThat(new Projection(kind, 3, 8).direction(2, 101)).isNotEqualTo(row);
        assertThat(new Projection(kind, 3, 7).next(0).direction(2, 101)).isNotEqualTo(row);
    }

    /** From SplitMix64 written again elsewhere: a file of sketches must stay readable. */
    @Test
    void drawsTheSameNumbersForEver() {
        double half = 0.5;
        assertThat(Projection.signs(4, 1).direction(0, 8)).containsOnly(half, -half);
        assertThat(signsOf(Projection.signs(4, 1).direction(0, 16))).isEqualTo("+----+++-++++--+");
    }

    private static String signsOf(double[] row) {
        StringBuilder signs = new StringBuilder();
        Arrays.stream(row).forEach(value -> signs.append(value > 0 ? '+' : '-'));
        return signs.toString();
    }

    @Test
    void givesTheSameSketchesOnEveryBackendHoweverTheRowsAreCut() {
        Model model = SmallProblems.convolutional(1);
        Dataset rows = SmallProblems.rows(model, 7, 2);
        Projection projection = Projection.signs(9, 3);
        try (Engine reference = SmallProblems.reference(1, 4);
                Engine cpu = new Engine(TestBackends.rounded(), new Workers(2), 3)) {
            double[][] expected =
                    new PerExample(reference).projections(model, rows, 9, k -> projection.direction(k, 246), 9);

            assertThat(new PerExample(reference).projections(model, rows, 9, k -> projection.direction(k, 246), 2))
                    .isDeepEqualTo(expected);
            double[][] single = new PerExample(cpu).projections(model, rows, 9, k -> projection.direction(k, 246), 4);
            for (int i = 0; i < expected.length; i++) {
                // sums of 246 products of numbers of size 1 in float32: √246 · 6e-8 is 1e-6
                assertThat(single[i]).containsExactly(expected[i], within(5e-6));
            }
        }
    }

    @Test
    void theIdentityGivesTheGradients() {
        Model model = SmallProblems.dense(1);
        int p = model.network().layout().length();
        Dataset rows = SmallProblems.rows(model, 3, 2);
        try (Engine engine = SmallProblems.reference(1, 4)) {
            PerExample perExample = new PerExample(engine);
            double[][] gradients = perExample.gradients(model, rows);
            double[][] sketches = perExample.projections(
                    model, rows, p, k -> Projection.identity(p).direction(k, p), 7);
            for (int i = 0; i < gradients.length; i++) {
                assertThat(sketches[i]).containsExactly(gradients[i], within(1e-15));
            }
        }
        assertThatThrownBy(() -> Projection.identity(3).direction(0, 4)).hasMessageContaining("does not fit");
    }

    /** Mean of ⟨P u, P v⟩ over the seeds, less ⟨u, v⟩, in deviations of that mean. */
    private static double deviation(Projection.Kind kind, UnaryOperator<double[]> mutant) {
        double[] products = products(kind, mutant);
        double mean = Arrays.stream(products).average().orElseThrow();
        return Math.abs(mean - dot(vector(1), vector(2))) / Math.sqrt(variance(kind) / SEEDS);
    }

    /** Measured standard deviation over the formula's. */
    private static double spread(Projection.Kind kind, UnaryOperator<double[]> mutant) {
        double expected = dot(vector(1), vector(2));
        double sum = Arrays.stream(products(kind, mutant))
                .map(product -> (product - expected) * (product - expected))
                .sum();
        return Math.sqrt(sum / SEEDS / variance(kind));
    }

    private static double[] products(Projection.Kind kind, UnaryOperator<double[]> mutant) {
        double[] products = new double[SEEDS];
        for (int s = 0; s < SEEDS; s++) {
            Projection projection = new Projection(kind, K, s);
            products[s] =
                    dot(mutant.apply(project(projection, vector(1))), mutant.apply(project(projection, vector(2))));
        }
        return products;
    }

    private static double variance(Projection.Kind kind) {
        double[] u = vector(1);
        double[] v = vector(2);
        double common = 0;
        for (int j = 0; j < P; j++) {
            common += u[j] * u[j] * v[j] * v[j];
        }
        double product = dot(u, v);
        double less = kind == Projection.Kind.RADEMACHER ? 2 * common : 0;
        return (dot(u, u) * dot(v, v) + product * product - less) / K;
    }

    private static double[] project(Projection projection, double[] x) {
        double[] projected = new double[projection.dimensions()];
        Arrays.setAll(projected, k -> dot(projection.direction(k, x.length), x));
        return projected;
    }

    /** Two vectors that have a product of some .5 of their norms'. */
    private static double[] vector(long seed) {
        Random common = new Random(0);
        Random own = new Random(seed);
        double[] x = new double[P];
        Arrays.setAll(x, j -> common.nextGaussian() + own.nextGaussian());
        return x;
    }

    private static double[] scaled(double[] x, double factor) {
        return Arrays.stream(x).map(value -> factor * value).toArray();
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }
}

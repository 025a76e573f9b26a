package org.expunge.influence.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PerExampleTest {
    /** Sums of under 200 terms of size 1 in double: 200 · 2⁻⁵³ is 2e-14. */
    private static final double TOLERANCE = 1e-12;

    private final Engine engine = SmallProblems.reference(2, 4);
    private final PerExample perExample = new PerExample(engine);

    @AfterEach
    void close() {
        engine.close();
    }

    private static Model model(String kind) {
        return kind.equals("dense") ? SmallProblems.dense(1) : SmallProblems.convolutional(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dense", "convolutional"})
    void gradientsAreTheSlopesOfTheLosses(String kind) {
        Model model = model(kind);
        Dataset rows = SmallProblems.rows(model, 6, 2);
        double[][] gradients = perExample.gradients(model, rows);
        double step = 1e-6; // central differences: truncation 1e-12 times a third derivative, rounding 1e-16 / 1e-6

        for (int j = 0; j < model.network().layout().length(); j++) {
            double[] up = model.parameters();
            up[j] += step;
            double[] down = model.parameters();
            down[j] -= step;
            double[] above = perExample.losses(model.withParameters(up), rows);
            double[] below = perExample.losses(model.withParameters(down), rows);
            for (int i = 0; i < rows.size(); i++) {
                assertThat(gradients[i][j]).isCloseTo((above[i] - below[i]) / (2 * step), within(1e-8));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dense", "convolutional"})
    void normsAreThoseOfTheWrittenGradients(String kind) {
        Model model = model(kind);
        Dataset rows = SmallProblems.rows(model, 11, 2);
        double[][] gradients = perExample.gradients(model, rows);

        GradientNorms norms = perExample.norms(model, rows);

        List<Integer> nodes = model.network().parametricNodes();
        for (int i = 0; i < rows.size(); i++) {
            assertThat(norms.total()[i]).isCloseTo(norm(gradients[i]), within(TOLERANCE));
            for (int l = 0; l < nodes.size(); l++) {
                List<ParameterLayout.Entry> entries = model.network().layout().of(nodes.get(l));
                int from = entries.get(0).offset();
                int to = from
                        + entries.stream()
                                .mapToInt(ParameterLayout.Entry::length)
                                .sum();
                assertThat(norms.ofLayer(l)[i])
                        .isCloseTo(norm(Arrays.copyOfRange(gradients[i], from, to)), within(TOLERANCE));
            }
        }
        assertThat(norms.layers()).hasSize(nodes.size()).endsWith("output");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dense", "convolutional"})
    void dotsSumsAndMeansAreThoseOfTheWrittenGradients(String kind) {
        Model model = model(kind);
        Dataset rows = SmallProblems.rows(model, 11, 2);
        double[][] gradients = perExample.gradients(model, rows);
        Random random = new Random(3);
        double[] v = new double[gradients[0].length];
        Arrays.setAll(v, j -> random.nextGaussian());

        double[] dots = perExample.dots(model, rows, v);
        double[] sum = perExample.sumGradient(model, rows);
        double[] mean = perExample.meanGradient(model, rows);

        for (int i = 0; i < rows.size(); i++) {
            assertThat(dots[i]).isCloseTo(dot(gradients[i], v), within(TOLERANCE));
        }
        for (int j = 0; j < v.length; j++) {
            int column = j;
            double expected =
                    Arrays.stream(gradients).mapToDouble(g -> g[column]).sum();
            assertThat(sum[j]).isCloseTo(expected, within(TOLERANCE));
            assertThat(mean[j]).isCloseTo(expected / rows.size(), within(TOLERANCE));
        }
    }

    @Test
    void projectionsKeepDotsOnAverage() {
        Model model = model("dense");
        Dataset rows = SmallProblems.rows(model, 2, 2);
        double[][] gradients = perExample.gradients(model, rows);
        int k = 4000;

        double[][] sketches = sketches(model, rows, new Projection(Projection.Kind.GAUSSIAN, k, 5));

        double expected = dot(gradients[0], gradients[1]);
        double variance = (dot(gradients[0], gradients[0]) * dot(gradients[1], gradients[1]) + expected * expected) / k;
        // five deviations of a sum of 4000 terms: fails for one seed in a million
        assertThat(dot(sketches[0], sketches[1])).isCloseTo(expected, within(5 * Math.sqrt(variance)));
    }

    @Test
    void projectionsOfOneSeedAreTheSame() {
        Model model = model("dense");
        Dataset rows = SmallProblems.rows(model, 5, 2);

        assertThat(sketches(model, rows, Projection.signs(3, 7)))
                .isDeepEqualTo(sketches(model, rows, Projection.signs(3, 7)));
        assertThat(sketches(model, rows, Projection.signs(3, 8))[0])
                .isNotEqualTo(sketches(model, rows, Projection.signs(3, 7))[0]);
    }

    private double[][] sketches(Model model, Dataset rows, Projection projection) {
        int p = model.network().layout().length();
        return perExample.projections(
                model, rows, projection.dimensions(), k -> projection.direction(k, p), projection.dimensions());
    }

    @Test
    void noRowsGiveNoNumbersAndAZeroSum() {
        Model model = model("dense");
        Dataset none = SmallProblems.rows(model, 3, 2).select(new int[0]);

        assertThat(perExample.losses(model, none)).isEmpty();
        assertThat(perExample.norms(model, none).total()).isEmpty();
        assertThat(perExample.sumGradient(model, none)).containsOnly(0);
        assertThatThrownBy(() -> perExample.meanGradient(model, none)).hasMessageContaining("no rows to average");
    }

    @Test
    void normsOfSaturatedRowsDoNotUnderflow() {
        Model model = model("dense");
        double[] parameters = model.parameters();
        ParameterLayout.Entry bias = model.network().layout().entry("output.b");
        parameters[bias.offset()] = 400; // δ is about exp(−400) = 1e-174; its square is no double
        Model saturated = model.withParameters(parameters);
        Dataset rows = SmallProblems.rows(model, 30, 2);
        int[] firstClass = java.util.stream.IntStream.range(0, 30)
                .filter(i -> rows.label(i) == 0)
                .toArray();

        double[] norms = perExample.norms(saturated, rows.select(firstClass)).total();

        assertThat(norms).isNotEmpty();
        assertThat(Arrays.stream(norms).min().orElseThrow()).isPositive();
        assertThat(Arrays.stream(norms).max().orElseThrow()).isLessThan(1e-160);
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    private static double norm(double[] x) {
        return Math.sqrt(dot(x, x));
    }
}

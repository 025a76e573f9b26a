package org.expunge.influence.curvature.factor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.Stream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Precision;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.Labels;
import org.expunge.influence.curvature.RowSums;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowRange;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.Scores;
import org.expunge.influence.testkit.DenseMatrices;
import org.expunge.influence.testkit.GoldenCase;
import org.expunge.influence.testkit.GoldenNetworks;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.testkit.TestBackends;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Tag(TestBackends.TAG)
class DiagonalTest {
    static Stream<Arguments> cases() {
        return GoldenCase.NAMES.stream()
                .flatMap(name -> TestBackends.names().map(backend -> Arguments.of(name, backend)));
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("cases")
    void influencesAreTheExpectedOnes(String name, String backend) {
        GoldenCase golden = GoldenCase.load(name);
        Model model = GoldenNetworks.model(golden);
        Dataset train = GoldenNetworks.train(golden);
        try (Engine engine = new Engine(TestBackends.create(backend), new Workers(2), 3)) {
            InverseCurvature inverse =
                    Diagonal.fit(engine, model, train, Labels.EMPIRICAL).inverse(DampingRule.fixed(golden.damping()));
            Scores scores = new InfluenceFunction(engine, model, inverse, InfluenceFunction.Options.DEFAULT)
                    .score(train, GoldenNetworks.test(golden));

            double[] expected =
                    golden.expected("influence.diagonal_fisher_damped").values();
            double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
            // on float32 some 10 roundings, enlarged by at most the largest eigenvalue over the damping
            double tolerance = engine.compute().precision() == Precision.FLOAT64 ? 1e-8 : 1e-4;
            double[] found = new double[expected.length];
            for (int q = 0; q < scores.queries(); q++) {
                System.arraycopy(scores.row(q), 0, found, q * scores.rows(), scores.rows());
            }
            assertThat(found).containsExactly(expected, within(tolerance * largest));
            assertThat(scores.provenance().coveragePercent()).isEqualTo(100);
            assertThat(scores.provenance().curvature()).isEqualTo("diagonal");
        }
    }

    @Test
    void withExactLabelsItIsTheDiagonalOfGaussNewton() {
        for (Model model : new Model[] {SmallProblems.dense(1), SmallProblems.convolutional(2)}) {
            Dataset data = SmallProblems.rows(model, 11, 7);
            try (Engine engine = SmallProblems.reference(2, 4);
                    GaussNewton curvature = new GaussNewton(engine, model, data)) {
                double[][] dense = DenseMatrices.of(curvature);
                double[] expected = new double[dense.length];
                Arrays.setAll(expected, i -> dense[i][i]);

                assertThat(Diagonal.fit(engine, model, data, Labels.EXACT).values())
                        .containsExactly(expected, within(1e-12));
            }
        }
    }

    @Test
    void withTheDatasOwnLabelsItIsTheMeanOfSquaredGradients() {
        Model model = SmallProblems.convolutional(2);
        Dataset data = SmallProblems.rows(model, 11, 7);
        try (Engine engine = SmallProblems.reference(1, 4)) {
            double[] expected = new double[model.network().layout().length()];
            for (double[] gradient : new PerExample(engine).gradients(model, data)) {
                Arrays.setAll(expected, i -> expected[i] + gradient[i] * gradient[i] / data.size());
            }

            assertThat(Diagonal.fit(engine, model, data, Labels.EMPIRICAL).values())
                    .containsExactly(expected, within(1e-12));
        }
    }

    @Test
    void manyLabelsDrawnComeNearTheExactExpectation() {
        Model model = SmallProblems.dense(1);
        Dataset data = SmallProblems.rows(model, 20, 7);
        try (Engine engine = SmallProblems.reference(1, 20)) {
            double[] exact = Diagonal.fit(engine, model, data, Labels.EXACT).values();
            double[] drawn =
                    Diagonal.fit(engine, model, data, Labels.sampled(3, 500)).values();
            double largest = Arrays.stream(exact).max().orElseThrow();

            // each entry is a mean of 10 000 numbers of the size of the largest: 0.05 is some 5 standard errors
            assertThat(drawn).containsExactly(exact, within(0.05 * largest));
            assertThat(drawn).isNotEqualTo(exact);
        }
    }

    @Test
    void sumsOfPartsGiveTheDiagonalOfAllRows() {
        Model model = SmallProblems.convolutional(2);
        Dataset data = SmallProblems.rows(model, 23, 7);
        Labels labels = Labels.sampled(5, 2);
        try (Engine engine = SmallProblems.reference(2, 4)) {
            RowSums parts = Diagonal.sums(engine, model, data, new RowRange(9, 23), labels)
                    .plus(Diagonal.sums(engine, model, data, new RowRange(0, 9), labels));

            assertThat(Diagonal.of(model.network(), labels, parts).values())
                    .containsExactly(Diagonal.fit(engine, model, data, labels).values(), within(1e-12));
        }
    }

    @Test
    void aRuleDecidesTheDampingOfEachLayer() {
        Model model = SmallProblems.dense(1);
        Dataset data = SmallProblems.rows(model, 11, 7);
        try (Engine engine = SmallProblems.reference(1, 4)) {
            Diagonal diagonal = Diagonal.fit(engine, model, data, Labels.EXACT);
            InverseCurvature inverse = diagonal.inverse(DampingRule.relativeToMean(0.1));
            double[] v = new double[inverse.dimension()];
            Arrays.fill(v, 1);
            double[] applied = new double[v.length];
            double[] preconditioned = new double[v.length];
            inverse.apply(v, applied);
            inverse.precondition(v, preconditioned);
            int output = model.network().layout().entry("output.W").offset();
            double mean =
                    Arrays.stream(diagonal.values(), output, v.length).average().orElseThrow();

            assertThat(inverse.dampings().get("output")).isCloseTo(0.1 * mean, within(1e-15));
            assertThat(applied[output]).isCloseTo(1 / (diagonal.values()[output] + 0.1 * mean), within(1e-12));
            assertThat(preconditioned).containsExactly(applied, within(0.0));
            assertThat(inverse.inputs()).containsKeys("curvature-labels", "curvature-values", "damping-output");
        }
    }

    @Test
    void refusesNoRowsAndSumsOfAnotherNetwork() {
        Model model = SmallProblems.dense(1);
        Dataset data = SmallProblems.rows(model, 4, 7);
        try (Engine engine = SmallProblems.reference(1, 4)) {
            RowSums sums = Diagonal.sums(engine, model, data, RowRange.of(data), Labels.EXACT);

            assertThatThrownBy(() -> Diagonal.fit(engine, model, data.select(new int[0]), Labels.EXACT))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no rows");
            assertThatThrownBy(() -> Diagonal.of(SmallProblems.convolutional(1).network(), Labels.EXACT, sums))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}

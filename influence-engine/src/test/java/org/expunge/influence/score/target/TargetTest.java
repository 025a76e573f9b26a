package org.expunge.influence.score.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.testkit.TestBackends;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Values of targets by hand, and their gradients against central differences of the values. */
@Tag(TestBackends.TAG)
class TargetTest {
    private static final Groups GROUPS = new Groups("sex", "m", "f");

    /** Differences err by h²/6 times a third derivative of order 1 and by rounding of order u/h: under 1e-9. */
    private static final double STEP = 1e-5;

    private static final double DIFFERENCES = 1e-8;

    private static final List<Target> TARGETS = List.of(
            new Utility(Utility.Kind.LOSS),
            new Utility(Utility.Kind.EXPECTED_ERROR),
            new Utility(Utility.Kind.LOG_ODDS),
            new DemographicParity(GROUPS, 1),
            new DemographicParity(GROUPS, 0).absolute(),
            new EqualOpportunity(GROUPS, 1),
            new EqualOpportunity(GROUPS, 0).absolute(),
            new Robustness(GradientSigns.oneStep(0.3)));

    static Stream<Arguments> cases() {
        return TARGETS.stream().flatMap(target -> Stream.of(Arguments.of(target, 1), Arguments.of(target, 3)));
    }

    @ParameterizedTest(name = "{0}, {1} outputs")
    @MethodSource("cases")
    void theGradientIsThatOfTheValue(Target target, int outputs) {
        Model model = model(outputs, 4);
        try (Engine engine = SmallProblems.reference(2, 3)) {
            // the attack is held still, as the target says
            Dataset rows = target.rows(engine, model, rows(outputs, 11));
            Target still = target instanceof Robustness ? new Utility(Utility.Kind.LOSS) : target;

            TargetGradient found = TargetInfluence.gradient(engine, model, still, rows);

            double[] slopes = new double[found.gradient().length];
            for (int j = 0; j < slopes.length; j++) {
                slopes[j] = (value(engine, moved(model, j, STEP), still, rows)
                                - value(engine, moved(model, j, -STEP), still, rows))
                        / (2 * STEP);
            }
            assertThat(Arrays.stream(slopes).map(Math::abs).max().orElse(0)).isGreaterThan(1e-3);
            assertThat(found.gradient()).containsExactly(slopes, within(DIFFERENCES));
            assertThat(found.value()).isEqualTo(value(engine, model, still, rows));
        }
    }

    @Test
    void theGradientInFloatIsNearThatInDouble() {
        Model model = model(3, 4);
        Dataset rows = rows(3, 40);
        try (Engine exact = SmallProblems.reference(1, 8);
                Engine rounded = new Engine(TestBackends.rounded(), new Workers(2), 8)) {
            for (Target target : TARGETS.subList(0, 7)) {
                double[] expected =
                        TargetInfluence.gradient(exact, model, target, rows).gradient();
                double size = Arrays.stream(expected).map(Math::abs).max().orElse(0);
                assertThat(TargetInfluence.gradient(rounded, model, target, rows)
                                .gradient())
                        .containsExactly(expected, within(1e-4 * size));
            }
        }
    }

    @Test
    void theParityGapIsTheFirstGroupsMeanLessTheSeconds() {
        Model model = model(1, 4);
        Dataset rows = rows(1, 11);
        int[] sex = Objects.requireNonNull(rows.groups().get("sex"));
        try (Engine engine = SmallProblems.reference(1, 3)) {
            Outputs outputs = Outputs.of(engine, model, rows);
            double[] sums = new double[3];
            int[] counts = new int[3];
            for (int j = 0; j < 11; j++) {
                sums[sex[j]] += outputs.prediction(j)[0];
                counts[sex[j]]++;
            }
            double expected = sums[1] / counts[1] - sums[0] / counts[0];

            double gap = new DemographicParity(GROUPS, 1).at(outputs, rows).value();

            assertThat(gap).isCloseTo(expected, within(1e-12));
            assertThat(new DemographicParity(GROUPS, 0).at(outputs, rows).value())
                    .isCloseTo(-expected, within(1e-12));
            assertThat(new DemographicParity(new Groups("sex", "f", "m"), 1)
                            .at(outputs, rows)
                            .value())
                    .isCloseTo(-expected, within(1e-12));
            assertThat(new DemographicParity(GROUPS, 1)
                            .absolute()
                            .at(outputs, rows)
                            .value())
                    .isEqualTo(Math.abs(gap));
        }
    }

    @Test
    void theOpportunityGapIsBetweenLossesOfPositiveRowsOnly() {
        Model model = model(3, 4);
        Dataset rows = rows(3, 30);
        int[] sex = Objects.requireNonNull(rows.groups().get("sex"));
        try (Engine engine = SmallProblems.reference(1, 3)) {
            Outputs outputs = Outputs.of(engine, model, rows);
            double[] sums = new double[3];
            int[] counts = new int[3];
            for (int j = 0; j < 30; j++) {
                if (rows.label(j) == 2) {
                    sums[sex[j]] += outputs.loss(j);
                    counts[sex[j]]++;
                }
            }

            assertThat(new EqualOpportunity(GROUPS, 2).at(outputs, rows).value())
                    .isCloseTo(sums[0] / counts[0] - sums[1] / counts[1], within(1e-12));
        }
    }

    @Test
    void theMarginOfACertainRowNeitherOverflowsNorVanishes() {
        double[] parameters = new double[3 * 4 + 3];
        parameters[12] = 900; // the bias of class 0
        Network network =
                Network.builder(Shape.flat(4)).add("output", new Dense(3)).build(Loss.SOFTMAX_CROSS_ENTROPY);
        Dataset row =
                Dataset.of("one", Shape.flat(4), Features.of(new double[4], 4), Targets.classes(new int[] {0}, 3));
        try (Engine engine = SmallProblems.reference(1, 3)) {
            Outputs outputs = Outputs.of(engine, new Model(network, parameters, new double[0]), row);

            TargetValue margin = new Utility(Utility.Kind.LOG_ODDS).at(outputs, row);

            assertThat(margin.value()).isCloseTo(Math.log(2) - 900, within(1e-9));
            assertThat(margin.derivative()[0]).containsExactly(new double[] {-1, 0.5, 0.5}, within(1e-12));
        }
    }

    @Test
    void targetsSayWhatTheRowsLack() {
        Model model = model(3, 4);
        Dataset rows = rows(3, 12);
        Dataset few = rows.select(new int[] {0});
        try (Engine engine = SmallProblems.reference(1, 3)) {
            Outputs outputs = Outputs.of(engine, model, rows);

            assertRefused(new DemographicParity(new Groups("race", "a", "b"), 1), outputs, rows, "'race'");
            assertRefused(new DemographicParity(new Groups("sex", "m", "x"), 1), outputs, rows, "'x'");
            assertRefused(new DemographicParity(GROUPS, 3), outputs, rows, "class 3");
            assertRefused(new EqualOpportunity(GROUPS, 1), Outputs.of(engine, model, few), few, "both groups");
            assertThatThrownBy(() -> new Groups("sex", "m", "m")).isInstanceOf(IllegalArgumentException.class);
            Dataset none = rows.select(new int[0]);
            assertRefused(
                    new Utility(Utility.Kind.LOSS), Outputs.of(engine, model, none), none, "needs validation rows");
        }
    }

    @Test
    void marginsAndFairnessNeedAClassifier() {
        Network network =
                Network.builder(Shape.flat(4)).add("output", new Dense(1)).build(Loss.SQUARED_ERROR);
        Model model = new Model(network, new double[5], new double[0]);
        Dataset rows = rows(1, 6);
        try (Engine engine = SmallProblems.reference(1, 3)) {
            Outputs outputs = Outputs.of(engine, model, rows);

            assertRefused(new Utility(Utility.Kind.LOG_ODDS), outputs, rows, "needs a classifier");
            assertRefused(new DemographicParity(GROUPS, 1), outputs, rows, "needs a classifier");
        }
    }

    private static void assertRefused(Target target, Outputs outputs, Dataset rows, String part) {
        assertThatThrownBy(() -> target.at(outputs, rows))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(part);
    }

    private static double value(Engine engine, Model model, Target target, Dataset rows) {
        return target.at(Outputs.of(engine, model, rows), rows).value();
    }

    private static Model moved(Model model, int j, double by) {
        double[] parameters = model.parameters();
        parameters[j] += by;
        return model.withParameters(parameters);
    }

    static Model model(int outputs, long seed) {
        Network network = Network.builder(Shape.flat(4))
                .add("hidden", new Dense(5))
                .add("tanh", new ActivationLayer(Activation.TANH))
                .add("output", new Dense(outputs))
                .build(outputs == 1 ? Loss.SIGMOID_CROSS_ENTROPY : Loss.SOFTMAX_CROSS_ENTROPY);
        double[] parameters =
                new Random(seed).doubles(network.layout().length(), -0.8, 0.8).toArray();
        return new Model(network, parameters, new double[0]);
    }

    /** Rows of the classes and of two groups, and a third that takes no part, in turn. */
    static Dataset rows(int outputs, int n) {
        Random random = new Random(31);
        int[] labels = random.ints(n, 0, Math.max(2, outputs)).toArray();
        int[] sex = new int[n];
        Arrays.setAll(sex, j -> j % 5 == 4 ? 2 : j % 2);
        Targets targets = Targets.classes(labels, Math.max(2, outputs));
        return Dataset.of(
                        "rows",
                        Shape.flat(4),
                        Features.of(random.doubles(4L * n, -1, 1).toArray(), 4),
                        outputs == 1 ? Targets.asSingleColumn(targets) : targets)
                .withGroup("sex", List.of("f", "m", "unknown"), sex);
    }
}

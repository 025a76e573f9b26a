package org.expunge.influence.curvature.damping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.curvature.damping.LaplaceEvidence.Fit;
import org.expunge.influence.curvature.damping.LaplaceEvidence.Options;
import org.expunge.influence.curvature.damping.LaplaceEvidence.Result;
import org.expunge.influence.curvature.damping.LaplaceEvidence.State;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LaplaceEvidenceTest {
    /** Inputs 0..3 with a constant, y = (0, 1, 1, 3), σ² = .25 and δ = 2: worked out with N(y; 0, σ²I + XXᵀ/δ). */
    @Nested
    class OnBayesianLinearRegression {
        private static final double LOG_EVIDENCE = -5.421004514730;
        private static final double DETERMINED = 1.6752136752;
        private static final double NEXT = 2.4872017354;

        private final double[] x = {0, 1, 2, 3};
        private final double[] y = {0, 1, 1, 3};
        private final State state = state(2, 0.25);

        @ParameterizedTest
        @EnumSource(names = {"SQUARED_ERROR", "MEAN_SQUARED_ERROR"})
        void theEvidenceIsThatOfTheNormalDistributionOfTheTargets(Loss loss) {
            LaplaceEvidence evidence = evidence(loss);

            assertThat(evidence.logEvidence(state)).isCloseTo(LOG_EVIDENCE, within(1e-9));
            assertThat(evidence.determined(state).get("line")).isCloseTo(DETERMINED, within(1e-9));
            assertThat(evidence.next(state).precisions().get("line")).isCloseTo(NEXT, within(1e-9));
        }

        @Test
        void theNumbersFollowFromTheDesignMatrix() {
            // XᵀX = [[4, 6], [6, 14]] has the eigenvalues 9 ± √61
            double one = (9 - Math.sqrt(61)) / 0.25;
            double two = (9 + Math.sqrt(61)) / 0.25;

            assertThat(one / (one + 2) + two / (two + 2)).isCloseTo(DETERMINED, within(1e-9));
        }

        /** With C = 2 XᵀX / n and b = 2 Xᵀy / n, the curvature and slope of the mean of (ŷ − y)². */
        @Test
        void theDampedSolveIsThePosteriorMean() {
            double damping = evidence(Loss.SQUARED_ERROR).dampings(state).getOrDefault("line", 0.0);

            assertPosteriorMean(damping);
            // a precision of the sum taken for one of the mean
            assertThatThrownBy(() -> assertPosteriorMean(4 * damping)).isInstanceOf(AssertionError.class);
            // one of the negative log-likelihood taken for one of the loss
            assertThatThrownBy(() -> assertPosteriorMean(damping / (2 * state.noise())))
                    .isInstanceOf(AssertionError.class);
        }

        private void assertPosteriorMean(double damping) {
            double slope = 0.8205128205128205;
            double intercept = 0.017094017094017096;
            assertThat((2 + damping) * intercept + 3 * slope).isCloseTo(2.5, within(1e-12));
            assertThat(3 * intercept + (7 + damping) * slope).isCloseTo(6, within(1e-12));
        }

        private LaplaceEvidence evidence(Loss loss) {
            Network network =
                    Network.builder(Shape.flat(1)).add("line", new Dense(1)).build(loss);
            Model model = new Model(network, new double[] {0.8205128205128205, 0.017094017094017096}, new double[0]);
            Dataset data = Dataset.of("line", Shape.flat(1), Features.of(x, 1), Targets.real(y, 1));
            try (Engine engine = SmallProblems.reference(1, 4)) {
                return LaplaceEvidence.of(engine, model, data, Ekfac.fit(engine, model, data, Kfac.Options.DEFAULT));
            }
        }
    }

    private final Random random = new Random(5);
    private final double[] first = random.doubles(30, 0, 2).toArray();
    private final double[] second = random.doubles(8, 0, 0.1).toArray();
    private final LaplaceEvidence classifier = twoLayers(Loss.SOFTMAX_CROSS_ENTROPY);

    @Test
    void theFixedPointIsTheHighestOfAllPriorsNearIt() {
        Result result = classifier.maximise(Options.DEFAULT);

        assertThat(result.isConverged()).isTrue();
        for (String layer : result.dampings().keySet()) {
            for (double factor : new double[] {0.5, 0.9, 1.1, 2}) {
                State moved = new State(result.state().precisions(), 1);
                moved.precisions().computeIfPresent(layer, (name, precision) -> precision * factor);
                assertThat(classifier.logEvidence(moved)).isLessThan(result.logEvidence());
            }
        }
    }

    @Test
    void theDerivativeByTheLogarithmOfThePriorIsHalfOfWhatIsNotDetermined() {
        State at = new State(new TreeMap<>(Map.of("a", 0.7, "b", 3.0)), 1);
        double h = 1e-5;

        double difference =
                (classifier.logEvidence(scaled(at, Math.exp(h))) - classifier.logEvidence(scaled(at, Math.exp(-h))))
                        / (2 * h);

        // ½ [γ − δ‖θ‖²] of layer a
        double determined = classifier.determined(at).getOrDefault("a", 0.0);
        assertThat(difference).isCloseTo((determined - 0.7 * 12) / 2, within(1e-7));
    }

    @Test
    void theNoiseOfARegressionIsWhatTheParametersLeave() {
        LaplaceEvidence regression = twoLayers(Loss.MEAN_SQUARED_ERROR);

        Result result = regression.maximise(Options.DEFAULT);

        double determined = result.determined().values().stream()
                .mapToDouble(Double::doubleValue)
                .sum();
        // mean squared errors of 4 outputs: ‖y − f‖² = 4 · 90 over 100 · 4 numbers
        assertThat(result.state().noise()).isCloseTo(360 / (400 - determined), within(1e-4));
    }

    /** The same errors, of which the one loss counts a quarter: its curvature and damping are a quarter too. */
    @Test
    void dampingIsInUnitsOfTheLoss() {
        LaplaceEvidence whole = new LaplaceEvidence(new Fit(100, 4, Loss.SQUARED_ERROR, 360))
                .add("a", Arrays.stream(first).map(value -> 4 * value).toArray(), 12)
                .add("b", Arrays.stream(second).map(value -> 4 * value).toArray(), 3);

        double quarter =
                twoLayers(Loss.MEAN_SQUARED_ERROR).maximise(Options.DEFAULT).of("a", first);

        assertThat(whole.maximise(Options.DEFAULT).of("a", first)).isCloseTo(4 * quarter, within(1e-9));
    }

    @Test
    void pooledLayersShareOnePrior() {
        LaplaceEvidence pooled = classifier.pooled();
        State both = new State(new TreeMap<>(Map.of("a", 0.7, "b", 0.7)), 1);
        State all = new State(new TreeMap<>(Map.of("all", 0.7)), 1);

        assertThat(pooled.logEvidence(all)).isCloseTo(classifier.logEvidence(both), within(1e-9));
    }

    @Test
    void moreRowsOfTheSameKindAreDampedLess() {
        double few = classifier.maximise(Options.DEFAULT).of("a", first);
        LaplaceEvidence more = new LaplaceEvidence(new Fit(1_000, 4, Loss.SOFTMAX_CROSS_ENTROPY, 900))
                .add("a", first, 12)
                .add("b", second, 3);

        assertThat(more.maximise(Options.DEFAULT).of("a", first)).isBetween(few / 10, few / 5);
    }

    @Test
    void layersThatAreZeroOrDoNothingStayFinite() {
        LaplaceEvidence dead = new LaplaceEvidence(new Fit(10, 2, Loss.SOFTMAX_CROSS_ENTROPY, 5))
                .add("zero", new double[] {1, 2}, 0)
                .add("flat", new double[] {0, -1e-17}, 4)
                .add("both", new double[2], 0);

        Result result = dead.maximise(Options.DEFAULT);

        assertThat(result.state().precisions())
                .containsEntry("zero", 1e8)
                .containsEntry("flat", 1e-8)
                .containsEntry("both", 1e8);
        assertThat(result.logEvidence()).isFinite();
    }

    @Test
    void saysWhenItDidNotConverge() {
        Result result = classifier.maximise(new Options(1, 1e-12));

        assertThat(result.isConverged()).isFalse();
        assertThat(result.iterations()).isEqualTo(1);
    }

    @Test
    void refusesUnknownLayersAndNumbersOutOfRange() {
        Result result = classifier.maximise(Options.DEFAULT);

        assertThatThrownBy(() -> result.of("c", first))
                .hasMessageContaining("c")
                .hasMessageContaining("[a, b]");
        assertThatThrownBy(() -> classifier.add("a", first, 1)).hasMessageContaining("twice");
        assertThatThrownBy(() -> classifier.add("d", first, Double.NaN)).hasMessageContaining("d");
        assertThatThrownBy(() -> new Fit(0, 1, Loss.SQUARED_ERROR, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Fit(1, 1, Loss.SQUARED_ERROR, Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private LaplaceEvidence twoLayers(Loss loss) {
        return new LaplaceEvidence(new Fit(100, 4, loss, 90))
                .add("a", first, 12)
                .add("b", second, 3);
    }

    private static State scaled(State state, double factor) {
        State scaled = new State(state.precisions(), state.noise());
        scaled.precisions().computeIfPresent("a", (name, precision) -> precision * factor);
        return scaled;
    }

    private static State state(double precision, double noise) {
        return new State(new TreeMap<>(Map.of("line", precision)), noise);
    }
}

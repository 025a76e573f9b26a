package org.expunge.influence.score.representer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Pass;
import org.expunge.influence.network.Weights;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.Scores;
import org.expunge.influence.score.WorkLimits;
import org.expunge.influence.testkit.EstimatorContract;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.testkit.TestBackends;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag(TestBackends.TAG)
class RepresenterPointsTest extends EstimatorContract {
    private static final double PENALTY = 0.01;

    private final Model model = SmallProblems.convolutional(1);

    private static RepresenterPoints.Options options(WorkLimits limits) {
        return new RepresenterPoints.Options(PENALTY, 1e-10, 50, limits);
    }

    @Override
    protected Estimator estimator(Engine on, WorkLimits limits) {
        return new RepresenterPoints(on, model, options(limits));
    }

    @Override
    protected Dataset train() {
        return SmallProblems.rows(model, 12, 3);
    }

    @Override
    protected Dataset queries() {
        return SmallProblems.rows(model, 4, 4);
    }

    @Override
    protected boolean isSameToTheBitOverWorkers() {
        return false; // the fit's gradients are summed by worker
    }

    @Test
    void partsAddUpToTheLogitOfTheFittedLayer() {
        LastLayer last = new LastLayer(engine, model);
        Model head = new HeadFit(engine, last.inputs(train()), PENALTY)
                .fit(last.head(), 1e-12, 50)
                .head();

        Scores scores = estimator(engine, WorkLimits.DEFAULT).score(train(), queries());

        Dataset inputs = last.inputs(queries());
        for (int q = 0; q < 4; q++) {
            double logit = logits(head, inputs.select(new int[] {q}))[queries().label(q)];
            assertThat(Arrays.stream(scores.row(q)).sum()).isCloseTo(logit, within(1e-8));
            assertThat(Math.abs(logit)).isGreaterThan(1e-3);
        }
    }

    /** The layer before the fit is no sum over rows: the check would see a method that skipped the fit. */
    @Test
    void partsDoNotAddUpToTheLogitOfALayerThatWasNotFitted() {
        Scores scores = estimator(engine, WorkLimits.DEFAULT).score(train(), queries());

        double logit = logits(model, queries().select(new int[] {0}))[queries().label(0)];
        assertThat(Arrays.stream(scores.row(0)).sum()).isNotCloseTo(logit, within(0.05));
    }

    @Test
    void theFitIsTheMinimumOfTheObjective() {
        LastLayer last = new LastLayer(engine, model);
        Dataset inputs = last.inputs(train());
        HeadFit.Result fit = new HeadFit(engine, inputs, PENALTY).fit(last.head(), 1e-10, 50);

        double best = objective(fit.head(), inputs);
        for (int j = 0; j < fit.head().parameters().length; j += 7) {
            double[] up = fit.head().parameters();
            up[j] += 1e-4;
            double[] down = fit.head().parameters();
            down[j] -= 1e-4;
            double above = objective(fit.head().withParameters(up), inputs);
            double below = objective(fit.head().withParameters(down), inputs);
            assertThat((above - below) / 2e-4).isCloseTo(0, within(1e-8));
            assertThat(Math.min(above, below)).isGreaterThan(best);
        }
        assertThat(fit.isConverged()).isTrue();
    }

    private double objective(Model head, Dataset inputs) {
        return Arrays.stream(new PerExample(engine).losses(head, inputs))
                        .average()
                        .orElseThrow()
                + PENALTY * Arrays.stream(head.parameters()).map(w -> w * w).sum();
    }

    private double[] logits(Model of, Dataset input) {
        double[] logits = new double[of.network().outputs()];
        try (Weights weights = Weights.of(engine.compute(), of);
                Pass pass = new Pass(engine.compute(), weights, 1)) {
            pass.load(input, new int[] {0}, 0, 1);
            pass.forward();
            engine.compute().read(pass.logits(), 0, logits, 0, logits.length);
        }
        return logits;
    }

    @Test
    void aRidgeRegressionIsItsClosedForm() {
        double[] x = {1, 2, -1, 0.5, 3};
        double[] y = {2, 3, 0, 1, 7};
        Network network =
                Network.builder(Shape.flat(1)).add("output", new Dense(1)).build(Loss.SQUARED_ERROR);
        Model start = new Model(network, new double[] {5, -5}, new double[0]);
        Dataset rows = Dataset.of("rows", Shape.flat(1), Features.of(x, 1), Targets.real(y, 1));

        Scores scores = new RepresenterPoints(engine, start, options(WorkLimits.DEFAULT)).score(rows, rows);

        double[] line = ridge(x, y);
        for (int q = 0; q < 5; q++) {
            for (int i = 0; i < 5; i++) {
                double residual = y[i] - line[0] * x[i] - line[1];
                // α = −δ / (2 λ n) with δ = −2 residual
                double part = residual / (PENALTY * 5) * (x[i] * x[q] + 1);
                assertThat(scores.score(q, i)).isCloseTo(part, within(1e-7));
            }
            assertThat(Arrays.stream(scores.row(q)).sum()).isCloseTo(line[0] * x[q] + line[1], within(1e-7));
        }
    }

    /** Slope and intercept that minimise the mean square plus λ times their squares: Cramer's rule. */
    private static double[] ridge(double[] x, double[] y) {
        double xx = PENALTY;
        double sx = 0;
        double xy = 0;
        double sy = 0;
        for (int i = 0; i < x.length; i++) {
            xx += x[i] * x[i] / x.length;
            sx += x[i] / x.length;
            xy += x[i] * y[i] / x.length;
            sy += y[i] / x.length;
        }
        double ones = 1 + PENALTY;
        double determinant = xx * ones - sx * sx;
        return new double[] {(xy * ones - sx * sy) / determinant, (xx * sy - sx * xy) / determinant};
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aSingleSigmoidIsTurnedTowardsTheLabel(int label) {
        Network network = Network.builder(Shape.flat(2))
                .add("hidden", new Dense(3))
                .add("tanh", new ActivationLayer(Activation.TANH))
                .add("output", new Dense(1, false))
                .build(Loss.SIGMOID_CROSS_ENTROPY);
        double[] parameters = new double[network.layout().length()];
        Arrays.setAll(parameters, j -> Math.sin(j + 1));
        Model sigmoid = new Model(network, parameters, new double[0]);
        Dataset rows = Dataset.of(
                "rows",
                Shape.flat(2),
                Features.of(new double[] {1, 2, -1, 0.5, 3, -2, 0.1, 1}, 2),
                Targets.real(new double[] {1, 0, 0, 1}, 1));
        Dataset query = Dataset.of(
                "query", Shape.flat(2), Features.of(new double[] {0.5, 1}, 2), Targets.real(new double[] {label}, 1));
        LastLayer last = new LastLayer(engine, sigmoid);
        Model head = new HeadFit(engine, last.inputs(rows), PENALTY)
                .fit(last.head(), 1e-12, 50)
                .head();

        Scores scores = new RepresenterPoints(engine, sigmoid, options(WorkLimits.DEFAULT)).score(rows, query);

        double logit = logits(head, last.inputs(query))[0];
        assertThat(Arrays.stream(scores.row(0)).sum()).isCloseTo((2 * label - 1) * logit, within(1e-8));
    }

    @Test
    void float32ReachesItsToleranceAndAFitCutShortIsCounted() {
        try (Engine cpu = new Engine(TestBackends.rounded(), new Workers(1), 4)) {
            Provenance full = new RepresenterPoints(cpu, model, RepresenterPoints.Options.DEFAULT)
                    .score(train(), queries())
                    .provenance();
            Provenance cut = new RepresenterPoints(
                            cpu, model, new RepresenterPoints.Options(PENALTY, 1e-6, 1, WorkLimits.DEFAULT))
                    .score(train(), queries())
                    .provenance();

            assertThat(full.inverse().unconverged()).isZero();
            assertThat(full.inverse().largestResidual()).isBetween(0.0, 1e-6);
            assertThat(cut.inverse().unconverged()).isEqualTo(1);
            assertThat(full.layers()).containsExactly("output");
            assertThat(full.coveragePercent()).isCloseTo(100.0 * 183 / 246, within(1e-9));
            assertThat(full.units()).isEqualTo(Provenance.Units.LOGIT_PART);
        }
    }

    @Test
    void aRepeatedRowScoresAlikeTwice() {
        assertTwinsScoreAlike(estimator(engine, WorkLimits.DEFAULT), train(), queries());
    }

    @Test
    void networksThatDoNotEndInADenseLayerAreRefused() {
        Network network = Network.builder(Shape.flat(2))
                .add("output", new Dense(1))
                .add("tanh", new ActivationLayer(Activation.TANH))
                .build(Loss.SQUARED_ERROR);
        Model bounded = new Model(network, new double[3], new double[0]);

        assertThatThrownBy(() -> new RepresenterPoints(engine, bounded, RepresenterPoints.Options.DEFAULT))
                .hasMessageContaining("tanh is another");
    }
}

package org.expunge.influence.retraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.Recipe;
import org.junit.jupiter.api.Test;

class RetrainedQueriesTest {
    private static final Dataset ROWS = SmallProblems.rows(SmallProblems.dense(1), 24, 4);
    private static final Dataset NONE = ROWS.select(new int[0]);

    private static RetrainedQueries task(RetrainedQueries.Length length) throws Exception {
        Recipe recipe = Recipe.parse(
                "{seed: 1, data: {source: digits}, model: {preset: logistic}, "
                        + "training: {epochs: 6, batchSize: 4, schedule: {kind: constant, learningRate: 0.05}}}",
                "test");
        return new RetrainedQueries(recipe, ROWS, NONE, ROWS, QueryFunctional.LOG_ODDS, length);
    }

    @Test
    void logOddsAndLossOrderModelsAlike() {
        Model model = SmallProblems.dense(1);
        try (Engine engine = SmallProblems.reference(2, 5)) {
            double[] losses = QueryFunctional.LOSS.measure(engine, model, ROWS);
            double[] odds = QueryFunctional.LOG_ODDS.measure(engine, model, ROWS);
            for (int q = 0; q < losses.length; q++) {
                double p = new Evaluator(engine).evaluate(model, ROWS).prediction(q)[ROWS.label(q)];
                assertThat(odds[q]).isCloseTo(Math.log((1 - p) / p), within(1e-10));
                assertThat(losses[q]).isCloseTo(Math.log1p(Math.exp(odds[q])), within(1e-10));
            }
        }
    }

    @Test
    void logOddsOfASingleOutputFollowTheLabelAndStayFiniteWhereTheLossVanishes() {
        Network network =
                Network.builder(Shape.flat(1)).add("out", new Dense(1)).build(Loss.SIGMOID_CROSS_ENTROPY);
        Model model = new Model(network, new double[] {100, 0}, new double[0]);
        Dataset queries = Dataset.of(
                "q", Shape.flat(1), Features.of(new double[] {1, 1}, 1), Targets.real(new double[] {1, 0}, 1));
        try (Engine engine = SmallProblems.reference(1, 5)) {
            assertThat(QueryFunctional.LOG_ODDS.measure(engine, model, queries))
                    .containsExactly(new double[] {-100, 100}, within(1e-9));
        }
    }

    @Test
    void regressionHasNoOdds() {
        Network network =
                Network.builder(Shape.flat(1)).add("out", new Dense(1)).build(Loss.SQUARED_ERROR);
        Model model = new Model(network, new double[] {1, 0}, new double[0]);
        Dataset queries =
                Dataset.of("q", Shape.flat(1), Features.of(new double[] {1}, 1), Targets.real(new double[] {1}, 1));
        try (Engine engine = SmallProblems.reference(1, 5)) {
            assertThatThrownBy(() -> QueryFunctional.LOG_ODDS.measure(engine, model, queries))
                    .hasMessageContaining("measure the loss instead");
        }
    }

    @Test
    void leavingARowOutRaisesItsOwnLossAndTheFullSubsetIsThePlainTraining() throws Exception {
        RetrainedQueries task = task(RetrainedQueries.Length.EPOCHS);
        int[] left = {0, 5, 11};
        try (Engine engine = SmallProblems.reference(2, 8)) {
            SubsetOutputs outputs = new Retrainings(engine, task)
                    .run(
                            Subsets.leavingOut(ROWS.size(), left),
                            new Retrainings.Options(4, Retrainings.SeedPlan.PAIRED, 2));
            LeaveOneOut effects = LeaveOneOut.of(outputs);

            for (int k = 0; k < left.length; k++) {
                assertThat(effects.effects()[left[k]][k]).isPositive();
                assertThat(effects.standardErrors()[left[k]][k]).isPositive();
                assertThat(effects.effects()[left[k]][k])
                        .isCloseTo(outputs.means()[k + 1][left[k]] - outputs.means()[0][left[k]], within(1e-12));
            }
        }
    }

    @Test
    void fewerRowsCanTakeAsManySteps() throws Exception {
        int[] quarter = IntStream.range(0, 6).toArray();
        RetrainedQueries epochs = task(RetrainedQueries.Length.EPOCHS);
        RetrainedQueries steps = task(RetrainedQueries.Length.STEPS);
        RetrainedQueries longer = new RetrainedQueries(
                steps.recipe().withTraining(steps.recipe().training().withEpochs(18)), // 36 steps, 2 an epoch
                ROWS,
                NONE,
                ROWS,
                QueryFunctional.LOG_ODDS);
        try (Engine engine = SmallProblems.reference(1, 8)) {
            assertThat(steps.measure(engine, quarter, 3)).isEqualTo(longer.measure(engine, quarter, 3));
            assertThat(steps.measure(engine, quarter, 3)).isNotEqualTo(epochs.measure(engine, quarter, 3));
        }
        assertThat(steps.inputs()).isNotEqualTo(epochs.inputs());
        assertThat(steps.negated().inputs()).isNotEqualTo(steps.inputs());
    }

    @Test
    void withoutRowsTheFirstModelIsMeasured() throws Exception {
        RetrainedQueries task = task(RetrainedQueries.Length.STEPS);
        try (Engine engine = SmallProblems.reference(1, 8)) {
            Model first = task.recipe().withSeed(9).initialModel(ROWS);

            assertThat(task.measure(engine, new int[0], 9))
                    .isEqualTo(QueryFunctional.LOG_ODDS.measure(engine, first, ROWS));
            assertThat(task.negated().measure(engine, new int[0], 9)[0])
                    .isEqualTo(-task.measure(engine, new int[0], 9)[0]);
        }
    }

    @Test
    void hiddenFeaturesAreWhatTheLastLayerIsGiven() {
        Model model = SmallProblems.dense(1);
        try (Engine engine = SmallProblems.reference(2, 5)) {
            double[][] features = LastHidden.features(engine, model, ROWS);
            assertThat(features).hasNumberOfRows(24);
            assertThat(java.util.Arrays.stream(features[0])).hasSize(4).allMatch(f -> f > 0); // softplus
            assertThat(LastHidden.features(engine, model, ROWS.select(new int[] {7}))[0])
                    .isEqualTo(features[7]);
            Network flat =
                    Network.builder(Shape.flat(5)).add("out", new Dense(3)).build(Loss.SOFTMAX_CROSS_ENTROPY);
            Model logistic = new Model(flat, new double[18], new double[0]);
            assertThat(LastHidden.features(engine, logistic, ROWS)[3]).isEqualTo(ROWS.row(3));
        }
    }
}

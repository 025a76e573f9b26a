package org.expunge.defense.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.defense.attack.PatchAttack;
import org.expunge.defense.attack.PatchTrigger;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.StratifiedSplit;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.DataRecipe;
import org.expunge.influence.training.ModelRecipe;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.Retrainer;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.TrainingOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class NeuralCleanseTest {
    private static final int TARGET = 6;

    private final Engine engine = new Engine(Backends.create("cpu"), new Workers(2), 64);

    @AfterEach
    void close() {
        engine.workers().close();
    }

    @Nested
    class OnDigits {
        @Test
        void findsTheClassOfAPlantedPatchAndTheCornerItIsIn() throws Exception {
            ModelEvidence evidence = examine(4, true);

            assertThat(evidence.label()).isEqualTo(TARGET);
            assertThat(evidence.anomalyIndex()).isGreaterThan(AnomalyIndex.OUTLIER);
            assertThat(evidence.trigger().success()).isGreaterThanOrEqualTo(0.98);
            // the patch is in rows and columns 6 and 7
            int strongest = IntStream.range(0, 64)
                    .boxed()
                    .max((a, b) -> Double.compare(
                            evidence.trigger().mask().get(a),
                            evidence.trigger().mask().get(b)))
                    .orElseThrow();
            assertThat(strongest / 8).isGreaterThanOrEqualTo(6);
            assertThat(strongest % 8).isGreaterThanOrEqualTo(6);
            assertThat(BackdoorOdds.MEASURED
                            .probability(evidence.features(), 0.5)
                            .value())
                    .isGreaterThan(0.8);
        }

        @Test
        void staysUnderTwoOnACleanNetwork() throws Exception {
            ModelEvidence evidence = examine(4, false);

            assertThat(evidence.anomalyIndex()).isLessThan(AnomalyIndex.OUTLIER);
            assertThat(BackdoorOdds.MEASURED
                            .probability(evidence.features(), 0.5)
                            .value())
                    .isLessThan(0.5);
        }

        private ModelEvidence examine(long seed, boolean isPatched) throws Exception {
            Partition parts = new StratifiedSplit(0.17, 0.25, seed)
                    .split(DataSpec.parse("digits").load().train());
            PatchAttack attack = new PatchAttack(
                    new PatchAttack.Options(PatchAttack.EVERY_CLASS, TARGET, 40, new PatchTrigger(2, 2, 0, 16), seed));
            Dataset train = isPatched ? attack.plant(parts.train()).train() : parts.train();
            Normalizer scale = Normalizer.fit(train, Normalizer.Options.parse("scale:16"));
            Dataset rows = scale.apply(train);
            Model model = new Retrainer(engine, recipe(seed))
                    .retrain(rows, rows.select(new int[0]), seed)
                    .model();
            Dataset clean = parts.validation().select(IntStream.range(0, 100).toArray());
            return new ModelAudit(engine, NeuralCleanse.Options.DEFAULT)
                    .examine(model, scale.apply(clean), ValueRange.of(clean, scale));
        }
    }

    @Test
    void findsTheFeatureOfATableThatDecides() {
        // class 1 whenever feature 2 is large; the other features hardly matter
        Model model = KnownModels.linear(new double[][] {{1, 1, 0, 0}, {0, 0, 20, 0}, {-1, 0, 0, 1}}, 0.5, -5, 0);
        Random random = new Random(3);
        double[][] rows = new double[60][4];
        for (double[] row : rows) {
            row[0] = random.nextDouble() - 0.5;
            row[1] = random.nextDouble() - 0.5;
            row[2] = 0.2 * random.nextDouble();
            row[3] = 3 * random.nextDouble();
        }
        rows[0][2] = 1;
        Dataset clean = KnownModels.rows(3, 0, rows);
        ValueRange range = ValueRange.of(clean, Normalizer.fit(clean, Normalizer.Options.parse("none")));

        ReversedTrigger trigger = new NeuralCleanse(engine, NeuralCleanse.Options.DEFAULT)
                .reverse(model, clean, range)
                .get(1);

        assertThat(trigger.success()).isGreaterThanOrEqualTo(0.98);
        assertThat(trigger.mask().get(2)).isBetween(0.25, 0.5); // 20 m beats 5 and little else
        assertThat(trigger.mask().get(0)
                        + trigger.mask().get(1)
                        + trigger.mask().get(3))
                .isLessThan(0.2);
        assertThat(trigger.pattern().get(2)).isCloseTo(1, within(0.1));
    }

    @Test
    void saysHowManyRowsItNeeds() {
        Model model = KnownModels.linear(new double[][] {{1}, {2}});
        Dataset few = KnownModels.rows(2, 0, KnownModels.column(1, 2, 3));
        ValueRange range = ValueRange.of(few, Normalizer.fit(few, Normalizer.Options.parse("none")));

        assertThatThrownBy(() -> new NeuralCleanse(engine, NeuralCleanse.Options.DEFAULT).reverse(model, few, range))
                .hasMessageContaining("at least 50 clean rows")
                .hasMessageContaining("has 3");
        Dataset oneClass = KnownModels.rows(2, 0, KnownModels.column(new double[60]));
        assertThatThrownBy(
                        () -> new NeuralCleanse(engine, NeuralCleanse.Options.DEFAULT).reverse(model, oneClass, range))
                .hasMessageContaining("all 60 clean rows into class 0");
    }

    @Test
    void aTriggerReplacesWhatItsMaskCovers() {
        ReversedTrigger trigger = new ReversedTrigger(0, 1.5, 1, List.of(1.0, 0.5), List.of(8.0, 4.0));

        assertThat(trigger.stamp(KnownModels.rows(2, 1, new double[] {2, 2})).row(0))
                .containsExactly(8, 3);
    }

    private static Recipe recipe(long seed) {
        DataRecipe data = new DataRecipe(
                DataSpec.parse("digits"), Normalizer.Options.parse("scale:16"), 0, 0, OptionalLong.empty());
        TrainingOptions training = TrainingOptions.DEFAULT
                .withOptimizer(Optimizer.sgd())
                .withSchedule(Schedule.cosine(0.2))
                .withEpochs(30)
                .withBatchSize(32)
                .withL2(1e-4);
        return new Recipe(seed, data, ModelRecipe.mlp(64, 32), training);
    }
}

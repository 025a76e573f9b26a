package org.expunge.influence.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.training.Checkpoint;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.Retrainer;
import org.junit.jupiter.api.Test;

class MislabelDetectionTest {
    @Test
    void figuresOfTenRowsAreWorkedOutByHand() {
        double[] scores = {10, 9, 8, 7, 6, 5, 4, 3, 2, 1};
        boolean[] wrong = {true, false, true, false, false, false, false, false, false, false};

        MislabelDetection found = MislabelDetection.of("by hand", scores, wrong);

        assertThat(found.recallAtTenPercent()).isEqualTo(0.5);
        assertThat(found.recallAtTwentyPercent()).isEqualTo(0.5);
        assertThat(MislabelDetection.recall(scores, wrong, 0.21)).isEqualTo(1);
        assertThat(found.averagePrecision()).isCloseTo((1 + 2.0 / 3) / 2, within(1e-12));
        assertThat(found.auroc()).isCloseTo(15 / 16.0, within(1e-12));
    }

    @Test
    void flipsAreAsManyAsAskedForEvenlySpreadAndNeverToTheSameClass() {
        Dataset data = SmallProblems.clusters(3_000, 3, 0.5, 1);

        LabelNoise noise = LabelNoise.uniform(data, 0.4, 5);

        int[] moves = new int[9];
        for (int i = 0; i < 3_000; i++) {
            assertThat(noise.data().label(i) != data.label(i)).isEqualTo(noise.isFlipped()[i]);
            moves[3 * data.label(i) + noise.data().label(i)]++;
        }
        assertThat(moves[1] + moves[2] + moves[3] + moves[5] + moves[6] + moves[7])
                .isEqualTo(1_200);
        for (int move : new int[] {1, 2, 3, 5, 6, 7}) { // 200 each with a deviation of 14: 5 of them
            assertThat((double) moves[move]).isCloseTo(200, within(70.0));
        }
        assertThat(LabelNoise.uniform(data, 0.4, 5).isFlipped()).isEqualTo(noise.isFlipped());
    }

    @Test
    void controlsFindFlippedRowsOfWellSeparatedClasses() throws Exception {
        LabelNoise noise = LabelNoise.uniform(SmallProblems.clusters(90, 3, 0.5, 2), 0.1, 5);
        Recipe recipe = Recipe.parse(
                "{seed: 3, data: {source: digits}, model: {preset: logistic}, training: {epochs: 8, batchSize: 8, "
                        + "schedule: {kind: constant, learningRate: 0.1}, checkpoints: {unit: epochs, interval: 4}}}",
                "test");
        Dataset train = noise.data();
        try (Engine engine = SmallProblems.reference(2, 16)) {
            List<Checkpoint> checkpoints = new Retrainer(engine, recipe)
                    .retrain(train, train.select(new int[0]), 3)
                    .checkpoints();

            Map<String, double[]> controls = new MislabelControls(engine, 5).scores(train, checkpoints, recipe, 3);

            assertThat(controls)
                    .containsOnlyKeys(
                            MislabelControls.FINAL_LOSS,
                            MislabelControls.MEAN_LOSS,
                            MislabelControls.OUT_OF_FOLD_LOSS,
                            MislabelControls.GRADIENT_NORM);
            controls.forEach((name, scores) -> assertThat(MislabelDetection.of(name, scores, noise.isFlipped())
                            .auroc())
                    .as(name)
                    .isGreaterThan(0.95));
            double[] mean = new double[train.size()];
            for (Checkpoint checkpoint : checkpoints) {
                double[] losses = new PerExample(engine).losses(checkpoint.model(), train);
                Arrays.setAll(mean, i -> mean[i] + losses[i] / checkpoints.size());
            }
            assertThat(controls.get(MislabelControls.MEAN_LOSS)).containsExactly(mean, within(1e-12));
        }
    }

    /** Rows of pure noise are learnt by heart by a training on them, and not by one without them. */
    @Test
    void outOfFoldLossesComeFromModelsThatHaveNotSeenTheRow() throws Exception {
        Random random = new Random(4);
        double[] x = random.doubles(40 * 60, -1, 1).toArray();
        Dataset train = Dataset.of(
                "noise",
                Shape.flat(60),
                Features.of(x, 60),
                Targets.classes(random.ints(40, 0, 2).toArray(), 2));
        Recipe recipe = Recipe.parse(
                "{seed: 3, data: {source: digits}, model: {preset: logistic}, training: {epochs: 40, batchSize: 8, "
                        + "schedule: {kind: constant, learningRate: 0.2}}}",
                "test");
        try (Engine engine = SmallProblems.reference(1, 16)) {
            List<Checkpoint> checkpoints = new Retrainer(engine, recipe)
                    .retrain(train, train.select(new int[0]), 3)
                    .checkpoints();
            Map<String, double[]> controls = new MislabelControls(engine, 4).scores(train, checkpoints, recipe, 3);

            assertThat(mean(Objects.requireNonNull(controls.get(MislabelControls.FINAL_LOSS))))
                    .isLessThan(0.1);
            assertThat(mean(Objects.requireNonNull(controls.get(MislabelControls.OUT_OF_FOLD_LOSS))))
                    .isGreaterThan(0.5);
        }
    }

    @Test
    void refusesSharesThatFlipNothing() {
        assertThatThrownBy(() -> LabelNoise.uniform(SmallProblems.clusters(9, 3, 0.5, 1), 0.01, 5))
                .hasMessageContaining("flips none");
        assertThatThrownBy(() -> MislabelDetection.of("d", new double[2], new boolean[2]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }
}

package org.expunge.defense.certify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
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
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.StratifiedSplit;
import org.expunge.influence.data.Targets;
import org.expunge.influence.training.DataRecipe;
import org.expunge.influence.training.EarlyStopping;
import org.expunge.influence.training.ModelRecipe;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.TrainingOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PartitionEnsembleTest {
    private static final Recipe TINY = recipe("standardize", ModelRecipe.of(ModelRecipe.Preset.LOGISTIC), 3);

    private final Engine engine = new Engine(Backends.create("cpu"), new Workers(2), 32);

    @AfterEach
    void close() {
        engine.workers().close();
    }

    @Test
    void oneRowMoreOrLessChangesTheVotesOfOneMemberAtMostAndOrderAndIdsOfNone() {
        Dataset rows = cloud(60, 1);
        Dataset inputs = cloud(20, 2);
        EnsemblePlan plan = new EnsemblePlan(6, 1, 5);
        int[][] votes = PartitionEnsemble.train(engine, TINY, rows, plan).votes(engine, inputs);

        List<Integer> shuffled = new ArrayList<>(IntStream.range(0, 60).boxed().toList());
        Collections.shuffle(shuffled, new Random(4));
        Dataset mixed = rows.select(shuffled.stream().mapToInt(i -> i).toArray())
                .withIds(IntStream.range(0, 60).mapToObj(i -> "other-" + i).toList());

        assertThat(PartitionEnsemble.train(engine, TINY, mixed, plan).votes(engine, inputs))
                .isDeepEqualTo(votes);
        for (int row = 0; row < 10; row++) {
            int[][] without = PartitionEnsemble.train(engine, TINY, rows.without(new int[] {row}), plan)
                    .votes(engine, inputs);
            assertThat(membersThatDiffer(votes, without)).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void aFlippedLabelChangesTheMembersThatSeeItsPartitionAlone() {
        Dataset rows = cloud(60, 1);
        Dataset inputs = cloud(20, 2);
        EnsemblePlan plan = new EnsemblePlan(4, 3, 5);
        int[][] votes = PartitionEnsemble.train(engine, TINY, rows, plan).votes(engine, inputs);
        int most = 0;
        for (int row = 0; row < 10; row++) {
            int[][] after = PartitionEnsemble.train(engine, TINY, flipped(rows, row), plan)
                    .votes(engine, inputs);
            most = Math.max(most, membersThatDiffer(votes, after));
        }

        assertThat(most).isBetween(1, 3);
    }

    @Test
    void noPoisonWithinTheRadiusChangesAPrediction() {
        Dataset rows = cloud(24, 1);
        Dataset inputs = cloud(12, 2);
        EnsemblePlan plan = new EnsemblePlan(5, 1, 5);
        List<CertifiedPrediction> before =
                PartitionEnsemble.train(engine, TINY, rows, plan).certify(engine, inputs);

        // every single deletion and every single label flip
        for (int row = 0; row < rows.size(); row++) {
            for (Dataset attacked : List.of(rows.without(new int[] {row}), flipped(rows, row))) {
                List<CertifiedPrediction> after =
                        PartitionEnsemble.train(engine, TINY, attacked, plan).certify(engine, inputs);
                for (int i = 0; i < inputs.size(); i++) {
                    assertThat(before.get(i).radius() == 0
                                    || before.get(i).label() == after.get(i).label())
                            .isTrue();
                    assertThat(after.get(i).radius())
                            .isGreaterThanOrEqualTo(before.get(i).radius() - 1);
                }
            }
        }
        assertThat(before).anyMatch(p -> p.radius() >= 1);
    }

    @Test
    void copiesOfARowAllFallIntoOnePartition() {
        Dataset rows = cloud(10, 1);
        Dataset copies = rows.concat(
                rows.withIds(IntStream.range(0, 10).mapToObj(i -> "copy-" + i).toList()));
        RowPartitions partitions = new RowPartitions(copies, 7, 3);

        for (int i = 0; i < 10; i++) {
            assertThat(partitions.partition(i + 10)).isEqualTo(partitions.partition(i));
        }
    }

    @Test
    void membersWithoutRowsNameClassZero() {
        PartitionEnsemble ensemble = PartitionEnsemble.train(engine, TINY, cloud(3, 1), new EnsemblePlan(40, 1, 5));

        assertThat(ensemble.constantMembers()).isGreaterThanOrEqualTo(37);
        assertThat(ensemble.memberRows().stream().mapToInt(i -> i).sum()).isEqualTo(3);
        assertThat(ensemble.certify(engine, cloud(2, 2))).allMatch(p -> p.label() == 0 && p.radius() >= (37 - 3) / 2);
    }

    @Test
    void refusesARecipeThatWatchesOtherRows() {
        Recipe early = TINY.withTraining(TINY.training().withEarlyStopping(new EarlyStopping(2, 0)));

        assertThatThrownBy(() -> PartitionEnsemble.train(engine, early, cloud(9, 1), new EnsemblePlan(3, 1, 0)))
                .hasMessageContaining("stops early")
                .hasMessageContaining("without early stopping");
    }

    @Test
    void thirtyMembersOnDigitsKeepTheirAccuracyAndHoldOutAgainstAPatch() throws Exception {
        Recipe recipe = recipe("scale:16", ModelRecipe.mlp(32), 60);
        double accuracy = 0;
        double certified = 0;
        double success = 0;
        for (long seed = 1; seed <= 3; seed++) {
            Partition parts = new StratifiedSplit(0.17, 0.25, seed)
                    .split(DataSpec.parse("digits").load().train());
            PatchAttack attack =
                    new PatchAttack(new PatchAttack.Options(1, 0, 20, new PatchTrigger(2, 3, 0, 16), seed));
            Dataset poisoned = attack.plant(parts.train()).train();

            PartitionEnsemble ensemble =
                    PartitionEnsemble.train(engine, recipe, poisoned, new EnsemblePlan(30, 1, seed));

            CertifiedAccuracy clean =
                    CertifiedAccuracy.of(ensemble.certify(engine, parts.test()), parts.test(), List.of(5));
            accuracy += clean.accuracy() / 3;
            certified += clean.points().get(0).share() / 3;
            success += ensemble.certify(engine, attack.attackInputs(parts.test())).stream()
                            .mapToInt(p -> p.label() == 0 ? 1 : 0)
                            .average()
                            .orElseThrow()
                    / 3;
        }
        // five seeds gave .92, .78 and .20; one network has an attack success near 1
        assertThat(accuracy).isGreaterThan(0.9);
        assertThat(certified).isGreaterThan(0.7);
        assertThat(success).isLessThan(0.25);
    }

    private static Dataset flipped(Dataset rows, int row) {
        return rows.withTargets(Targets.relabel(rows.targets(), Map.of(row, 1 - rows.label(row))));
    }

    private static int membersThatDiffer(int[][] before, int[][] after) {
        return (int) IntStream.range(0, before[0].length)
                .filter(m -> IntStream.range(0, before.length).anyMatch(i -> before[i][m] != after[i][m]))
                .count();
    }

    private static Recipe recipe(String normalization, ModelRecipe model, int epochs) {
        DataRecipe data = new DataRecipe(
                DataSpec.parse("digits"), Normalizer.Options.parse(normalization), 0, 0, OptionalLong.empty());
        TrainingOptions training = TrainingOptions.DEFAULT
                .withOptimizer(Optimizer.sgd())
                .withSchedule(Schedule.cosine(0.2))
                .withEpochs(epochs)
                .withBatchSize(16);
        return new Recipe(3, data, model, training);
    }

    /** Two overlapping classes in the plane. */
    private static Dataset cloud(int n, long seed) {
        Random random = new Random(seed);
        int[] labels = IntStream.range(0, n).map(i -> i % 2).toArray();
        double[] values = new double[2 * n];
        Arrays.setAll(values, j -> random.nextGaussian() + (labels[j / 2] == 1 ? 1.5 : -1.5));
        return Dataset.of("cloud", Shape.flat(2), Features.of(values, 2), Targets.classes(labels, 2));
    }
}

package org.expunge.benchmarks.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Partition;
import org.expunge.influence.retraining.Retrainings;
import org.expunge.influence.training.DataRecipe;
import org.expunge.influence.training.ModelRecipe;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.unlearning.ForgetRequest;
import org.expunge.unlearning.sharded.ShardResult;
import org.expunge.unlearning.sharded.ShardedModel;
import org.expunge.unlearning.sharded.ShardedPlan;
import org.expunge.unlearning.sharded.ShardedTraining;
import org.expunge.unlearning.sharded.VoteMetrics;

/**
 * What cutting the embedded digits into shards and slices costs in accuracy, and what it saves when random rows are
 * deleted: rows that go through retraining as a share of training all shards again. Rows are counted, not timed.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar org.expunge.benchmarks.study.ShardedStudy
 * docs/results/sharded-digits.csv}
 */
public final class ShardedStudy {
    private static final int[][] CUTS = {{1, 1}, {1, 4}, {4, 1}, {4, 4}, {8, 4}, {16, 4}};
    private static final int[] DELETIONS = {1, 10, 50};
    private static final int DRAWS = 1000;
    private static final long FIRST_SEED = 500;
    private static final int SEEDS = 3;

    private ShardedStudy() {}

    /**
     * Runs the study.
     *
     * @param args the file to write
     */
    public static void main(String[] args) throws IOException {
        StudyTable table = new StudyTable(
                "java -cp benchmarks/target/benchmarks.jar " + ShardedStudy.class.getName() + " " + args[0],
                List.of(
                        "seed",
                        "shards",
                        "slices",
                        "test accuracy of the majority",
                        "of the mean probability",
                        "of one shard",
                        "share retrained for 1 deletion",
                        "for 10",
                        "for 50",
                        "share expected for 1"));
        try (Engine engine = new Engine(Backends.create("cpu"), Workers.perProcessor(), 32)) {
            for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
                for (int[] cut : CUTS) {
                    run(engine, seed, new ShardedTraining.Options(cut[0], cut[1]), table);
                }
            }
        }
        table.write(Path.of(args[0]));
    }

    private static void run(Engine engine, long seed, ShardedTraining.Options cut, StudyTable table)
            throws IOException {
        Recipe recipe = new Recipe(
                seed, DataRecipe.of(DataSpec.parse("digits")), ModelRecipe.mlp(64, 64), TrainingOptions.DEFAULT);
        Partition raw = recipe.data().load(recipe.seeds());
        ShardedTraining training = new ShardedTraining(recipe, cut);
        training.check(raw.train());
        ShardResult[] shards = new ShardResult[cut.shards()];
        Retrainings.forEach(
                engine,
                cut.shards(),
                (single, s) -> shards[s] = training.train(single, s, training.shard(raw.train(), s), null, rows -> {}));
        ShardedModel model = new ShardedModel(Arrays.stream(shards)
                .map(shard -> new ShardedModel.Member(shard.normalizer(), shard.model()))
                .toList());
        VoteMetrics metrics = model.predict(engine, raw.test()).metrics(raw.test());
        double[] shares = new double[DELETIONS.length];
        for (int d = 0; d < shares.length; d++) {
            shares[d] = share(training, raw.train().ids(), DELETIONS[d], seed);
        }
        int slices = cut.slices();
        table.add(
                seed,
                cut.shards(),
                slices,
                metrics.majority(),
                metrics.meanProbability(),
                metrics.members(),
                shares[0],
                shares[1],
                shares[2],
                (2.0 * slices + 1) / (3 * slices) / cut.shards());
    }

    /** Returns the mean over random draws. */
    private static double share(ShardedTraining training, List<String> ids, int deletions, long seed) {
        Random random = new Random(seed);
        List<String> shuffled = new ArrayList<>(ids);
        double sum = 0;
        for (int i = 0; i < DRAWS; i++) {
            Collections.shuffle(shuffled, random);
            ForgetRequest request = ForgetRequest.of(shuffled.subList(0, deletions));
            sum += ShardedPlan.of(training, ids, request, 0).share();
        }
        return sum / DRAWS;
    }
}

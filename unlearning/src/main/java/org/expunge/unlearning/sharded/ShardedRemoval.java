package org.expunge.unlearning.sharded;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Partition;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.retraining.Retrainings;
import org.expunge.influence.training.Derivation;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;

/** Writes the sharded run that comes after a removal of rows. */
final class ShardedRemoval {
    private static final String METHOD = "forget by sharded retraining";

    private final ShardedRun run;
    private final Set<String> ids;
    private final Set<String> held;
    private final ShardedPlan plan;
    private final Engine engine;

    ShardedRemoval(ShardedRun run, Collection<String> ids, Set<String> held, Engine engine) {
        this.run = run;
        this.plan = run.plan(ids);
        this.ids = Set.copyOf(ids);
        this.held = Set.copyOf(held);
        this.engine = engine;
    }

    void write(Path out, ShardProgress progress) throws IOException {
        AtomicFiles.refuseExisting(out);
        plan.shards().forEach(this::checkRemaining);
        AtomicFiles.directory(out, folder -> {
            Files.createDirectories(ShardedFolder.shards(folder));
            takeOverOthers(folder);
            LongConsumer onRows = progress.counting(plan.rowPasses());
            Retrainings.forEach(engine, plan.shards().size(), (single, i) -> {
                try {
                    retrain(single, plan.shards().get(i), folder, onRows);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            ShardedFolder.writeInfo(folder, run.training().options(), remaining(), engine, origin());
        });
    }

    private void checkRemaining(ShardedPlan.Touched touched) {
        checkArgument(
                touched.firstSlice() > 0
                        || remaining(touched.shard()).stream()
                                .anyMatch(id -> run.training().assignment().slice(id) == 0),
                "forgetting these rows leaves shard %s of %s without rows in its first slice; train a new run without"
                        + " them, with fewer shards or slices",
                touched.shard(),
                run.path());
    }

    private List<String> remaining(int shard) {
        return run.raw().get(shard).train().ids().stream()
                .filter(id -> !ids.contains(id))
                .toList();
    }

    /** A shard that no training row leaves is taken over as it is, but for the rows that it only lists. */
    private void takeOverOthers(Path folder) throws IOException {
        Set<Integer> touched =
                plan.shards().stream().map(ShardedPlan.Touched::shard).collect(Collectors.toCollection(HashSet::new));
        for (int s = 0; s < run.shards().size(); s++) {
            TrainingRun shard = run.shards().get(s);
            if (!touched.contains(s) && held.isEmpty()) {
                copy(shard.path(), ShardedFolder.shard(folder, s));
            } else if (!touched.contains(s)) {
                derive(shard, before(shard), held, ShardedFolder.shard(folder, s), engine);
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(from)) {
            all = walk.toList();
        }
        for (Path each : all) {
            Files.copy(each, to.resolve(from.relativize(each)), StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    private void retrain(Engine single, ShardedPlan.Touched touched, Path folder, LongConsumer onRows)
            throws IOException {
        int s = touched.shard();
        TrainingRun shard = run.shards().get(s);
        Dataset rows = without(run.raw().get(s).train());
        @Nullable
        ShardResult clean = touched.firstSlice() == 0 ? null : before(shard).after(touched.firstSlice());
        ShardResult result = run.training().train(single, s, rows, clean, onRows);
        Set<String> gone = ids.stream()
                .filter(id -> run.training().assignment().shard(id) == s)
                .collect(Collectors.toCollection(HashSet::new));
        gone.addAll(held);
        derive(shard, result, gone, ShardedFolder.shard(folder, s), single);
    }

    private static ShardResult before(TrainingRun shard) {
        return new ShardResult(
                shard.normalizer(), shard.checkpoints(), shard.metrics().epochs());
    }

    private static void derive(TrainingRun shard, ShardResult result, Set<String> gone, Path out, Engine engine)
            throws IOException {
        Derivation derivation = new Derivation(
                METHOD,
                gone,
                result.model(),
                result.checkpoints(),
                result.epochs(),
                result.normalizer(),
                null,
                shard.info().notes());
        shard.derive(out, derivation, engine);
    }

    private Dataset without(Dataset rows) {
        return rows.without(rows.ids().stream()
                .filter(id -> ids.contains(id) || held.contains(id))
                .mapToInt(rows::rowOf)
                .toArray());
    }

    private Partition remaining() {
        return new Partition(without(run.train()), without(run.validation()), without(run.test()));
    }

    private ShardedInfo.Origin origin() throws IOException {
        return new ShardedInfo.Origin(
                String.valueOf(run.path().toAbsolutePath().normalize().getFileName()),
                run.digest(),
                plan.rows(),
                plan.shards().stream().map(ShardedPlan.Touched::shard).toList());
    }
}

package org.expunge.unlearning.sharded;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.expunge.influence.training.RunRow;
import org.expunge.influence.training.Split;
import org.expunge.unlearning.ForgetRequest;

/**
 * What forgetting rows would take, counted before anything is done.
 *
 * @param rows rows to forget
 * @param shards the shards that have some of them, ascending
 * @param rowPasses rows that go through training, epochs multiplied in
 * @param fullRowPasses the same for training all shards again on the rows that remain
 * @param seconds thread time to expect, by the speed of the run's first training
 */
public record ShardedPlan(int rows, List<Touched> shards, long rowPasses, long fullRowPasses, double seconds) {
    /**
     * One shard that must be retrained in part.
     *
     * @param shard which, in [0, S)
     * @param rows rows to forget in it
     * @param firstSlice the first slice that has one of them: stages before it are kept, its own and all later are
     *     purged and trained again
     * @param remaining rows that remain in the shard
     * @param rowPasses rows that go through its retraining, epochs multiplied in
     */
    public record Touched(int shard, int rows, int firstSlice, int remaining, long rowPasses) {}

    /** Copies the list. */
    public ShardedPlan {
        shards = List.copyOf(shards);
    }

    static ShardedPlan of(ShardedRun run, ForgetRequest request) {
        ShardedTraining training = run.training();
        Set<String> wanted = new LinkedHashSet<>(request.ids());
        Set<String> unknown = new LinkedHashSet<>(wanted);
        List<Touched> touched = new ArrayList<>();
        long full = 0;
        for (int s = 0; s < run.shards().size(); s++) {
            Map<Boolean, List<String>> byFate = run.shards().get(s).rows().stream()
                    .filter(row -> row.split() == Split.TRAIN && !row.isRemoved())
                    .map(RunRow::id)
                    .collect(Collectors.partitioningBy(wanted::contains));
            List<String> forgotten = byFate.getOrDefault(true, List.of());
            int[] sizes = training.sliceSizes(byFate.getOrDefault(false, List.of()));
            full += training.rowPasses(sizes, 0);
            if (!forgotten.isEmpty()) {
                forgotten.forEach(unknown::remove);
                int first = training.firstSlice(forgotten);
                int remaining = Arrays.stream(sizes).sum();
                touched.add(new Touched(s, forgotten.size(), first, remaining, training.rowPasses(sizes, first)));
            }
        }
        checkArgument(
                unknown.isEmpty(),
                "%s of %s row ids are not among the remaining training rows of %s, such as %s; nothing was changed",
                unknown.size(),
                wanted.size(),
                run.path(),
                unknown.stream().findFirst().orElse(""));
        long passes = touched.stream().mapToLong(Touched::rowPasses).sum();
        return new ShardedPlan(
                wanted.size(), touched, passes, full, passes * run.info().secondsPerRow());
    }

    /** Returns the share of a full training that it takes, in [0, 1]. */
    public double share() {
        return (double) rowPasses / fullRowPasses;
    }
}

package org.expunge.unlearning.sharded;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
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

    /**
     * Counts what forgetting rows would take.
     *
     * @param training how rows are cut and trained
     * @param trained ids of all training rows that remain so far
     * @param request which of them to forget
     * @param secondsPerRow thread time of a row in training, an epoch
     * @return the shards to retrain, from which slice, and the rows that this takes
     * @throws IllegalArgumentException if an id is not among {@code trained}
     */
    public static ShardedPlan of(
            ShardedTraining training, Collection<String> trained, ForgetRequest request, double secondsPerRow) {
        Set<String> wanted = new LinkedHashSet<>(request.ids());
        Map<Integer, List<String>> forgotten = byShard(training, trained, wanted::contains);
        Map<Integer, List<String>> remaining = byShard(training, trained, id -> !wanted.contains(id));
        forgotten.values().forEach(wanted::removeAll);
        checkArgument(
                wanted.isEmpty(),
                "%s of %s row ids are not among the %s remaining training rows, such as %s; nothing was changed",
                wanted.size(),
                request.ids().size(),
                trained.size(),
                wanted.stream().findFirst().orElse(""));
        List<Touched> touched = new ArrayList<>();
        long full = 0;
        for (int s = 0; s < training.options().shards(); s++) {
            int[] sizes = training.sliceSizes(remaining.getOrDefault(s, List.of()));
            full += training.rowPasses(sizes, 0);
            List<String> rows = forgotten.getOrDefault(s, List.of());
            if (!rows.isEmpty()) {
                int first = training.firstSlice(rows);
                int left = Arrays.stream(sizes).sum();
                touched.add(new Touched(s, rows.size(), first, left, training.rowPasses(sizes, first)));
            }
        }
        long passes = touched.stream().mapToLong(Touched::rowPasses).sum();
        return new ShardedPlan(request.ids().size(), touched, passes, full, passes * secondsPerRow);
    }

    private static Map<Integer, List<String>> byShard(
            ShardedTraining training, Collection<String> ids, Predicate<String> isWanted) {
        return ids.stream()
                .filter(isWanted)
                .collect(Collectors.groupingBy(id -> training.assignment().shard(id)));
    }

    /** Returns the share of a full training that it takes, in [0, 1]. */
    public double share() {
        return (double) rowPasses / fullRowPasses;
    }
}

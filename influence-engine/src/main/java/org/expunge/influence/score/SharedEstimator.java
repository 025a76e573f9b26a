package org.expunge.influence.score;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.expunge.influence.compute.EngineGroup;
import org.expunge.influence.data.Dataset;

/**
 * One estimator on several engines, such as the GPUs of a machine: each computes some blocks of the table, and all go
 * to one sink. Blocks are those of one engine with the same plan, so that scores are the same to the last bit where the
 * engines round alike; the sink gets them in the order of the plan for each engine, and in any order between engines.
 *
 * <p>When an engine fails, the others stop behind the block that they are at, and an interrupt stops all within theirs;
 * a {@link ScoreStore} goes on from the finished blocks in another run. What a sink throws is thrown as it is. Where a
 * plan has fewer blocks than there are engines, some of them have nothing to do: the limits that members are made with
 * should cut rows, and queries that are solved for, into as many.
 *
 * <p><b>Cost.</b> That of one engine, divided; each engine needs the memory of the plan. What members do once for all
 * blocks, each of them does.
 */
public final class SharedEstimator implements Estimator {
    private final EngineGroup group;
    private final List<Estimator> members;

    /**
     * Shares work.
     *
     * @param group where to compute; stays the caller's to close
     * @param members the same estimator on each engine of the group, in its order
     * @throws IllegalArgumentException if they are not the same; the message names what differs
     */
    public SharedEstimator(EngineGroup group, List<? extends Estimator> members) {
        checkArgument(members.size() == group.size(), "%s estimators for %s engines", members.size(), group.size());
        this.group = group;
        this.members = List.copyOf(members);
        for (Estimator member : members) {
            List<String> differences = differences(lead(), member);
            checkArgument(
                    differences.isEmpty(),
                    "the engines do not agree on %s; fit once, store, and give all of them the same",
                    differences);
        }
    }

    private static List<String> differences(Estimator first, Estimator other) {
        SortedMap<String, String> expected = new TreeMap<>(first.inputs());
        expected.put("method", first.method());
        SortedMap<String, String> found = new TreeMap<>(other.inputs());
        found.put("method", other.method());
        TreeSet<String> names = new TreeSet<>(expected.keySet());
        names.addAll(found.keySet());
        return names.stream()
                .filter(name -> !expected.getOrDefault(name, "").equals(found.getOrDefault(name, "")))
                .toList();
    }

    private Estimator lead() {
        return members.get(0);
    }

    @Override
    public String method() {
        return lead().method();
    }

    @Override
    public SortedMap<String, String> inputs() {
        return lead().inputs();
    }

    /**
     * {@inheritDoc} It is the plan of each engine.
     *
     * @throws IllegalArgumentException also if engines would cut differently
     */
    @Override
    public MemoryPlan plan(int rows, int queries) {
        MemoryPlan plan = lead().plan(rows, queries);
        for (Estimator member : members) {
            MemoryPlan other = member.plan(rows, queries);
            checkArgument(
                    other.rowsPerBlock() == plan.rowsPerBlock() && other.queriesPerBlock() == plan.queriesPerBlock(),
                    "engines cut the table into different blocks, %s x %s and %s x %s; give them the same tile,"
                            + " workers and memory",
                    plan.rowsPerBlock(),
                    plan.queriesPerBlock(),
                    other.rowsPerBlock(),
                    other.queriesPerBlock());
        }
        return plan;
    }

    @Override
    public Provenance stream(Dataset train, Dataset queries, ScoreSink sink) throws IOException {
        MemoryPlan plan = plan(train.size(), queries.size());
        BlockShares shares = BlockShares.of(plan, group.size());
        Set<BlockRange> wanted = plan.blocks().stream().filter(sink::wants).collect(Collectors.toSet());
        Set<Integer> busy = wanted.stream().map(shares::engine).collect(Collectors.toSet());
        Joint joint = new Joint(sink, wanted);
        List<List<Provenance>> made = group.run((place, engine, others) -> {
            if (!busy.contains(place) && place > 0) {
                return List.of();
            }
            others.check();
            return List.of(members.get(place).stream(train, queries, joint.of(place, shares, others)));
        });
        return merged(made.stream().flatMap(List::stream).toList(), shares.byRows());
    }

    /** A sink that several engines fill in turn. */
    private static final class Joint {
        private final ScoreSink sink;
        private final Set<BlockRange> wanted;
        private final SortedMap<Integer, Provenance.Inverse> solved = new TreeMap<>();

        Joint(ScoreSink sink, Set<BlockRange> wanted) {
            this.sink = sink;
            this.wanted = wanted;
        }

        private synchronized void accept(EngineGroup.Others others, ScoreBlock block) throws IOException {
            others.handOn(() -> sink.accept(block));
        }

        private synchronized void solved(EngineGroup.Others others, int place, Provenance.Inverse soFar)
                throws IOException {
            solved.put(place, soFar);
            Provenance.Inverse all =
                    solved.values().stream().reduce(Provenance.Inverse::and).orElseThrow();
            others.handOn(() -> sink.solved(all));
        }

        /** Returns the side of the sink that an engine sees: it wants the engine's blocks alone. */
        ScoreSink of(int place, BlockShares shares, EngineGroup.Others others) {
            return new ScoreSink() {
                @Override
                public void accept(ScoreBlock block) throws IOException {
                    Joint.this.accept(others, block);
                    others.check();
                }

                @Override
                public void solved(Provenance.Inverse soFar) throws IOException {
                    Joint.this.solved(others, place, soFar);
                }

                @Override
                public boolean wants(BlockRange range) {
                    return shares.engine(range) == place && wanted.contains(range);
                }
            };
        }
    }

    private Provenance merged(List<Provenance> made, boolean byRows) {
        Provenance merged = made.get(0);
        Provenance.Inverse inverse = made.stream()
                .map(Provenance::inverse)
                .reduce(Provenance.Inverse::and)
                .orElseThrow();
        return merged.withInverse(inverse).withSkipped(skipped(made, byRows)).withBackend(group.description());
    }

    /** What is shared out adds up; of the other kind, every engine has met the same. */
    private static Provenance.Skipped skipped(List<Provenance> made, boolean byRows) {
        List<Provenance.Skipped> all = made.stream().map(Provenance::skipped).toList();
        return new Provenance.Skipped(
                terms(all, Provenance.Skipped::rowTerms, byRows),
                terms(all, Provenance.Skipped::queryTerms, !byRows),
                smallest(all, Provenance.Skipped::smallestRowDelta),
                smallest(all, Provenance.Skipped::smallestQueryDelta));
    }

    private static long terms(
            List<Provenance.Skipped> all, ToLongFunction<Provenance.Skipped> which, boolean areShared) {
        return areShared
                ? all.stream().mapToLong(which).sum()
                : all.stream().mapToLong(which).max().orElseThrow();
    }

    private static double smallest(List<Provenance.Skipped> all, ToDoubleFunction<Provenance.Skipped> which) {
        return all.stream().mapToDouble(which).filter(delta -> delta > 0).min().orElse(0);
    }
}

package org.expunge.influence.score.ensemble;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.score.BlockRange;
import org.expunge.influence.score.BlockTask;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.MemoryPlan;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.ScoreBlock;
import org.expunge.influence.score.ScoreSink;
import org.expunge.influence.score.WorkLimits;

/**
 * The mean of the scores of several estimators: usually one method over models trained alike from several seeds. The
 * part of a score that belongs to one seed averages out.
 *
 * <p><b>Shapes.</b> m queries × n training rows.
 *
 * <p><b>Units.</b> Those of the members, which must agree.
 *
 * <p><b>Accuracy.</b> The mean is in double.
 *
 * <p><b>Cost.</b> That of all members, one after the other; 8 n bytes a query beside the largest member's plan. A block
 * holds all rows, so that a member that looks at the whole training set sees it.
 *
 * <p><b>Source.</b> S. M. Park and others, "TRAK", ICML 2023, section 3, for models of several seeds; on digits five
 * models of EK-FAC correlate better with retraining than one (see the results in {@code docs}).
 */
public final class ScoreEnsemble implements Estimator {
    private final List<Estimator> members;
    private final WorkLimits limits;

    /**
     * Joins estimators.
     *
     * @param members at least one
     * @param limits memory for the sums and for the member at work
     */
    public ScoreEnsemble(List<? extends Estimator> members, WorkLimits limits) {
        checkArgument(!members.isEmpty(), "an ensemble needs a member");
        this.members = List.copyOf(members);
        this.limits = limits;
    }

    /** Returns the members' methods, each once: {@code ensemble of 5 x influence-function}. */
    @Override
    public String method() {
        SortedMap<String, Integer> counts = new TreeMap<>();
        members.forEach(member -> counts.merge(member.method(), 1, Integer::sum));
        List<String> parts = new ArrayList<>();
        counts.forEach((method, count) -> parts.add(count + " x " + method));
        return "ensemble of " + String.join(" and ", parts);
    }

    @Override
    public SortedMap<String, String> inputs() {
        SortedMap<String, String> inputs = new TreeMap<>();
        for (int m = 0; m < members.size(); m++) {
            String prefix = "member-" + m + " ";
            inputs.put(prefix + "method", members.get(m).method());
            members.get(m).inputs().forEach((name, value) -> inputs.put(prefix + name, value));
        }
        return inputs;
    }

    @Override
    public MemoryPlan plan(int rows, int queries) {
        long column = 2L * Double.BYTES * rows;
        int most = Math.min(queries, limits.queriesPerBlock());
        int block = Math.max(1, Math.min(most, Integer.MAX_VALUE / Math.max(1, rows)));
        while (block > 1 && memberBytes(rows, block) + block * column > limits.maxBytes()) {
            block = (block + 1) / 2;
        }
        long member = memberBytes(rows, block);
        limits.check(member + block * column);
        return new MemoryPlan(
                rows, queries, Math.max(1, rows), block, true, member, 0, block * column, limits.maxBytes());
    }

    private long memberBytes(int rows, int queries) {
        return members.stream()
                .mapToLong(member -> member.plan(rows, queries).totalBytes())
                .max()
                .orElseThrow();
    }

    @Override
    public Provenance stream(Dataset train, Dataset queries, ScoreSink sink) throws IOException {
        List<Provenance> made = new ArrayList<>();
        BlockTask.stream(plan(train.size(), queries.size()), train, queries, sink, (range, rows, block) -> {
            double[] sums = new double[Math.multiplyExact(range.rows(), range.queries())];
            for (Estimator member : members) {
                made.add(member.stream(train, block, part -> add(part, range.queries(), sums)));
            }
            return sums;
        });
        return made.isEmpty() ? emptyTable(train, queries) : Provenances.mean(method(), members.size(), made);
    }

    private void add(ScoreBlock part, int queries, double[] sums) {
        BlockRange range = part.range();
        for (int r = 0; r < range.rows(); r++) {
            int to = (range.rowFrom() + r) * queries + range.queryFrom();
            for (int q = 0; q < range.queries(); q++) {
                sums[to + q] += part.score(q, r) / members.size();
            }
        }
    }

    /** Nothing was wanted: the members are asked for how they would have worked. */
    private Provenance emptyTable(Dataset train, Dataset queries) throws IOException {
        Dataset none = queries.select(new int[0]);
        List<Provenance> made = new ArrayList<>();
        for (Estimator member : members) {
            made.add(member.stream(train, none, block -> {}));
        }
        return Provenances.mean(method(), members.size(), made);
    }
}

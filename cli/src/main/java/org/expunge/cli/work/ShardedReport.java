package org.expunge.cli.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import java.util.TreeMap;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.expunge.unlearning.sharded.ShardedInfo;
import org.expunge.unlearning.sharded.ShardedRun;
import org.expunge.unlearning.sharded.VoteMetrics;
import org.jspecify.annotations.Nullable;

/**
 * A sharded run in brief.
 *
 * @param did what was done, in one word
 * @param run the directory
 * @param data where the rows come from
 * @param shards S
 * @param slices L
 * @param parameters numbers of each model
 * @param removed rows taken out since the first training
 * @param seed the root seed
 * @param metrics accuracy of the vote, by part
 * @param modelDigest SHA-256 of all models' parameters
 * @param origin what the run was made from; null for a training
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ShardedReport(
        String did,
        String run,
        String data,
        int shards,
        int slices,
        int parameters,
        int removed,
        long seed,
        Map<String, VoteMetrics> metrics,
        String modelDigest,
        ShardedInfo.@Nullable Origin origin)
        implements Result {

    /** Describes a run. */
    public static ShardedReport of(String did, ShardedRun run) {
        return new ShardedReport(
                did,
                run.path().toString(),
                run.recipe().data().source().toString(),
                run.info().shards(),
                run.info().slices(),
                run.shards().get(0).model().network().layout().length(),
                run.removedIds().size(),
                run.recipe().seed(),
                new TreeMap<>(run.info().metrics()),
                run.modelDigest(),
                run.info().origin());
    }

    @Override
    public Document document() {
        Table.Builder parts = Table.of("part", "rows", "majority vote", "mean probability", "one model");
        for (String part : new String[] {"train", "validation", "test"}) {
            VoteMetrics figures = metrics.get(part);
            if (figures != null) {
                parts.row(
                        part,
                        figures.rows(),
                        Numbers.percent(figures.majority()),
                        Numbers.percent(figures.meanProbability()),
                        Numbers.percent(figures.members()));
            }
        }
        return Document.titled(did + " " + run)
                .table(Table.of()
                        .row("data", data)
                        .row("models", shards + " shards of " + slices + " slices, " + parameters + " parameters each")
                        .row("seed", seed)
                        .row("removed rows", removed)
                        .row("model digest", modelDigest)
                        .build())
                .heading("Accuracy")
                .table(parts.build())
                .build();
    }
}

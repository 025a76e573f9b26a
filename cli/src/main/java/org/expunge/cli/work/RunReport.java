package org.expunge.cli.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import java.util.TreeMap;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.expunge.influence.training.Metrics;
import org.expunge.influence.training.RunInfo;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;

/**
 * A run directory in brief.
 *
 * @param did what was done, in one word
 * @param run the directory
 * @param data where the rows come from
 * @param parameters numbers of the model
 * @param checkpoints parameters kept along the way
 * @param epochs epochs run; 0 for a model that was not trained here
 * @param removed rows taken out since the first training
 * @param seed the root seed
 * @param metrics rows, loss and accuracy of each part
 * @param origin what the run was made from; null for a training
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunReport(
        String did,
        String run,
        String data,
        int parameters,
        int checkpoints,
        int epochs,
        int removed,
        long seed,
        Map<String, Metrics> metrics,
        RunInfo.@Nullable Origin origin)
        implements Result {

    /** Describes a run. */
    public static RunReport of(String did, TrainingRun run) {
        return new RunReport(
                did,
                run.path().toString(),
                run.recipe().data().source().toString(),
                run.model().network().layout().length(),
                run.checkpoints().size(),
                run.metrics().epochs().size(),
                run.removedIds().size(),
                run.info().seed(),
                new TreeMap<>(run.metrics().last()),
                run.info().origin());
    }

    @Override
    public Document document() {
        Table.Builder parts = Table.of("part", "rows", "loss", "accuracy");
        for (String part : new String[] {"train", "validation", "test"}) {
            Metrics figures = metrics.get(part);
            if (figures != null) {
                Double accuracy = figures.accuracy();
                parts.row(
                        part,
                        figures.rows(),
                        Numbers.decimal(figures.loss()),
                        accuracy == null ? "-" : Numbers.percent(accuracy));
            }
        }
        return Document.titled(did + " " + run)
                .table(Table.of()
                        .row("data", data)
                        .row(
                                "model",
                                parameters + " parameters, " + checkpoints + " checkpoints, " + epochs + " epochs")
                        .row("seed", seed)
                        .row("removed rows", removed)
                        .build())
                .heading("Figures")
                .table(parts.build())
                .build();
    }
}

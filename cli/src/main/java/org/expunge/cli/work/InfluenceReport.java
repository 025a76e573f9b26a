package org.expunge.cli.work;

import java.util.List;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.expunge.influence.score.Provenance;

/**
 * The rows that move some inputs most.
 *
 * @param run the run
 * @param scores the file with all scores, inputs × rows
 * @param provenance how they were made
 * @param rows training rows scored
 * @param queries the inputs
 */
public record InfluenceReport(String run, String scores, Provenance provenance, int rows, List<Query> queries)
        implements Result {
    /** The text shows this many inputs; the files and the JSON hold all. */
    private static final int SHOWN = 10;

    /**
     * One input.
     *
     * @param id the input
     * @param label the label that its loss was taken for
     * @param predicted the label that the model gives it
     * @param proponents rows whose removal would raise its loss most, first the foremost
     * @param opponents rows whose removal would lower its loss most, first the foremost
     */
    public record Query(String id, int label, int predicted, List<RankedRow> proponents, List<RankedRow> opponents) {}

    /**
     * A training row.
     *
     * @param id the row
     * @param label its label
     * @param score its score; positive for proponents
     */
    public record RankedRow(String id, int label, double score) {}

    @Override
    public Document document() {
        Document.Builder document = Document.titled("Influence of " + rows + " rows of " + run)
                .table(Table.of()
                        .row(
                                "method",
                                provenance.method() + " over "
                                        + provenance.checkpoints().size() + " checkpoints")
                        .row("units", provenance.units())
                        .row("parameters covered", Numbers.percent(provenance.coveragePercent() / 100))
                        .row("inputs", queries.size())
                        .row("all scores", scores)
                        .build())
                .paragraph("Positive: removing the row would raise the input's loss.");
        queries.stream()
                .limit(SHOWN)
                .forEach(query -> document.heading(query.id() + ", class " + query.label()
                                + (query.label() == query.predicted() ? "" : ", taken for " + query.predicted()))
                        .table(table(query)));
        if (queries.size() > SHOWN) {
            document.paragraph("... and " + (queries.size() - SHOWN) + " more inputs; --format json lists all.");
        }
        return document.build();
    }

    private static Table table(Query query) {
        Table.Builder table = Table.of("proponent", "class", "score", "opponent", "class", "score");
        for (int i = 0; i < query.proponents().size(); i++) {
            RankedRow up = query.proponents().get(i);
            RankedRow down = query.opponents().get(i);
            table.row(
                    up.id(),
                    up.label(),
                    Numbers.decimal(up.score()),
                    down.id(),
                    down.label(),
                    Numbers.decimal(down.score()));
        }
        return table.build();
    }
}

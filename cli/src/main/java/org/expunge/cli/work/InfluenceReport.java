package org.expunge.cli.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.expunge.influence.score.Provenance;
import org.jspecify.annotations.Nullable;

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
     * @param label the class that its loss was taken for; null for regression
     * @param predicted the class that the model gives it; null for regression
     * @param proponents rows whose removal would raise its loss most, first the foremost
     * @param opponents rows whose removal would lower its loss most, first the foremost
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Query(
            String id,
            @Nullable Integer label,
            @Nullable Integer predicted,
            List<ScoredRow> proponents,
            List<ScoredRow> opponents) {}

    @Override
    public Document document() {
        Document.Builder document = Document.titled("Influence of " + rows + " rows of " + run)
                .table(ProvenanceTable.of(provenance)
                        .row("inputs", queries.size())
                        .row("all scores", scores)
                        .build())
                .paragraph("Positive: removing the row would raise the input's loss.");
        queries.stream()
                .limit(SHOWN)
                .forEach(query -> document.heading(heading(query)).table(table(query)));
        if (queries.size() > SHOWN) {
            document.paragraph("... and " + (queries.size() - SHOWN) + " more inputs; --format json lists all.");
        }
        return document.build();
    }

    private static String heading(Query query) {
        if (query.label() == null) {
            return query.id();
        }
        return query.id() + ", class " + query.label()
                + (query.label().equals(query.predicted()) ? "" : ", taken for " + query.predicted());
    }

    private static Table table(Query query) {
        Table.Builder table = Table.of("proponent", "class", "score", "opponent", "class", "score");
        for (int i = 0; i < query.proponents().size(); i++) {
            ScoredRow up = query.proponents().get(i);
            ScoredRow down = query.opponents().get(i);
            table.row(
                    up.id(),
                    up.className(),
                    Numbers.decimal(up.score()),
                    down.id(),
                    down.className(),
                    Numbers.decimal(down.score()));
        }
        return table.build();
    }
}

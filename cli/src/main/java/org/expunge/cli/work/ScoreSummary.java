package org.expunge.cli.work;

import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.expunge.influence.score.Provenance;

/**
 * How scores were made and how they are spread.
 *
 * @param scores the file
 * @param provenance how they were made
 * @param rows training rows
 * @param queries the inputs
 */
public record ScoreSummary(String scores, Provenance provenance, int rows, List<Spread> queries) implements Result {
    /** The text shows this many inputs; the JSON holds all. */
    private static final int SHOWN = 20;

    /**
     * How the scores of an input are spread.
     *
     * @param id the input
     * @param smallest score
     * @param mean of the scores
     * @param deviation standard deviation of the scores
     * @param largest score
     * @param positive share of rows above 0
     */
    public record Spread(String id, double smallest, double mean, double deviation, double largest, double positive) {
        /** Measures. */
        static Spread of(String id, double[] row) {
            DoubleSummaryStatistics all = Arrays.stream(row).summaryStatistics();
            double mean = all.getAverage();
            double variance = Arrays.stream(row)
                    .map(x -> (x - mean) * (x - mean))
                    .average()
                    .orElse(0);
            double positive = (double) Arrays.stream(row).filter(x -> x > 0).count() / row.length;
            return new Spread(id, all.getMin(), mean, Math.sqrt(variance), all.getMax(), positive);
        }
    }

    @Override
    public Document document() {
        Table.Builder table = Table.of("input", "smallest", "mean", "deviation", "largest", "positive");
        queries.stream()
                .limit(SHOWN)
                .forEach(q -> table.row(
                        q.id(),
                        Numbers.decimal(q.smallest()),
                        Numbers.decimal(q.mean()),
                        Numbers.decimal(q.deviation()),
                        Numbers.decimal(q.largest()),
                        Numbers.percent(q.positive())));
        Document.Builder document = Document.titled("Scores of " + rows + " rows for " + queries.size() + " inputs")
                .table(ProvenanceTable.of(provenance)
                        .row("layers", String.join(", ", provenance.layers()))
                        .row("backend", provenance.backend() + " (" + provenance.precision() + ")")
                        .row("file", scores)
                        .build())
                .heading("Inputs")
                .table(table.build());
        if (queries.size() > SHOWN) {
            document.paragraph("... and " + (queries.size() - SHOWN) + " more inputs; --format json lists all.");
        }
        return document.build();
    }
}

package org.expunge.cli.work;

import java.util.List;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;

/**
 * Training rows by a score of their own.
 *
 * @param run the run
 * @param scores the file with all scores
 * @param method how they were made
 * @param meaning what a large score says
 * @param rows training rows scored
 * @param largest rows with the largest scores, first the largest
 */
public record RowReport(String run, String scores, String method, String meaning, int rows, List<ScoredRow> largest)
        implements Result {
    @Override
    public Document document() {
        Table.Builder table = Table.of("row", "class", "score");
        largest.forEach(row -> table.row(row.id(), row.className(), Numbers.decimal(row.score())));
        return Document.titled("Scores of " + rows + " rows of " + run)
                .table(Table.of()
                        .row("method", method)
                        .row("all scores", scores)
                        .build())
                .paragraph("Largest first: " + meaning + ".")
                .heading("Rows")
                .table(table.build())
                .build();
    }
}

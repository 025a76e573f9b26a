package org.expunge.cli.work;

import java.util.List;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;

/**
 * Training rows or inputs by a score of their own.
 *
 * @param run the run
 * @param scores the file with all scores
 * @param method how they were made
 * @param meaning what a large score says
 * @param things what was scored: rows or inputs
 * @param rows how many of them
 * @param largest rows with the largest scores, first the largest
 */
public record RowReport(
        String run, String scores, String method, String meaning, String things, int rows, List<ScoredRow> largest)
        implements Result {
    @Override
    public Document document() {
        Table.Builder table = Table.of("id", "class", "score");
        largest.forEach(row -> table.row(row.id(), row.className(), Numbers.decimal(row.score())));
        return Document.titled("Scores of " + rows + " " + things + " of " + run)
                .table(Table.of()
                        .row("method", method)
                        .row("all scores", scores)
                        .build())
                .paragraph("Largest first: " + meaning + ".")
                .heading("Largest")
                .table(table.build())
                .build();
    }
}

package org.expunge.cli.work;

import java.util.List;
import java.util.Map;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;

/**
 * How a method did against trainings that really took place.
 *
 * @param check what was done
 * @param run the run
 * @param settings what decided it
 * @param columns names of the figures
 * @param rows a name and its figures, one for each column; null where a figure is not defined
 * @param notes how to read them
 */
public record EvaluationReport(
        String check,
        String run,
        Map<String, Object> settings,
        List<String> columns,
        List<Row> rows,
        List<String> notes)
        implements Result {
    /**
     * Figures of one thing.
     *
     * @param name what they are of
     * @param figures one for each column
     */
    public record Row(String name, List<Double> figures) {
        /** Copies the list. */
        public Row {
            figures = List.copyOf(figures);
        }
    }

    /** Copies the lists. */
    public EvaluationReport {
        settings = Map.copyOf(settings);
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        notes = List.copyOf(notes);
    }

    @Override
    public Document document() {
        Table.Builder facts = Table.of();
        settings.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(setting -> facts.row(setting.getKey(), setting.getValue()));
        Table.Builder table = Table.of(java.util.stream.Stream.concat(java.util.stream.Stream.of(""), columns.stream())
                .toArray(String[]::new));
        rows.forEach(row -> table.row(java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(row.name()),
                        row.figures().stream().map(Numbers::decimal))
                .toArray()));
        Document.Builder document = Document.titled("Evaluation of " + run + ": " + check)
                .table(facts.build())
                .heading("Figures")
                .table(table.build());
        notes.forEach(document::paragraph);
        return document.build();
    }
}

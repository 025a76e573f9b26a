package org.expunge.cli.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.stream.Collectors;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.expunge.influence.score.Provenance;
import org.jspecify.annotations.Nullable;

/**
 * How the scores of training rows change with the features of the rows.
 *
 * @param run the run
 * @param derivatives the folder with all derivatives
 * @param provenance how they were made
 * @param rows training rows looked at
 * @param queries the inputs
 */
public record FeatureReport(String run, String derivatives, Provenance provenance, int rows, List<Query> queries)
        implements Result {
    /** The text shows this many inputs; the files and the JSON hold all. */
    private static final int SHOWN = 10;

    /**
     * One input.
     *
     * @param id the input
     * @param largest rows whose score changes most, first the foremost
     */
    public record Query(String id, List<Row> largest) {
        /** Copies the list. */
        public Query {
            largest = List.copyOf(largest);
        }
    }

    /**
     * One training row.
     *
     * @param id the row
     * @param label its class; null for regression
     * @param length Euclidean length of its score's derivative
     * @param features those of largest effect, first the largest
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Row(String id, @Nullable Integer label, double length, List<Feature> features) {
        /** Copies the list. */
        public Row {
            features = List.copyOf(features);
        }
    }

    /**
     * One feature of a row.
     *
     * @param name its number from 0, or channel:row:column in an image
     * @param derivative of the row's score, for a unit of the feature as the network sees it
     */
    public record Feature(String name, double derivative) {}

    @Override
    public Document document() {
        Document.Builder document = Document.titled("Influence of " + rows + " rows of " + run + " by their features")
                .table(ProvenanceTable.of(provenance)
                        .row("inputs", queries.size())
                        .row("all derivatives", derivatives)
                        .build())
                .paragraph("Derivatives of a row's score, for a unit of a normalised feature; features count from 0. "
                        + "Divided by " + -rows + ": the change of the input's loss when the feature is raised by one "
                        + "and the model trained anew.");
        queries.stream()
                .limit(SHOWN)
                .forEach(query -> document.heading(query.id()).table(table(query)));
        if (queries.size() > SHOWN) {
            document.paragraph("... and " + (queries.size() - SHOWN) + " more inputs; --format json lists all.");
        }
        return document.build();
    }

    private static Table table(Query query) {
        Table.Builder table = Table.of("row", "class", "length", "features of largest effect");
        query.largest()
                .forEach(row -> table.row(
                        row.id(),
                        row.label() == null ? "-" : row.label().toString(),
                        Numbers.decimal(row.length()),
                        row.features().stream()
                                .map(feature -> feature.name() + " " + Numbers.decimal(feature.derivative()))
                                .collect(Collectors.joining(", "))));
        return table.build();
    }
}

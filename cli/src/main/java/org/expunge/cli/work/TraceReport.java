package org.expunge.cli.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.jspecify.annotations.Nullable;

/**
 * The rows behind clusters of suspected inputs.
 *
 * @param run the run
 * @param out the folder with the rows and pictures
 * @param inputs inputs that were judged
 * @param flagged flagged ones among them
 * @param classes over which p-values of clusters are yet to be corrected, but for those of several classes together
 * @param seed of the draws of the tests that make inputs a cluster
 * @param clusters what was found, most suspicious first
 */
public record TraceReport(
        String run, String out, int inputs, int flagged, int classes, long seed, List<TracedCluster> clusters)
        implements Result {
    /** Copies the list. */
    public TraceReport {
        clusters = List.copyOf(clusters);
    }

    /**
     * A cluster.
     *
     * @param label the class that its inputs are taken for
     * @param runnerUps the classes that come second for them
     * @param with the classes whose inputs were suspected only together with these; empty for most
     * @param inputs ids of the inputs, strongest first
     * @param pValue of the test by which they were suspected, before correction over classes
     * @param candidates training rows of the class
     * @param rows the first rows
     * @param sheet name of the picture; null if rows are no images
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record TracedCluster(
            String label,
            List<String> runnerUps,
            List<String> with,
            List<String> inputs,
            double pValue,
            int candidates,
            List<TracedRow> rows,
            @Nullable String sheet) {
        /** Copies the lists. */
        public TracedCluster {
            runnerUps = List.copyOf(runnerUps);
            with = List.copyOf(with);
            inputs = List.copyOf(inputs);
            rows = List.copyOf(rows);
        }
    }

    /**
     * A row.
     *
     * @param id the row
     * @param vote how far it stands above the usual row of its class, in standard deviations
     * @param parts the same by each affinity alone
     * @param distance to the nearest input of the cluster, in the unit of the normalised features
     * @param isAdversarial whether the attack of our own changed it; null if none is known
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record TracedRow(
            String id,
            double vote,
            Map<String, Double> parts,
            double distance,
            @Nullable Boolean isAdversarial) {
        /** Copies the map, in the order of its names. */
        public TracedRow {
            parts = java.util.Collections.unmodifiableMap(new TreeMap<>(parts));
        }
    }

    @Override
    public Document document() {
        Document.Builder document = Document.titled("Trace of " + run)
                .paragraph(
                        clusters.isEmpty()
                                ? "insufficient evidence: no inputs of a class rest on training rows that held-out rows do"
                                        + " not rest on; this does not show that the data are clean."
                                : "inputs rest on training rows on which held-out rows do not rest; 'expunge sanitize' would"
                                        + " see whether removing them changes what the inputs are taken for.")
                .table(Table.of()
                        .row("inputs", inputs + ", " + flagged + " flagged")
                        .row("clusters", clusters.size())
                        .row("seed", seed)
                        .row("folder", out)
                        .build());
        clusters.forEach(cluster -> append(document, cluster, classes));
        return document.build();
    }

    private static void append(Document.Builder document, TracedCluster cluster, int classes) {
        Table.Builder rows = Table.of("row", "vote", "by each affinity", "distance", "planted");
        for (TracedRow row : cluster.rows()) {
            Boolean planted = row.isAdversarial();
            rows.row(
                    row.id(),
                    Numbers.decimal(row.vote()),
                    parts(row),
                    Numbers.decimal(row.distance()),
                    planted == null ? "?" : planted ? "yes" : "no");
        }
        document.heading(cluster.inputs().size() + " inputs taken for " + cluster.label() + ", "
                        + String.join(" or ", cluster.runnerUps()) + " second"
                        + (cluster.with().isEmpty() ? "" : ", together with " + String.join(", ", cluster.with()))
                        + "; p = " + Numbers.decimal(cluster.pValue())
                        + (cluster.with().isEmpty() ? " before correction over " + classes + " classes" : ""))
                .table(rows.build());
    }

    private static String parts(TracedRow row) {
        return String.join(
                ", ",
                row.parts().entrySet().stream()
                        .map(part -> part.getKey() + " " + Numbers.decimal(part.getValue()))
                        .toList());
    }
}

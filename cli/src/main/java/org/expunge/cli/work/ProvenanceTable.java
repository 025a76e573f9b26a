package org.expunge.cli.work;

import java.util.Collections;
import java.util.Locale;
import java.util.SortedMap;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Table;
import org.expunge.influence.score.Provenance;

/** How scores were made, as a table of names and values. */
final class ProvenanceTable {
    private ProvenanceTable() {}

    /** Begins a table; the caller may add rows. */
    static Table.Builder of(Provenance provenance) {
        Table.Builder table = Table.of()
                .row(
                        "method",
                        provenance.method() + " over "
                                + provenance.checkpoints().size() + " checkpoints")
                .row(
                        "units",
                        provenance.units().toString().toLowerCase(Locale.ROOT).replace('_', '-'))
                .row("parameters covered", Numbers.percent(provenance.coveragePercent() / 100));
        if (provenance.damping() > 0) {
            table.row("curvature", provenance.curvature()).row("damping", damping(provenance));
        }
        Provenance.Inverse inverse = provenance.inverse();
        if (inverse.solves() > 0) {
            table.row("preconditioner", inverse.preconditioner())
                    .row(
                            "solves",
                            inverse.solves() + ", " + inverse.products() + " products, residual up to "
                                    + Numbers.decimal(inverse.largestResidual()))
                    .row("unconverged", inverse.unconverged());
        }
        inverse.truncations()
                .forEach((layer, cut) -> table.row(
                        "inputs cut in " + layer,
                        "rank " + cut.rank() + ", error at most " + Numbers.decimal(cut.tail())
                                + " times the norm of the row's gradient there"));
        inverse.choices().forEach((name, choice) -> table.row(name + " chosen", choice));
        return table;
    }

    private static String damping(Provenance provenance) {
        SortedMap<String, Double> dampings = provenance.inverse().dampings();
        double most = dampings.isEmpty() ? provenance.damping() : Collections.max(dampings.values());
        return most == provenance.damping()
                ? Numbers.decimal(most)
                : Numbers.decimal(provenance.damping()) + " to " + Numbers.decimal(most) + ", layer by layer";
    }
}

package org.expunge.cli.report;

import org.expunge.cli.render.Document;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.expunge.cli.work.DefenseEvidence;
import org.expunge.defense.sanitize.SanitizeVerdict;

/**
 * A page on a sanitizing that was written.
 *
 * @param file the page
 * @param figures the same figures as JSON
 * @param verdict how the sanitizing ended
 * @param removed removed rows
 * @param clusters suspected clusters of inputs
 */
public record DefensePageReport(String file, String figures, SanitizeVerdict verdict, int removed, int clusters)
        implements Result {
    /** Describes what was written. */
    public static DefensePageReport of(DefenseEvidence evidence, String file, String figures) {
        return new DefensePageReport(
                file,
                figures,
                evidence.verdict(),
                evidence.removedIds().size(),
                evidence.clusters().size());
    }

    @Override
    public Document document() {
        return Document.titled("Wrote " + file + " and " + figures)
                .paragraph("The sanitizing ended so: " + verdict.sentence() + ".")
                .table(Table.of()
                        .row("clusters suspected", clusters)
                        .row("rows removed", removed)
                        .build())
                .build();
    }
}

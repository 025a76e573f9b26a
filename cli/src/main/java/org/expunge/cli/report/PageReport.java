package org.expunge.cli.report;

import java.nio.file.Path;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.ExitCodes;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;

/**
 * A page that was written.
 *
 * @param file the page
 * @param batch the batch
 * @param isDone whether the batch was done, as opposed to given up
 * @param hasFigures whether the run's own verification was at hand
 * @param isIntact whether the ledger holds together
 */
public record PageReport(String file, String batch, boolean isDone, boolean hasFigures, boolean isIntact)
        implements Result {
    /** Describes what was written. */
    public static PageReport of(DeletionEvidence evidence, Path file) {
        return new PageReport(
                file.toString(),
                evidence.batch(),
                evidence.outcome().applied().isPresent(),
                evidence.verification().isPresent(),
                evidence.check().isIntact());
    }

    @Override
    public int exitCode() {
        return isIntact ? ExitCodes.OK : ExitCodes.GATE_MISSED;
    }

    @Override
    public Document document() {
        return Document.titled("Wrote " + file)
                .table(Table.of()
                        .row("batch", batch + (isDone ? "" : ", which was given up"))
                        .row("figures", hasFigures ? "of the run's verification" : "those that the ledger keeps")
                        .row("ledger", isIntact ? "intact" : "DAMAGED: the page says how")
                        .build())
                .build();
    }
}

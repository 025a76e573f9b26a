package org.expunge.cli.forget;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Locale;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.ExitCodes;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.expunge.cli.work.ForgetReport;
import org.expunge.unlearning.request.Artefact;
import org.jspecify.annotations.Nullable;

/**
 * What became of a batch of requests.
 *
 * @param status how it ended
 * @param batch its name; null where nothing was tried
 * @param requests ids of the requests that were asked for
 * @param done ids of those that an earlier batch had done, or whose rows were gone
 * @param run the run that the requests are answered by; null if there is none
 * @param ledger where it is recorded
 * @param checkpoint the signed note after it: keep it somewhere else
 * @param reason why it was given up, or what was decided
 * @param forget what was done and measured; null where nothing was tried
 * @param purged what else was dealt with
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ApplyReport(
        Status status,
        @Nullable String batch,
        List<String> requests,
        List<String> done,
        @Nullable String run,
        String ledger,
        String checkpoint,
        String reason,
        @Nullable ForgetReport forget,
        List<Artefact> purged)
        implements Result {

    /** How a batch ended. */
    public enum Status {
        /** The rows are forgotten and the new run is published. */
        APPLIED(ExitCodes.OK),
        /** That was so before. */
        ALREADY_DONE(ExitCodes.OK),
        /** Verification failed or was inconclusive: nothing was published. */
        ROLLED_BACK(ExitCodes.GATE_MISSED),
        /** The method found no acceptable model. */
        RETRAIN_REQUIRED(ExitCodes.RETRAIN_REQUIRED),
        /** The batch is smaller than it may be: its requests wait. */
        REFUSED(ExitCodes.POLICY_REFUSED),
        /** The proof's budget does not cover the batch. */
        BUDGET_EXHAUSTED(ExitCodes.BUDGET_EXHAUSTED);

        private final int exitCode;

        Status(int exitCode) {
            this.exitCode = exitCode;
        }
    }

    /** Copies the lists. */
    public ApplyReport {
        requests = List.copyOf(requests);
        done = List.copyOf(done);
        purged = List.copyOf(purged);
    }

    @Override
    public int exitCode() {
        return status.exitCode;
    }

    @Override
    public Document document() {
        Document.Builder document = Document.titled(batch == null ? "Requests" : "Deletion " + batch)
                .table(Table.of()
                        .row("status", status.name().toLowerCase(Locale.ROOT).replace('_', ' '))
                        .row("requests", requests.isEmpty() ? "none" : String.join(", ", requests))
                        .row("done before", done.isEmpty() ? "none" : String.join(", ", done))
                        .row("run", run == null ? "none" : run)
                        .row("ledger", ledger)
                        .build())
                .paragraph(reason);
        if (forget != null) {
            document.append(forget.document());
        }
        if (!purged.isEmpty()) {
            document.heading("What else knew the rows").table(table(purged));
        }
        return document.heading("Signed checkpoint: keep it with somebody else")
                .paragraph(checkpoint.strip())
                .build();
    }

    /** Lists artefacts. */
    static Table table(List<Artefact> artefacts) {
        Table.Builder table = Table.of("what", "where", "action", "why");
        for (Artefact artefact : artefacts) {
            String action = artefact.action().name().toLowerCase(Locale.ROOT).replace('_', ' ');
            table.row(artefact.kind(), artefact.path(), action, artefact.reason());
        }
        return table.build();
    }
}

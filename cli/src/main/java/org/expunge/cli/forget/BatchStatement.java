package org.expunge.cli.forget;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.training.RunRow;
import org.expunge.influence.training.Split;
import org.expunge.unlearning.ledger.ManifestRoot;
import org.expunge.unlearning.ledger.Statement;
import org.expunge.unlearning.request.DeletionPredicate;
import org.expunge.unlearning.request.Selection;

/** Puts together what is claimed of a batch. */
final class BatchStatement {

    private final String batch;
    private final List<String> requests;
    private final DeletionPredicate.ExternalParameters parameters;
    private final String approver;
    private final Instant started = now();

    /**
     * Begins one.
     *
     * @param batch name of the batch
     * @param requests ids of its requests
     * @param parameters what the operator chose
     * @param approver who approved it; empty if nobody was named
     */
    BatchStatement(
            String batch, List<String> requests, DeletionPredicate.ExternalParameters parameters, String approver) {
        this.batch = batch;
        this.requests = List.copyOf(requests);
        this.parameters = parameters;
        this.approver = approver;
    }

    private static Instant now() {
        return Instant.now(Clock.systemUTC()).truncatedTo(ChronoUnit.MILLIS);
    }

    /** Claims what was done. */
    Statement of(ForgetfulRun old, Attempt attempt, Attempt.Written written, Selection selection, Engine engine)
            throws IOException {
        DeletionPredicate predicate = new DeletionPredicate(
                new DeletionPredicate.BuildDefinition(
                        DeletionPredicate.BuildDefinition.TYPE,
                        parameters,
                        new DeletionPredicate.InternalParameters(
                                engine.compute().name(), engine.workers().count(), engine.tile()),
                        old.dependencies()),
                new DeletionPredicate.RunDetails(
                        new DeletionPredicate.Builder("https://expunge.org/forget", written.versions()),
                        new DeletionPredicate.Metadata(batch, started.toString(), now().toString()),
                        written.byproducts()),
                new DeletionPredicate.Batch(
                        batch,
                        requests,
                        selection.train().size(),
                        selection.held().size(),
                        root(old.rows()),
                        root(written.rows())),
                new DeletionPredicate.Method(attempt.method(), attempt.guarantee()),
                written.figures(),
                written.utility(),
                written.gates(),
                written.limits(),
                decision(written.gates()),
                approver.isEmpty() ? null : approver);
        return Statement.ofUnlearning(written.subjects(), predicate);
    }

    /** A failed gate that did not keep the model back is named. */
    private static String decision(List<DeletionPredicate.GateLine> gates) {
        String failed = gates.stream()
                .filter(gate -> gate.verdict().equals("fail"))
                .map(DeletionPredicate.GateLine::gate)
                .collect(Collectors.joining(", "));
        return failed.isEmpty() ? "published" : "published, as the deletion is exact, though gates failed: " + failed;
    }

    private static String root(List<RunRow> rows) {
        return ManifestRoot.of(rows.stream()
                .filter(row -> !row.isRemoved() && row.split() == Split.TRAIN)
                .map(RunRow::token)
                .toList());
    }
}

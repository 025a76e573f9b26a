package org.expunge.cli.forget;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.expunge.cli.work.Forgotten;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.io.Digests;
import org.expunge.influence.training.Metrics;
import org.expunge.influence.training.RunRow;
import org.expunge.influence.training.Split;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.ledger.ManifestRoot;
import org.expunge.unlearning.ledger.Statement;
import org.expunge.unlearning.request.DeletionPredicate;
import org.expunge.unlearning.verify.ModelFigures;
import org.expunge.unlearning.verify.Verification;

/** Puts together what is claimed of a batch. */
final class BatchStatement {
    private static final String MODEL = "model.zip";
    private static final String INFO = "run.json";
    private static final String VERIFICATION = "verification.json";

    private final String batch;
    private final List<String> requests;
    private final DeletionPredicate.ExternalParameters parameters;
    private final String decision;
    private final String approver;
    private final Instant started = now();

    /**
     * Begins one.
     *
     * @param batch name of the batch
     * @param requests ids of its requests
     * @param parameters what the operator chose
     * @param decision why the model is published
     * @param approver who approved it; empty if nobody was named
     */
    BatchStatement(
            String batch,
            List<String> requests,
            DeletionPredicate.ExternalParameters parameters,
            String decision,
            String approver) {
        this.batch = batch;
        this.requests = List.copyOf(requests);
        this.parameters = parameters;
        this.decision = decision;
        this.approver = approver;
    }

    private static Instant now() {
        return Instant.now(Clock.systemUTC()).truncatedTo(ChronoUnit.MILLIS);
    }

    /** Claims what was done. */
    Statement of(Forgotten forgotten, TrainingRun written, Engine engine) throws IOException {
        TrainingRun old = forgotten.run();
        Verification verification = forgotten.verification().orElseThrow();
        DeletionPredicate predicate = new DeletionPredicate(
                new DeletionPredicate.BuildDefinition(
                        DeletionPredicate.BuildDefinition.TYPE,
                        parameters,
                        new DeletionPredicate.InternalParameters(
                                engine.compute().name(), engine.workers().count(), engine.tile()),
                        List.of(
                                DeletionPredicate.Resource.of("parent/" + INFO, old.digest()),
                                file(old.path(), "parent/", MODEL),
                                file(old.path(), "parent/", "recipe.yaml"))),
                new DeletionPredicate.RunDetails(
                        new DeletionPredicate.Builder(
                                "https://expunge.org/forget",
                                Map.of(
                                        "expunge",
                                        written.info().version(),
                                        "java",
                                        written.info().java())),
                        new DeletionPredicate.Metadata(batch, started.toString(), now().toString()),
                        List.of(file(written.path(), "", VERIFICATION))),
                new DeletionPredicate.Batch(
                        batch,
                        requests,
                        forgotten.request().ids().size(),
                        forgotten.heldRows(),
                        root(old),
                        root(written)),
                new DeletionPredicate.Method(
                        forgotten.result().method(), forgotten.result().guarantee()),
                null,
                new DeletionPredicate.Utility(utility(verification.before()), utility(verification.after())),
                verification.gates().stream()
                        .map(gate -> new DeletionPredicate.GateLine(
                                gate.gate(), gate.verdict().name().toLowerCase(Locale.ROOT)))
                        .toList(),
                verification.limits(),
                decision,
                approver.isEmpty() ? null : approver);
        return Statement.ofUnlearning(
                List.of(
                        Statement.Subject.of(
                                MODEL, Digests.sha256(written.path().resolve(MODEL))),
                        Statement.Subject.of(INFO, written.digest())),
                predicate);
    }

    private static DeletionPredicate.Resource file(Path run, String prefix, String name) throws IOException {
        return DeletionPredicate.Resource.of(prefix + name, Digests.sha256(run.resolve(name)));
    }

    private static String root(TrainingRun run) {
        List<String> tokens = new ArrayList<>();
        for (RunRow row : run.rows()) {
            if (!row.isRemoved() && row.split() == Split.TRAIN) {
                tokens.add(row.token());
            }
        }
        return ManifestRoot.of(tokens);
    }

    /** Figures on the rows to forget stay out: of few rows they would be figures of a person. */
    private static Map<String, Double> utility(ModelFigures figures) {
        Map<String, Double> utility = new TreeMap<>();
        put(utility, "retain", figures.retain());
        put(utility, "test", figures.test());
        return utility;
    }

    private static void put(Map<String, Double> utility, String part, Metrics metrics) {
        utility.put(part + "Loss", metrics.loss());
        Double accuracy = metrics.accuracy();
        if (accuracy != null) {
            utility.put(part + "Accuracy", accuracy);
        }
        utility.values().removeIf(value -> !Double.isFinite(value));
    }
}

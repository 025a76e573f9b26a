package org.expunge.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.expunge.cli.forget.ApplyReport;
import org.expunge.cli.forget.Applying;
import org.expunge.cli.forget.LedgerPlace;
import org.expunge.cli.render.Console;
import org.expunge.cli.unlearn.RemovalRecipe;
import org.expunge.cli.work.Forgetting;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.ledger.Ledger;
import org.expunge.unlearning.request.DeletionPredicate;
import org.expunge.unlearning.request.DeletionRequest;
import org.expunge.unlearning.request.Purge;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Does what a request asks. */
@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        description = {
            "Makes a model forget rows, verifies it, and publishes a new run together with a signed entry in the ledger; "
                    + "or publishes nothing and records that.",
            "The new run holds verification.json, attestation.json and report.md beside its model. A request that was done "
                    + "before is answered by the run that did it; a call that was killed goes on when it is given again."
        },
        exitCodeList = {
            "0:forgotten: exactly, or verification passed; or done before",
            "2:verification failed or was inconclusive: rolled back, nothing published",
            "3:no acceptable model was found: nothing published; retrain instead",
            "4:the batch is smaller than --min-batch: its requests wait"
        })
final class ForgetApplyCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--run",
            required = true,
            paramLabel = "DIR",
            description = "The run that is to forget; afterwards it is revoked, unless --old-run says otherwise.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path run;

    @Mixin
    private final RequestOptions asked = new RequestOptions();

    @Mixin
    private final RemovalMethodOption method = new RemovalMethodOption();

    @Option(
            names = "--references",
            paramLabel = "N",
            defaultValue = "2",
            description =
                    "Models to retrain with other seeds, for verification to compare with; 0 to 2. Each costs one "
                            + "training. Default: ${DEFAULT-VALUE}.")
    private int references;

    @Option(
            names = "--accept-inconclusive",
            description =
                    "Publish also where verification is inconclusive; the ledger records that. Default: roll back.")
    private boolean acceptsInconclusive;

    @Option(
            names = "--min-batch",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Fewest training rows to remove at a time: the difference between two models tells more of a row "
                            + "the fewer go with it. Default: ${DEFAULT-VALUE}.")
    private int minBatch;

    @Option(
            names = "--old-run",
            paramLabel = "WHAT",
            defaultValue = "revoke",
            description =
                    "What becomes of the run before: revoke (it stays for replay and verification, other commands "
                            + "refuse it), delete, or keep. Default: ${DEFAULT-VALUE}.")
    private Purge.OldRun oldRun = Purge.OldRun.REVOKE;

    @Option(
            names = "--caches",
            paramLabel = "DIR",
            description = "A folder to look for scores and factors of the run in, to delete them; may be given several "
                    + "times. The one that the run lies in is always searched.")
    private List<Path> caches = List.of();

    @Option(
            names = "--approver",
            paramLabel = "NAME",
            description = "Who approved it, for the ledger. Default: nobody.")
    private String approver = "";

    @Mixin
    private final NewFolderOption out = new NewFolderOption();

    @Mixin
    private final LedgerOptions ledgerOptions = new LedgerOptions();

    @Mixin
    private final EngineOptions engineOptions = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        if (references < 0 || references > 2) {
            throw new ParameterException(spec.commandLine(), "--references must be 0 to 2, got " + references);
        }
        Checks.positive(spec, "--min-batch", minBatch);
        RemovalRecipe recipe = method.recipe();
        Applying.Options options = new Applying.Options(
                new DeletionPredicate.ExternalParameters(
                        method.entry().name(), method.given(), references, acceptsInconclusive),
                oldRun,
                caches,
                minBatch,
                approver);
        Console console = output.console();
        LedgerPlace place = ledgerOptions.of(run);
        try (Ledger ledger = place.open()) {
            Applying applying = new Applying(ledger, place.name(), options, step -> {});
            List<DeletionRequest> requests = asked.read(applying.book());
            Optional<ApplyReport> done = applying.ifDone(requests, run);
            if (done.isPresent()) {
                return console.print(done.get());
            }
            TrainingRun opened = TrainingRun.open(run);
            try (Engine engine = engineOptions.open()) {
                Forgetting forgetting = new Forgetting(engine, console, method.entry(), recipe, references);
                return console.print(applying.apply(requests, opened, out.path(), forgetting, engine));
            }
        }
    }
}

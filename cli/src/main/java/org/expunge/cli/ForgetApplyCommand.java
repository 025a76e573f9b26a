package org.expunge.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.expunge.cli.forget.ApplyReport;
import org.expunge.cli.forget.Applying;
import org.expunge.cli.forget.DeletionPlan;
import org.expunge.cli.forget.ForgetfulRun;
import org.expunge.cli.forget.LedgerPlace;
import org.expunge.cli.forget.Workshop;
import org.expunge.cli.render.Console;
import org.expunge.cli.work.Forgetting;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.io.BadInputException;
import org.expunge.unlearning.ledger.Ledger;
import org.expunge.unlearning.request.AskedRequest;
import org.expunge.unlearning.request.GivenRequest;
import org.expunge.unlearning.request.NearDuplicates;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
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
            "4:the batch is smaller than --min-batch or than the proof allows: its requests wait",
            "5:the budget of the proof does not cover the batch: nothing published"
        })
final class ForgetApplyCommand implements Callable<Integer> {
    /** What may be given beside a plan. */
    private static final Set<String> BESIDE_A_PLAN = Set.of(
            "--plan",
            "--out",
            "--ledger",
            "--ledger-keys",
            "--min-batch",
            "--approver",
            "--principal",
            "--backend",
            "--threads",
            "--format",
            "--quiet");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--run",
            paramLabel = "DIR",
            description = "The run that is to forget; afterwards it is revoked, unless --old-run says otherwise.")
    private @Nullable Path run;

    @Option(
            names = "--plan",
            paramLabel = "FILE",
            description =
                    "A plan that 'forget plan' wrote, in place of run, rows and method. It is refused if it or the "
                            + "run was changed since.")
    private @Nullable Path planFile;

    @Mixin
    private final RequestOptions asked = new RequestOptions();

    @Mixin
    private final BatchOptions batch = new BatchOptions();

    @Option(
            names = "--min-batch",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Fewest training rows to remove at a time: the difference between two models tells more of a row "
                            + "the fewer go with it. Default: ${DEFAULT-VALUE}.")
    private int minBatch;

    @Option(
            names = "--approver",
            paramLabel = "NAME",
            description = "Who approved it, for the ledger. Default: nobody.")
    private String approver = "";

    @Option(
            names = "--principal",
            paramLabel = "NAME",
            description =
                    "Who asks, for a certified head by objective perturbation: his deletions may use up no more of "
                            + "its budget than the head's --principal-share. Kept in the head's secret state alone. Default: "
                            + "nobody's share is watched.")
    private String principal = "";

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
        Checks.positive(spec, "--min-batch", minBatch);
        return planFile == null ? direct() : planned(DeletionPlan.read(planFile));
    }

    private int direct() throws IOException {
        if (run == null) {
            throw new ParameterException(spec.commandLine(), "Name the run with --run DIR, or give --plan FILE");
        }
        List<GivenRequest> requests = asked.read();
        Applying.Options options =
                new Applying.Options(batch.parameters(), batch.oldRun(), batch.caches(), minBatch, approver);
        return apply(
                run,
                options,
                batch::method,
                requests.stream().map(given -> given.request().asked()).toList(),
                opened -> resolve(opened, requests));
    }

    private Resolved resolve(ForgetfulRun opened, List<GivenRequest> requests) throws IOException {
        batch.check(opened);
        List<AskedRequest> found = new ArrayList<>();
        for (GivenRequest request : requests) {
            found.add(request.in(opened.finder()));
        }
        Set<String> extra = new HashSet<>();
        if (batch.includesNear()) {
            Set<String> wanted = new HashSet<>();
            found.forEach(request -> wanted.addAll(request.ids()));
            for (NearDuplicates.Near near : batch.planning().near(opened, wanted)) {
                extra.add(near.id());
            }
        }
        return new Resolved(opened, found, extra);
    }

    private int planned(DeletionPlan plan) throws IOException {
        for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
            if (!BESIDE_A_PLAN.contains(option.longestName())) {
                throw new ParameterException(
                        spec.commandLine(), option.longestName() + " is decided by the plan; plan again to change it");
            }
        }
        Applying.Options options = new Applying.Options(
                plan.parameters(),
                plan.oldRun(),
                plan.caches().stream().map(Path::of).toList(),
                minBatch,
                approver);
        return apply(
                Path.of(plan.run()),
                options,
                () -> RemovalMethodOption.of(plan.parameters()),
                plan.requests(),
                opened -> {
                    if (!opened.digest().equals(plan.runDigest())) {
                        throw new BadInputException(opened.path(), "was changed since the plan was made; plan again");
                    }
                    return new Resolved(opened, plan.requests(), plan.extraIds());
                });
    }

    /** A run, requests with their rows in it, and rows that go with them. */
    private record Resolved(ForgetfulRun run, List<AskedRequest> requests, Set<String> extra) {}

    /** Finds the rows once the run is open. */
    @FunctionalInterface
    private interface Resolver {
        Resolved in(ForgetfulRun opened) throws IOException;
    }

    private int apply(
            Path path,
            Applying.Options options,
            Supplier<RemovalMethodOption> method,
            List<AskedRequest> requests,
            Resolver resolver)
            throws IOException {
        Console console = output.console();
        LedgerPlace place = ledgerOptions.of(path);
        // A ledger is not started for a request that cannot be understood.
        Optional<Resolved> known =
                place.isThere() ? Optional.empty() : Optional.of(resolver.in(ForgetfulRun.open(path)));
        try (Ledger ledger = place.open()) {
            Applying applying = new Applying(ledger, place.name(), options, step -> {});
            Optional<ApplyReport> done = applying.ifDone(requests, path, out.path());
            if (done.isPresent()) {
                return console.print(done.get());
            }
            Resolved resolved = known.isPresent() ? known.get() : resolver.in(ForgetfulRun.open(path));
            try (Engine engine = engineOptions.open()) {
                Workshop workshop = new Workshop(engine, console, options.parameters(), principal, () -> {
                    RemovalMethodOption chosen = method.get();
                    return new Forgetting(
                            engine,
                            console,
                            chosen.entry(),
                            chosen.recipe(),
                            options.parameters().references());
                });
                return console.print(
                        applying.apply(resolved.requests(), resolved.extra(), resolved.run(), out.path(), workshop));
            }
        }
    }
}

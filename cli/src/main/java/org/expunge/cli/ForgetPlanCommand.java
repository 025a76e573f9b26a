package org.expunge.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.expunge.cli.forget.DeletionPlan;
import org.expunge.cli.forget.ForgetfulRun;
import org.expunge.cli.forget.LedgerPlace;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.Json;
import org.expunge.unlearning.ledger.Ledger;
import org.expunge.unlearning.request.GivenRequest;
import org.expunge.unlearning.request.RequestBook;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what a request would do. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = {
            "Says what a request would do, and changes nothing: rows, what is made anew, cost and time, rows near the "
                    + "requested ones, and what else knows them.",
            "With --out, the plan is written as JSON, and 'forget apply --plan' does exactly that."
        })
final class ForgetPlanCommand implements Callable<Integer> {
    @Option(names = "--run", required = true, paramLabel = "DIR", description = "The run; it stays as it is.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path run;

    @Mixin
    private final RequestOptions asked = new RequestOptions();

    @Mixin
    private final BatchOptions batch = new BatchOptions();

    @Option(
            names = "--principal",
            paramLabel = "NAME",
            description =
                    "Who asks, for a certified head by objective perturbation: the budget is then planned under the "
                            + "head's --principal-share. The plan does not keep the name; give it to apply as well. Default: "
                            + "nobody's share is watched.")
    private String principal = "";

    @Option(names = "--out", paramLabel = "FILE", description = "The plan to write; must not exist. Default: none.")
    private @Nullable Path out;

    @Mixin
    private final LedgerOptions ledgerOptions = new LedgerOptions();

    @Mixin
    private final EngineOptions engineOptions = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        ForgetfulRun opened = ForgetfulRun.open(run);
        batch.check(opened);
        List<GivenRequest> requests = asked.read();
        DeletionPlan plan = plan(opened, requests);
        if (out != null) {
            AtomicFiles.refuseExisting(out);
            Json.write(out, plan);
        }
        return output.console().print(plan);
    }

    private DeletionPlan plan(ForgetfulRun opened, List<GivenRequest> requests) throws IOException {
        LedgerPlace place = ledgerOptions.of(run);
        try (Engine engine = engineOptions.open()) {
            if (!place.isThere()) {
                return batch.planning().plan(opened, requests, Optional.empty(), principal, engine);
            }
            try (Ledger ledger = place.open()) {
                return batch.planning().plan(opened, requests, Optional.of(new RequestBook(ledger)), principal, engine);
            }
        }
    }
}

package org.expunge.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.expunge.cli.forget.DeletionPlan;
import org.expunge.cli.forget.LedgerPlace;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.Json;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.ledger.Ledger;
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
    @Mixin
    private final RunOption run = new RunOption();

    @Mixin
    private final RequestOptions asked = new RequestOptions();

    @Mixin
    private final BatchOptions batch = new BatchOptions();

    @Option(names = "--out", paramLabel = "FILE", description = "The plan to write; must not exist. Default: none.")
    private @Nullable Path out;

    @Mixin
    private final LedgerOptions ledgerOptions = new LedgerOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        batch.method().recipe(); // wrong options are told now
        var requests = asked.read();
        TrainingRun opened = run.open();
        LedgerPlace place = ledgerOptions.of(opened.path());
        DeletionPlan plan;
        if (place.isThere()) {
            try (Ledger ledger = place.open()) {
                plan = batch.planning().plan(opened, requests, Optional.of(new RequestBook(ledger)));
            }
        } else {
            plan = batch.planning().plan(opened, requests, Optional.empty());
        }
        if (out != null) {
            AtomicFiles.refuseExisting(out);
            Json.write(out, plan);
        }
        return output.console().print(plan);
    }
}

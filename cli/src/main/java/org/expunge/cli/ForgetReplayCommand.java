package org.expunge.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.expunge.cli.forget.Replaying;
import org.expunge.cli.render.Console;
import org.expunge.cli.work.Forgetting;
import org.expunge.unlearning.ledger.Ledger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Does a recorded deletion again. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description =
                "Does a deletion again from what the ledger recorded and compares the models: same backend, threads "
                        + "and options. Needs the run before, also a revoked one, and the batch's key, if it was not shredded.",
        exitCodeList = {"0:the recorded model came out, bit for bit", "2:another model came out"})
final class ForgetReplayCommand implements Callable<Integer> {
    @Option(
            names = "--run",
            required = true,
            paramLabel = "DIR",
            description = "The run before the deletion; it stays as it is.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path run;

    @Option(names = "--batch", required = true, paramLabel = "NAME", description = "The batch, such as batch-000001.")
    private String batch = "";

    @Mixin
    private final DeviceOption device = new DeviceOption();

    @Mixin
    private final LedgerOptions ledgerOptions = new LedgerOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        Console console = output.console();
        try (Ledger ledger = ledgerOptions.of(run).openExisting()) {
            return console.print(new Replaying(ledger, console, device.number())
                    .replay(batch, run, (recorded, engine) -> {
                        RemovalMethodOption method = RemovalMethodOption.of(recorded);
                        return new Forgetting(engine, console, method.entry(), method.recipe(), 0);
                    }));
        }
    }
}

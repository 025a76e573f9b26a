package org.expunge.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.expunge.cli.render.Console;
import org.expunge.cli.work.Demonstration;
import org.expunge.influence.compute.Engine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the whole way on real digits. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Trains on real digits with an attack planted, finds the inputs under attack and the rows behind them, "
                    + "removes those and trains again; then forgets rows by two methods and verifies it.",
            "Needs no data and no network. Leaves every run, report.md and report.json in the folder."
        },
        exitCodeList = {
            "0:the attack worked, was found and removed, and no verification failed",
            "2:the attack failed, evidence was insufficient, or a verification failed"
        })
final class DemoCommand implements Callable<Integer> {
    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "expunge-demo",
            description = "The folder to make; must not exist. Default: ${DEFAULT-VALUE}.")
    private Path out = Path.of("expunge-demo");

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "0",
            description = "Root of everything random. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Mixin
    private final EngineOptions engineOptions = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        Console console = output.console();
        try (Engine engine = engineOptions.open()) {
            return console.print(new Demonstration(engine, console, seed).run(out));
        }
    }
}

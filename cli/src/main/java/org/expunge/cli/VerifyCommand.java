package org.expunge.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.expunge.cli.render.Console;
import org.expunge.cli.work.Attacking;
import org.expunge.cli.work.VerifyReport;
import org.expunge.cli.work.Verifying;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.io.Json;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Verifies that a run has forgotten the rows that were taken out of it. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Measures and judges whether a run has forgotten the rows that were taken out of it.",
            "Answers pass, fail or inconclusive, with the figures behind it. Attacks by shadow models say what they will",
            "cost before they begin."
        },
        exitCodeList = {"0:pass", "2:fail or inconclusive"})
final class VerifyCommand implements Callable<Integer> {
    @Mixin
    private final RunOption run = new RunOption();

    @Option(
            names = "--before",
            paramLabel = "DIR",
            description = "The run before it. Default: the folder beside the run that it says it came from.")
    private @Nullable Path before;

    @Option(
            names = "--against",
            paramLabel = "DIR",
            description = "A run retrained without the rows, with another seed; up to two. Default: none.")
    private List<Path> against = List.of();

    @Mixin
    private final AttackOptions attacks = new AttackOptions();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Also writes the evidence there, as JSON. Default: nowhere.")
    private @Nullable Path out;

    @Mixin
    private final EngineOptions engineOptions = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        Attacking.Effort effort = attacks.effort();
        Console console = output.console();
        TrainingRun after = run.open();
        TrainingRun parent = Verifying.parent(after, before);
        List<TrainingRun> references = new ArrayList<>();
        for (Path path : against) {
            references.add(TrainingRun.open(path));
        }
        try (Engine engine = engineOptions.open()) {
            VerifyReport report =
                    new Verifying(engine, new Attacking(engine, console, effort)).verify(after, parent, references);
            if (out != null) {
                Json.write(out, report.verification());
            }
            return console.print(report);
        }
    }
}

package org.expunge.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.expunge.cli.render.Console;
import org.expunge.cli.work.Influence;
import org.expunge.cli.work.InputRows;
import org.expunge.cli.work.Scoring;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.training.TrainingRun;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Ranks the training rows that move a model's loss on some inputs. */
@Command(
        name = "influence",
        mixinStandardHelpOptions = true,
        description = {
            "Ranks the training rows that move the model's loss on some inputs.",
            "Keeps all scores as NPY with a JSON sidecar; a run that was killed goes on when given again."
        })
final class InfluenceCommand implements Callable<Integer> {
    /** Which inputs. */
    static final class Queries {
        @Option(
                names = "--test-id",
                paramLabel = "ID",
                split = ",",
                description = "Test rows to explain, by id; may be given several times.")
        private List<String> ids = List.of();

        @Option(names = "--all", description = "Explain all test rows.")
        private boolean isAll;

        @Option(
                names = "--inputs",
                paramLabel = "WHAT",
                description = "Explain other inputs: validation, attack or a data specification.")
        private List<String> inputs = List.of();

        List<String> names() {
            if (isAll) {
                return List.of("test");
            }
            return ids.isEmpty() ? inputs : List.of("ids:" + String.join(",", ids));
        }
    }

    @Option(names = "--run", required = true, paramLabel = "DIR", description = "The run whose rows are ranked.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path run;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Queries queries;

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            defaultValue = "gas",
            description =
                    "Estimator: ${COMPLETION-CANDIDATES}. The first two look at the last model, the others at all "
                            + "checkpoints. Default: ${DEFAULT-VALUE}.")
    private Scoring method = Scoring.GAS;

    @Option(
            names = "--label",
            paramLabel = "WHICH",
            defaultValue = "true",
            description = "Label that an input's loss is taken for: true (its own) or predicted. "
                    + "Default: ${DEFAULT-VALUE}.")
    private Influence.Label label = Influence.Label.TRUE;

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "20",
            description = "Rows to list at either end, at least 1. Default: ${DEFAULT-VALUE}.")
    private int top;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Folder for scores.npy (inputs x rows, float32), its sidecar and ids.json.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path out;

    @Mixin
    private final EngineOptions engineOptions = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        Console console = output.console();
        Checks.positive("--top", top);
        TrainingRun opened = TrainingRun.open(run);
        Dataset inputs = InputRows.read(opened, queries.names());
        try (Engine engine = engineOptions.open()) {
            return console.print(new Influence(engine, console, method, label, top).score(opened, inputs, out));
        }
    }
}

package org.expunge.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.expunge.influence.training.TrainingRun;
import picocli.CommandLine.Option;

/** The run that a command works on. */
final class RunOption {
    @Option(
            names = "--run",
            required = true,
            paramLabel = "DIR",
            description = "The run to work on; it stays as it is.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path run;

    /** Opens the run. */
    TrainingRun open() throws IOException {
        return TrainingRun.open(run);
    }
}

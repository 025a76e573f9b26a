package org.expunge.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.sharded.ShardedRun;
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
        if (ShardedRun.isAt(run)) {
            throw new BadInputException(
                    run,
                    "is a sharded run, and each of its shards is a run of its own: name one of them, such as "
                            + run.resolve("shards").resolve("000"));
        }
        return TrainingRun.open(run);
    }
}

package org.expunge.cli;

import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Where the arithmetic of a command runs. */
final class EngineOptions {
    /** Examples that a worker takes through the network at a time: few enough to stay in a core's cache. */
    private static final int TILE = 32;

    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec command;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            defaultValue = "auto",
            description =
                    "Arithmetic: cpu (float32, OpenBLAS), reference (float64, plain and slow) or auto (the fastest "
                            + "here). Default: ${DEFAULT-VALUE}.")
    private String backend = "auto";

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "0",
            description = "Worker threads, at least 1; 0 is one per processor. Results depend on it through rounding "
                    + "alone. Default: ${DEFAULT-VALUE}.")
    private int threads;

    /** Loads the backend; the caller closes the engine. */
    Engine open() {
        if (threads < 0) {
            throw new ParameterException(command.commandLine(), "--threads must be 0 or more, got " + threads);
        }
        if (!Backends.names().contains(backend)) {
            throw new ParameterException(
                    command.commandLine(),
                    "--backend must be one of " + String.join(", ", Backends.names()) + ", got " + backend);
        }
        int count = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        return new Engine(Backends.create(backend), new Workers(count), TILE);
    }
}

package org.expunge.cli;

import java.util.concurrent.Callable;
import org.expunge.cli.work.Examination;
import org.expunge.influence.compute.Engine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says what this machine offers and what will be used. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Shows processor, memory, BLAS and backend, and runs a small product to see that they work.")
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private final EngineOptions engineOptions = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        try (Engine engine = engineOptions.open()) {
            return output.console().print(Examination.of(engine));
        }
    }
}

package org.expunge.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.expunge.cli.work.Examination;
import org.expunge.influence.backend.BackendChoice;
import org.expunge.influence.compute.EngineGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says what this machine offers and what will be used. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description =
                "Shows processor, memory, BLAS and backend, and checks a few kernels of every family against plain Java. Exit "
                        + "code 69 if one is wrong or the backend does not open.")
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private final EngineOptions engineOptions = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        List<BackendChoice> choices = engineOptions.choices();
        choices.stream()
                .filter(choice -> choice.compute().isEmpty())
                .findFirst()
                .ifPresent(choice -> output.console().print(Examination.without(choice)));
        try (EngineGroup engines = engineOptions.group(choices)) {
            return output.console().print(Examination.of(engines, choices.get(0)));
        }
    }
}

package org.expunge.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which GPU is used. */
final class DeviceOption {
    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec command;

    @Option(
            names = "--device",
            paramLabel = "N",
            description =
                    "GPU, counted from 0 as 'expunge doctor' lists them. With cuda alone, which it makes of auto. Default: 0.")
    private @Nullable Integer device;

    /** Returns whether the user chose one. */
    boolean isGiven() {
        return device != null;
    }

    /** Returns the number, from 0. */
    int number() {
        int number = device == null ? 0 : device;
        if (number < 0) {
            throw new ParameterException(command.commandLine(), "--device must be 0 or more, got " + number);
        }
        return number;
    }
}

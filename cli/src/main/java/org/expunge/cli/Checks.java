package org.expunge.cli;

import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Ranges of options. What is out of range is the command line's fault, not the input's. */
final class Checks {
    private Checks() {}

    /** Refuses counts below 1. */
    static void positive(CommandSpec command, String option, int value) {
        if (value < 1) {
            throw new ParameterException(command.commandLine(), option + " must be at least 1, got " + value);
        }
    }

    /** Puts options together; what refuses them says why. */
    static <T> T reading(CommandSpec command, Supplier<T> options) {
        try {
            return options.get();
        } catch (ParameterException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}

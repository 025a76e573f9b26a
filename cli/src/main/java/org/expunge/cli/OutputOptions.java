package org.expunge.cli;

import org.expunge.cli.render.Console;
import org.expunge.cli.render.ProgressStyle;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What every command can be told about its output. */
final class OutputOptions {
    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec command;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "How the result is written: text (tables) or json (one value, stable keys). "
                    + "Default: ${DEFAULT-VALUE}.")
    private Console.Format format = Console.Format.TEXT;

    @Option(
            names = "--quiet",
            description = "No progress on the error stream. Default: a bar on a terminal, lines in a log.")
    private boolean isQuiet;

    Console console() {
        return new Console(
                command.commandLine().getOut(),
                command.commandLine().getErr(),
                format,
                isQuiet ? ProgressStyle.NONE : ProgressStyle.suited());
    }
}

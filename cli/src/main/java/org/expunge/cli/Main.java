package org.expunge.cli;

import org.expunge.cli.render.ExitCodes;
import picocli.CommandLine;

/** The program {@code expunge}: hands its arguments to one command and exits with that command's code. */
public final class Main {
    private Main() {}

    /**
     * Runs one command.
     *
     * @param arguments what the user typed after {@code expunge}
     */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /**
     * Assembles the command line. Errors are printed as one sentence; with the environment variable
     * {@code EXPUNGE_TRACE} set, the stack trace follows.
     *
     * @return a command line that answers with {@link ExitCodes}
     */
    static CommandLine commandLine() {
        boolean trace = System.getenv("EXPUNGE_TRACE") != null;
        return new CommandLine(new Expunge())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler(Failures::usage)
                .setExecutionExceptionHandler(new Failures(trace));
    }
}

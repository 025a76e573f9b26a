package org.expunge.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The program {@code expunge}: hands its arguments to one command and exits with that command's code. */
@Command(name = "expunge", mixinStandardHelpOptions = true, version = "expunge 0.1.0-SNAPSHOT")
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    /**
     * Runs one command.
     *
     * @param arguments what the user typed after {@code expunge}
     */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}

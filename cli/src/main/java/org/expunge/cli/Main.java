package org.expunge.cli;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.expunge.cli.method.Methods;
import org.expunge.cli.render.ExitCodes;
import org.expunge.cli.unlearn.UnlearningMethods;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The program {@code expunge}: hands its arguments to one command and exits with that command's code. */
public final class Main {
    private static final Map<String, String> COMMON_CODES = Map.of(
            String.valueOf(ExitCodes.OK), "done",
            String.valueOf(ExitCodes.DEFECT), "a defect of the program; please report the stack trace",
            String.valueOf(ExitCodes.USAGE), "wrong command line",
            String.valueOf(ExitCodes.BAD_INPUT),
                    "wrong input: data, recipe, model, row id, or a file that is not there",
            String.valueOf(ExitCodes.UNAVAILABLE),
                    "the machine lacks a GPU, a library or memory of the GPU, or it computes wrongly (self-check)",
            String.valueOf(ExitCodes.INPUT_OUTPUT), "reading or writing failed");

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
        CommandLine program = new CommandLine(new Expunge());
        program.getSubcommands().values().forEach(Main::documentExitCodes);
        listMethods(command(program, "influence"), Methods.lines());
        listMethods(command(command(program, "forget"), "plan"), UnlearningMethods.lines());
        listMethods(command(command(program, "forget"), "apply"), UnlearningMethods.lines());
        KebabEnums.register(program);
        return program.setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler(Failures::usage)
                .setExecutionExceptionHandler(new Failures(trace));
    }

    private static CommandLine command(CommandLine parent, String name) {
        return requireNonNull(parent.getSubcommands().get(name));
    }

    private static void listMethods(CommandLine command, String[] lines) {
        command.getCommandSpec().usageMessage().footerHeading("%nMethods:%n").footer(lines);
    }

    /** A command says what its own codes mean; the others are the same for all. */
    private static void documentExitCodes(CommandLine command) {
        command.getSubcommands().values().forEach(Main::documentExitCodes);
        UsageMessageSpec usage = command.getCommandSpec().usageMessage();
        Map<String, String> codes = new TreeMap<>(Comparator.comparingInt(Integer::parseInt));
        codes.putAll(COMMON_CODES);
        codes.putAll(usage.exitCodeList());
        usage.exitCodeListHeading("%nExit codes:%n").exitCodeList(codes);
    }
}

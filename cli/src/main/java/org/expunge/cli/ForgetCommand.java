package org.expunge.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes a run forget training rows. */
@Command(
        name = "forget",
        mixinStandardHelpOptions = true,
        description = "Makes a model forget training rows.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ForgetPlanCommand.class, ForgetApplyCommand.class, ForgetReplayCommand.class})
final class ForgetCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }
}

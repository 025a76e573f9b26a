package org.expunge.cli;

import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root command: names the commands and holds what they share. */
@Command(
        name = "expunge",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        description = "Influence functions, machine unlearning and poisoning defense for the JVM.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, every gate met",
            "1:a defect of the program; please report the stack trace",
            "2:done, but a gate was missed (attack failed, verification failed, insufficient evidence)",
            "3:only retraining would answer the request",
            "4:a rule of the operator forbids it",
            "5:the budget of a proof is exhausted",
            "64:wrong command line",
            "65:wrong input: data, recipe, model, row id, or a file that is not there",
            "69:the machine lacks a GPU, a library or memory of the GPU, or it computes wrongly (self-check)",
            "74:reading or writing failed"
        },
        footer = {"", "Try 'expunge demo' first: real digits, attacked, audited, sanitized and made to forget."},
        subcommands = {
            DemoCommand.class,
            TrainCommand.class,
            TrainHeadCommand.class,
            ImportCommand.class,
            AttackCommand.class,
            InfluenceCommand.class,
            ScoresCommand.class,
            FactorsCommand.class,
            SpectrumCommand.class,
            EvaluateCommand.class,
            ScanCommand.class,
            AuditCommand.class,
            TraceCommand.class,
            SanitizeCommand.class,
            CertifyCommand.class,
            AuditModelCommand.class,
            ForgetCommand.class,
            LedgerCommand.class,
            ReportCommand.class,
            VerifyCommand.class,
            DoctorCommand.class,
            GenerateCompletion.class
        })
final class Expunge implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }
}

package org.expunge.cli;

import java.util.List;
import org.expunge.cli.work.InputRows;
import org.expunge.defense.identify.TargetAudit;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which inputs to judge, and how. */
final class InputOptions {
    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec command;

    @Option(
            names = "--inputs",
            paramLabel = "WHAT",
            defaultValue = "test",
            description =
                    "Inputs to judge; may be given several times: test, attack (the inputs of the attack that the "
                            + "run was trained under, or that of --manifest where a command has it; attack?half=1 or 2: every "
                            + "other of them), ids:A,B (test rows) or a data "
                            + "specification: its test rows where it has some, else all (a table, images and recordings are read as the "
                            + "run's own were, so their path is enough). Labels are not looked at: a table may lack their column, and "
                            + "images their folders. Default: ${DEFAULT-VALUE}.")
    private List<String> names = List.of();

    @Option(
            names = "--false-positive-rate",
            paramLabel = "SHARE",
            defaultValue = "0.05",
            description = "Share of clean inputs that may be flagged, in (0, 1). Default: ${DEFAULT-VALUE}.")
    private double falsePositiveRate;

    @Option(
            names = "--kappa",
            paramLabel = "N",
            split = ",",
            description =
                    "An input is judged by its N-th largest influence among the rows of its class, each at least 1; "
                            + "fewer rows than the least N go unseen. With several, the most conspicuous counts, corrected for "
                            + "their number. Default: 2,5,10,20.")
    private List<Integer> kappas = List.of();

    @Option(
            names = "--by",
            paramLabel = "STATISTIC",
            split = ",",
            description = "What decides: gas, gas-l, tracin-cp, neighbours or raw neighbours; several decide together, "
                    + "corrected for their number. All are reported. Default: gas,tracin-cp,neighbours.")
    private List<String> deciding = List.of();

    /** Returns whether the user named inputs. */
    boolean isGiven() {
        return command.commandLine().getParseResult().hasMatchedOption("--inputs");
    }

    List<String> names() {
        return names;
    }

    /** Reads how inputs are judged; refuses inputs that are what others are judged by. */
    TargetAudit.Options audit() {
        TargetAudit.Options base = TargetAudit.Options.DEFAULT;
        return Checks.reading(command, () -> {
            names.forEach(InputRows::requireJudged);
            return new TargetAudit.Options(
                    kappas.isEmpty() ? base.kappas() : kappas,
                    deciding.isEmpty() ? base.deciding() : deciding,
                    base.supports(),
                    falsePositiveRate,
                    base.significance(),
                    base.leastFlags());
        });
    }
}

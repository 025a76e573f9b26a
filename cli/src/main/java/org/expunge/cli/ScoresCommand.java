package org.expunge.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.expunge.cli.render.Result;
import org.expunge.cli.work.ScoreFolder;
import org.expunge.cli.work.StoredScores;
import org.expunge.cli.work.WrittenReport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks at scores that {@code influence} has kept. */
@Command(
        name = "scores",
        mixinStandardHelpOptions = true,
        description = "Looks at scores that 'influence' has kept.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ScoresCommand.Show.class,
            ScoresCommand.Top.class,
            ScoresCommand.Export.class,
            ScoresCommand.Merge.class,
            ScoresCommand.Verify.class
        })
final class ScoresCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }

    /** What the commands share. */
    private abstract static class OfFolder implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Parameters(paramLabel = "DIR", description = "The folder that 'influence' wrote.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path folder;

        @Mixin
        private final OutputOptions output = new OutputOptions();

        abstract Result result(StoredScores scores) throws IOException;

        final CommandSpec spec() {
            return spec;
        }

        @Override
        public final Integer call() throws IOException {
            return output.console().print(result(StoredScores.open(new ScoreFolder(folder))));
        }
    }

    /** How scores were made, and how they are spread. */
    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Says how scores were made and how those of each input are spread.")
    static final class Show extends OfFolder {
        @Override
        Result result(StoredScores scores) {
            return scores.summary();
        }
    }

    /** The foremost rows of each input. */
    @Command(
            name = "top",
            mixinStandardHelpOptions = true,
            description = "Lists the rows with the largest and the smallest scores of each input.")
    static final class Top extends OfFolder {
        @Mixin
        private final Inputs inputs = new Inputs();

        @Option(
                names = "--top",
                paramLabel = "N",
                defaultValue = "20",
                description = "Rows to list at either end, at least 1. Default: ${DEFAULT-VALUE}.")
        private int top;

        @Override
        Result result(StoredScores scores) {
            Checks.positive(spec(), "--top", top);
            return scores.top(scores.positions(inputs.ids), top);
        }
    }

    /** Which inputs. */
    static final class Inputs {
        @Option(
                names = "--input",
                paramLabel = "ID",
                split = ",",
                description = "Inputs to take, by id; may be given several times. Default: all.")
        private List<String> ids = List.of();
    }

    /** All scores as CSV. */
    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            description = "Writes scores as CSV with the columns input, row and score.")
    static final class Export extends OfFolder {
        @Mixin
        private final Inputs inputs = new Inputs();

        @Option(
                names = "--top",
                paramLabel = "N",
                description = "Rows to write at either end of each input, at least 1. Default: all, in their order.")
        private @Nullable Integer top;

        @Option(names = "--out", required = true, paramLabel = "FILE", description = "The CSV file to write.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path out;

        @Override
        Result result(StoredScores scores) throws IOException {
            if (top != null) {
                Checks.positive(spec(), "--top", top);
            }
            long lines = scores.export(scores.positions(inputs.ids), top, out);
            return new WrittenReport("Exported", out.toString(), lines, "scores");
        }
    }

    /** Several tables as one. */
    @Command(
            name = "merge",
            mixinStandardHelpOptions = true,
            description = "Puts scores of the same rows by the same method for different inputs together.")
    static final class Merge implements Callable<Integer> {
        @Parameters(paramLabel = "DIR", arity = "2..*", description = "Folders that 'influence' wrote.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private List<Path> folders;

        @Mixin
        private final NewFolderOption out = new NewFolderOption();

        @Mixin
        private final OutputOptions output = new OutputOptions();

        @Override
        public Integer call() throws IOException {
            List<ScoreFolder> parts = folders.stream().map(ScoreFolder::new).toList();
            return output.console()
                    .print(StoredScores.merge(new ScoreFolder(out.path()), parts)
                            .summary());
        }
    }

    /** Checks the files. */
    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = "Reads scores whole and compares them with their checksum.")
    static final class Verify extends OfFolder {
        @Override
        Result result(StoredScores scores) throws IOException {
            return new WrittenReport("Intact:", scores.verify().toString(), scores.cells(), "scores");
        }
    }
}

package org.expunge.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.expunge.cli.forget.LedgerCheck;
import org.expunge.cli.forget.LedgerListing;
import org.expunge.cli.forget.LedgerPlace;
import org.expunge.cli.forget.Shredded;
import org.expunge.cli.render.Result;
import org.expunge.cli.work.WrittenReport;
import org.expunge.unlearning.ledger.Ledger;
import org.expunge.unlearning.request.RequestBook;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks at the record of deletions. */
@Command(
        name = "ledger",
        mixinStandardHelpOptions = true,
        description = "Shows, exports and verifies the record of deletions that 'forget apply' keeps.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            LedgerCommand.Show.class,
            LedgerCommand.Verify.class,
            LedgerCommand.Export.class,
            LedgerCommand.Shred.class
        })
final class LedgerCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }

    /** What the commands on a ledger that is there share. */
    private abstract static class OfLedger implements Callable<Integer> {
        @Option(
                names = "--ledger",
                paramLabel = "PLACE",
                defaultValue = "ledger",
                description = "The ledger: a directory, or a database by its URL. Default: ${DEFAULT-VALUE}.")
        private String place = "";

        @Option(
                names = "--ledger-keys",
                paramLabel = "DIR",
                defaultValue = "ledger",
                description = "The directory with its keys, where --ledger is a URL. Default: ${DEFAULT-VALUE}.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path keys;

        @Mixin
        private final OutputOptions output = new OutputOptions();

        abstract Result result(String name, Ledger ledger) throws IOException;

        @Override
        public final Integer call() throws IOException {
            LedgerPlace found = LedgerPlace.of(place, keys, keys);
            try (Ledger ledger = found.openExisting()) {
                return output.console().print(result(found.name(), ledger));
            }
        }
    }

    /** What there is. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists requests with their state, and every entry.")
    static final class Show extends OfLedger {
        @Override
        Result result(String name, Ledger ledger) throws IOException {
            return LedgerListing.of(name, ledger);
        }
    }

    /** All that an auditor needs. */
    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            description = "Writes entries, newest signed checkpoint and public key: all that 'ledger verify' needs.")
    static final class Export extends OfLedger {
        @Mixin
        private final NewFolderOption out = new NewFolderOption();

        @Override
        Result result(String name, Ledger ledger) throws IOException {
            ledger.export(out.path());
            return new WrittenReport(
                    "Exported", out.path().toString(), ledger.entries(0).size(), "entries");
        }
    }

    /** Makes tokens say nothing. */
    @Command(
            name = "shred",
            mixinStandardHelpOptions = true,
            description =
                    "Destroys the keys that name the rows of a batch, at the end of the time for which its evidence "
                            + "is kept. The ledger stays as it is and verifies as before.")
    static final class Shred extends OfLedger {
        @Option(
                names = "--batch",
                required = true,
                paramLabel = "NAME",
                description = "The batch, such as batch-000001.")
        private String batch = "";

        @Override
        Result result(String name, Ledger ledger) throws IOException {
            return new Shredded(batch, new RequestBook(ledger).shred(batch));
        }
    }

    /** Checks an export. */
    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description =
                    "Checks an exported ledger: form, order, hash chain, Merkle root, signatures. Needs the export "
                            + "alone: no network, no database, no secret.",
            exitCodeList = {
                "0:intact",
                "2:damaged: something was changed, dropped or cut off, or a file is missing",
                "65:the folder is no export, or a file from elsewhere is no key or checkpoint"
            })
    static final class Verify implements Callable<Integer> {
        @Parameters(paramLabel = "DIR", description = "The folder that 'ledger export' wrote.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path export;

        @Option(
                names = "--key",
                paramLabel = "FILE",
                description =
                        "The ledger's public key (PEM) from a source that you trust. Default: that of the export, "
                                + "whose fingerprint is printed.")
        private @Nullable Path key;

        @Option(
                names = "--checkpoint",
                paramLabel = "FILE",
                description = "A signed checkpoint that you kept; may be given several times. Finds a history that was "
                        + "written anew or cut back.")
        private List<Path> checkpoints = List.of();

        @Mixin
        private final OutputOptions output = new OutputOptions();

        @Override
        public Integer call() throws IOException {
            return output.console().print(LedgerCheck.of(export, key, checkpoints));
        }
    }
}

package org.expunge.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.expunge.cli.forget.LedgerPlace;
import org.expunge.cli.report.DeletionEvidence;
import org.expunge.cli.report.DeletionPage;
import org.expunge.cli.report.PageReport;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.unlearning.ledger.Ledger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a page on a deletion. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = {
            "Writes one HTML page on a deletion batch: what was asked, done, proved and measured, and where it is recorded.",
            "The page needs nothing beside itself and prints well. It holds no row and no id of one."
        },
        exitCodeList = {"0:written", "2:written, but the ledger is damaged"})
final class ReportCommand implements Callable<Integer> {
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

    @Option(
            names = "--batch",
            required = true,
            paramLabel = "ID",
            description = "The batch, such as batch-000001; 'expunge ledger list' shows all.")
    private String batch = "";

    @Option(
            names = "--runs",
            paramLabel = "DIR",
            description =
                    "The folder that the run lies in, for the figures of its verification; without it the page shows"
                            + " those that the ledger keeps. Default: the folder that the ledger lies in.")
    private @Nullable Path runs;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "The page to write, such as deletion.html; must not exist.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path out;

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        AtomicFiles.requireWritable(out);
        LedgerPlace found = LedgerPlace.of(place, keys, keys);
        Path folder =
                runs != null ? runs : found.keys().toAbsolutePath().normalize().resolveSibling("");
        try (Ledger ledger = found.openExisting()) {
            DeletionEvidence evidence = DeletionEvidence.of(ledger, found.name(), batch, folder);
            AtomicFiles.writeString(out, DeletionPage.of(evidence));
            return output.console().print(PageReport.of(evidence, out));
        }
    }
}

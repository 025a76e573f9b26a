package org.expunge.cli;

import static java.util.Objects.requireNonNull;

import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.expunge.cli.forget.LedgerPlace;
import org.expunge.cli.render.Result;
import org.expunge.cli.report.DefensePage;
import org.expunge.cli.report.DefensePageReport;
import org.expunge.cli.report.DeletionEvidence;
import org.expunge.cli.report.DeletionPage;
import org.expunge.cli.report.FurtherFindings;
import org.expunge.cli.report.PageReport;
import org.expunge.cli.report.ShownRows;
import org.expunge.cli.work.DefenseEvidence;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.Json;
import org.expunge.unlearning.ledger.Ledger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a page on a deletion or on a sanitizing. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = {
            "Writes one HTML page on a deletion batch or on a run that was sanitized.",
            "With --batch: what was asked, done, proved and measured, and where it is recorded.",
            "With --run: what was suspected of poisoning and on what evidence, what was removed, what that did, and what "
                    + "cannot be said; the same figures lie beside it as JSON.",
            "The page needs nothing beside itself and prints well. Of tables and texts it holds no values unless asked."
        },
        exitCodeList = {"0:written", "2:written, but the ledger is damaged"})
final class ReportCommand implements Callable<Integer> {
    /** What the page is on. */
    static final class Subject {
        @ArgGroup(exclusive = false)
        private @Nullable Batch batch;

        @ArgGroup(exclusive = false)
        private @Nullable Sanitized sanitized;
    }

    /** A batch in a ledger. */
    static final class Batch {
        @Option(
                names = "--batch",
                required = true,
                paramLabel = "ID",
                description = "The batch, such as batch-000001; 'expunge ledger list' shows all.")
        private String name = "";

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
                names = "--runs",
                paramLabel = "DIR",
                description =
                        "The folder that the run lies in, for the figures of its verification; without it the page shows"
                                + " those that the ledger keeps. Default: the folder that the ledger lies in.")
        private @Nullable Path runs;
    }

    /** A run that was sanitized. */
    static final class Sanitized {
        @Option(
                names = "--run",
                required = true,
                paramLabel = "DIR",
                description = "What 'expunge sanitize' wrote: a folder with " + DefenseEvidence.FILE + ".")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path run;

        @Option(
                names = "--show-rows",
                description = "Show also what the foremost rows hold, where they are tables or texts. They may be"
                        + " personal data.")
        private boolean showsRows;

        @Option(
                names = "--scan",
                paramLabel = "FILE",
                description = "What 'expunge scan --format json' printed, to be shown too: its table of detectors and"
                        + " controls. Default: none.")
        private @Nullable Path scan;

        @Option(
                names = "--audit-model",
                paramLabel = "PLACE",
                description = "What 'expunge audit-model' found, to be shown too: the folder of its --out, or what it"
                        + " printed with --format json. Default: none.")
        private @Nullable Path modelAudit;
    }

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Subject subject;

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
        return output.console().print(subject.batch != null ? deletion(subject.batch) : defense(subject.sanitized));
    }

    private Result deletion(Batch batch) throws IOException {
        LedgerPlace found = LedgerPlace.of(batch.place, batch.keys, batch.keys);
        Path folder = batch.runs != null
                ? batch.runs
                : found.keys().toAbsolutePath().normalize().resolveSibling("");
        try (Ledger ledger = found.openExisting()) {
            DeletionEvidence evidence = DeletionEvidence.of(ledger, found.name(), batch.name, folder);
            AtomicFiles.writeString(out, DeletionPage.of(evidence));
            return PageReport.of(evidence, out);
        }
    }

    private Result defense(@Nullable Sanitized chosen) throws IOException {
        Sanitized sanitized = requireNonNull(chosen);
        DefenseEvidence evidence = DefenseEvidence.read(sanitized.run);
        Path figures = out.resolveSibling(MoreFiles.getNameWithoutExtension(out) + ".json");
        AtomicFiles.requireWritable(figures);
        ShownRows shown = sanitized.showsRows ? ShownRows.of(evidence) : ShownRows.NONE;
        FurtherFindings further = FurtherFindings.read(sanitized.scan, sanitized.modelAudit);
        Json.write(figures, further.with(evidence));
        AtomicFiles.writeString(out, DefensePage.of(evidence, shown, further));
        return DefensePageReport.of(evidence, out.toString(), figures.toString());
    }
}

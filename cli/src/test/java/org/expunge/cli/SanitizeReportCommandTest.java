package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.expunge.cli.render.ExitCodes;
import org.expunge.cli.report.SampleEvidence;
import org.expunge.cli.work.DefenseEvidence;
import org.expunge.defense.sanitize.SanitizeVerdict;
import org.expunge.influence.io.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SanitizeReportCommandTest {
    @TempDir
    private Path folder;

    private Path run(DefenseEvidence evidence) throws IOException {
        Path run = Files.createDirectory(folder.resolve("run"));
        Json.write(run.resolve(DefenseEvidence.FILE), evidence);
        return run;
    }

    @Test
    void writesAPageThatNeedsNothingAndTheSameFiguresBesideIt() throws IOException {
        Path run = run(SampleEvidence.drill(SanitizeVerdict.SANITIZED, 0.99));
        Path page = folder.resolve("page.html");

        CommandRun report = CommandRun.of("report", "--run", run, "--out", page, "--format", "json");

        assertThat(report.code()).as(report.err()).isEqualTo(ExitCodes.OK);
        assertThat(report.json().get("verdict").textValue()).isEqualTo("SANITIZED");
        assertThat(folder.resolve("page.json")).hasSameTextualContentAs(run.resolve(DefenseEvidence.FILE));
        assertThat(page)
                .content()
                .contains("default-src 'none'; img-src data:")
                .doesNotContain("<script", "<link", "<iframe", "@import", "url(", " src=", "href=\"http")
                .doesNotContainPattern("(?i) on[a-z]+=");
    }

    @Test
    void theKindOfSubjectDecidesAndTheTwoDoNotMix() throws IOException {
        Path run = run(SampleEvidence.unknown(SanitizeVerdict.NOT_CONFIRMED, List.of("one")));
        Path page = folder.resolve("page.html");

        CommandRun both = CommandRun.of("report", "--run", run, "--batch", "batch-000001", "--out", page);
        CommandRun neither = CommandRun.of("report", "--out", page);
        CommandRun mixed = CommandRun.of("report", "--run", run, "--ledger", "ledger", "--out", page);

        assertThat(List.of(both.code(), neither.code(), mixed.code())).containsOnly(ExitCodes.USAGE);
        assertThat(neither.err()).contains("--batch", "--run");
        assertThat(page).doesNotExist();
    }

    @Test
    void aFolderWithoutEvidenceIsNamed() {
        CommandRun report = CommandRun.of("report", "--run", folder, "--out", folder.resolve("page.html"));

        assertThat(report.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(report.err()).contains("holds no sanitize.json", "expunge sanitize");
    }

    @Test
    void aRecordOfBeforeClassesWereTriedTogetherIsShownAsItWas() throws IOException {
        DefenseEvidence evidence = SampleEvidence.drill(SanitizeVerdict.SANITIZED, 0.99);
        ObjectNode record = Json.mapper().valueToTree(evidence);
        record.withArray("clusters").forEach(cluster -> ((ObjectNode) cluster).remove("with"));
        record.withArray("rounds").forEach(round -> ((ObjectNode) round).remove(List.of("with", "rowFlipShare")));
        Path run = Files.createDirectory(folder.resolve("run"));
        Json.write(run.resolve(DefenseEvidence.FILE), record);

        CommandRun report = CommandRun.of("report", "--run", run, "--out", folder.resolve("page.html"));

        assertThat(report.code()).as(report.err()).isEqualTo(ExitCodes.OK);
        DefenseEvidence read = DefenseEvidence.read(run);
        assertThat(read.clusters()).isEqualTo(evidence.clusters());
        assertThat(read.rounds()).allMatch(round -> round.with().isEmpty() && round.rowFlipShare() == null);
        assertThat(folder.resolve("page.html")).content().contains("rows that flip");
    }

    @Test
    void aRecordThatLacksAFigureIsRefusedByFileAndKey() throws IOException {
        ObjectNode record = Json.mapper().valueToTree(SampleEvidence.drill(SanitizeVerdict.SANITIZED, 0.99));
        ((ObjectNode) record.withArray("rounds").get(0)).remove("flipShare");
        Path run = Files.createDirectory(folder.resolve("run"));
        Json.write(run.resolve(DefenseEvidence.FILE), record);

        CommandRun report = CommandRun.of("report", "--run", run, "--out", folder.resolve("page.html"));

        assertThat(report.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(report.err())
                .contains(run.resolve(DefenseEvidence.FILE).toString(), "rounds.[0].flipShare", "a value is missing");
        assertThat(folder.resolve("page.html")).doesNotExist();
    }

    @Test
    void aFileThatExistsIsLeftAlone() throws IOException {
        Path run = run(SampleEvidence.drill(SanitizeVerdict.SANITIZED, 0.99));
        Path figures = Files.writeString(folder.resolve("page.json"), "precious");

        CommandRun report = CommandRun.of("report", "--run", run, "--out", folder.resolve("page.html"));

        assertThat(report.code()).isEqualTo(ExitCodes.INPUT_OUTPUT);
        assertThat(figures).hasContent("precious");
        assertThat(folder.resolve("page.html")).doesNotExist();
    }

    @Test
    void valuesOfATableAreReadFromItsRun() throws IOException {
        Path trained = TinyRun.train(folder.resolve("trained"));
        JsonNode evidence = Json.mapper().valueToTree(SampleEvidence.table(trained.toString()));
        List<String> ids = TinyRun.ids(trained, "train");
        String text = Json.text(evidence);
        for (int row = 7; row < 15; row++) {
            text = text.replace("\"row " + row + "\"", "\"" + ids.get(row) + "\"");
        }
        Path run = Files.createDirectory(folder.resolve("run"));
        Files.writeString(run.resolve(DefenseEvidence.FILE), text);

        CommandRun.of("report", "--run", run, "--out", folder.resolve("without.html"));
        CommandRun shown = CommandRun.of("report", "--run", run, "--show-rows", "--out", folder.resolve("with.html"));

        assertThat(shown.code()).as(shown.err()).isEqualTo(ExitCodes.OK);
        assertThat(folder.resolve("with.html")).content().contains("values</th>", "feature 12: ", ids.get(7));
        assertThat(folder.resolve("without.html")).content().doesNotContain("values</th>", "feature 12: ");
    }

    @Test
    void rowsThatTheRunLacksAreNamed() throws IOException {
        Path trained = TinyRun.train(folder.resolve("trained"));
        Path run = run(SampleEvidence.table(trained.toString()));

        CommandRun absent = CommandRun.of("report", "--run", run, "--show-rows", "--out", folder.resolve("page.html"));

        assertThat(absent.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(absent.err()).contains("row 7");
        assertThat(folder.resolve("page.html")).doesNotExist();
    }
}

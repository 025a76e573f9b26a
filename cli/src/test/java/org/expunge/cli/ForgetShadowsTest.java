package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.expunge.cli.render.ExitCodes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shadow models of an audit learned the rows too: they go with the next deletion, wherever they lie. */
final class ForgetShadowsTest {
    private static final String OUTPUTS = "outputs.npy";

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    /** Far from the runs: no search comes by. */
    @TempDir
    private Path elsewhere;

    private Path first = Path.of("first");
    private Path run = Path.of("run");
    private Path bank = Path.of("bank");

    @BeforeAll
    static void train() throws IOException {
        forgetting("digits?limit=300", shared.resolve("first"));
    }

    @BeforeEach
    void auditARunThatForgot() throws IOException {
        first = TinyRun.copy(shared.resolve("first"), folder.resolve("first"));
        run = TinyRun.copy(after(shared.resolve("first")), after(first));
        bank = elsewhere.resolve("deep/down/gus");
        verify(first, bank);
    }

    @Test
    void banksOfAnAuditAreFoundWhereverTheyAreAndOthersFilesStay() throws IOException {
        Path thesis = Files.writeString(bank.resolve("thesis.md"), "text");
        Path own = Files.writeString(Files.createDirectory(bank.resolve("mine")).resolve(OUTPUTS), "x");
        Path killed = Files.createDirectories(bank.resolve("cells")).resolve("3-0.npy");
        Files.writeString(killed, "left by a killed audit");
        Path stranger = Files.writeString(bank.resolveSibling("stranger.txt"), "text");

        JsonNode planned = forget("plan").json().get("purge");
        CommandRun applied = forget("apply", "--quiet", "--references", 0, "--out", folder.resolve("next"));

        assertThat(fate(planned)).isEqualTo("DELETED");
        assertThat(applied.code()).as(applied.err()).isEqualTo(ExitCodes.OK);
        JsonNode purged = applied.json().get("purged");
        assertThat(fate(purged)).isEqualTo("DELETED");
        assertThat(purged.toString()).contains("answers of models that learned the run's rows; the folder and 2 other");
        assertThat(List.of(bank.resolve(OUTPUTS), bank.resolve("masks.npy"), bank.resolve("bank.json"), killed))
                .noneMatch(Files::exists);
        assertThat(List.of(thesis, own, stranger)).allMatch(Files::exists);
        assertThat(folder.resolve("next/shadow-banks")).doesNotExist();
    }

    /** What a note names may be somebody else's by now. */
    @Test
    void aFolderThatHoldsAnotherRunsBankByNowStays() throws IOException {
        Path other = folder.resolve("other");
        forgetting("digits?limit=290", other);
        Path moved = elsewhere.resolve("moved");
        Files.move(bank, moved);
        verify(other, bank);

        CommandRun applied =
                forget("apply", "--quiet", "--references", 0, "--caches", elsewhere, "--out", folder.resolve("next"));

        assertThat(applied.code()).as(applied.err()).isEqualTo(ExitCodes.OK);
        assertThat(fate(applied.json().get("purged"))).isEqualTo("KEPT");
        assertThat(bank.resolve(OUTPUTS)).exists();
        assertThat(moved).as("found by what its manifest says").doesNotExist();
    }

    @Test
    void theRunBeforeRemembersAsWellAndABankThatIsGoneIsNoMatter() throws IOException {
        run = first;
        assertThat(fate(forget("plan").json().get("purge"))).isEqualTo("DELETED");
        Files.move(bank, folder.resolve("beside"));

        JsonNode planned = forget("plan").json().get("purge");

        assertThat(planned.findValuesAsText("kind")).doesNotContain("shadow models");
        assertThat(planned.findValuesAsText("path")).contains("beside");
    }

    private static String fate(JsonNode artefacts) {
        for (JsonNode artefact : artefacts) {
            if (artefact.get("kind").textValue().equals("shadow models")) {
                assertThat(artefact.get("path").textValue()).endsWith("deep/down/gus");
                return artefact.get("action").textValue();
            }
        }
        return "not listed";
    }

    private CommandRun forget(String what, Object... more) throws IOException {
        Object[] words = {
            "forget",
            what,
            "--run",
            run,
            "--ids",
            TinyRun.ids(run, "train").get(9),
            "--method",
            "retrain",
            "--format",
            "json"
        };
        return CommandRun.of(Stream.of(words, more).flatMap(Arrays::stream).toArray());
    }

    private static Path after(Path run) {
        return run.resolveSibling(run.getFileName() + "-after");
    }

    /** Makes a run, and beside it one that forgot two of its rows. */
    private static void forgetting(String data, Path run) throws IOException {
        TinyRun.train(data, run);
        CommandRun forgot = CommandRun.of(
                "forget",
                "apply",
                "--run",
                run,
                "--ids",
                String.join(",", TinyRun.ids(run, "train").subList(3, 5)),
                "--method",
                "retrain",
                "--references",
                0,
                "--old-run",
                "keep",
                "--quiet",
                "--out",
                after(run));
        assertThat(forgot.code()).as(forgot.err()).isEqualTo(ExitCodes.OK);
    }

    /** Audits what a run became, with a bank at a place. */
    private static void verify(Path before, Path bank) {
        CommandRun verified = CommandRun.of(
                "verify",
                "--run",
                after(before),
                "--attack",
                "gus",
                "--runs",
                2,
                "--candidates",
                4,
                "--shadows",
                bank.resolveSibling(""),
                "--quiet");
        assertThat(verified.err()).isEmpty();
        assertThat(bank.resolve(OUTPUTS)).exists();
    }
}

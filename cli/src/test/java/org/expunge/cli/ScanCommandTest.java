package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.expunge.cli.render.ExitCodes;
import org.expunge.influence.training.TrainingRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScanCommandTest {
    @TempDir
    private static Path folder;

    private static Path poisoned = Path.of("poisoned");
    private static Path attacked = Path.of("attacked");

    @BeforeAll
    static void trainUnderAttack() {
        poisoned = folder.resolve("poisoned");
        CommandRun.of("attack", "--data", "digits", "--rows", 20, "--out", poisoned);
        attacked = folder.resolve("run");
        CommandRun.of("train", "--data", "overlay:" + poisoned, "--epochs", 12, "--quiet", "--out", attacked);
    }

    @Test
    void setsAllDetectorsBesideControlsAndThePlantedRows() throws IOException {
        JsonNode json =
                CommandRun.of("scan", "--run", attacked, "--format", "json").json();

        JsonNode table = json.get("table");
        assertThat(table.get("entries").findValuesAsText("detector"))
                .containsExactly(
                        "duplicates",
                        "aum",
                        "confident-learning",
                        "self-influence",
                        "outlier-gradients",
                        "deep-knn",
                        "spectral",
                        "activation-clustering",
                        "scan",
                        "spectre",
                        "random",
                        "gradient-norm",
                        "loss",
                        "raw-knn");
        assertThat(table.get("truth").get("planted").intValue()).isEqualTo(20);
        assertThat(table.get("entries")
                        .get(9)
                        .get("figures")
                        .get("averagePrecision")
                        .doubleValue())
                .isGreaterThan(table.get("truth").get("classPrior").doubleValue());
        assertThat(json.get("run").asText()).isEqualTo(attacked.toString());
    }

    @Test
    void aManifestOfRowsThatTheRunNeverSawIsRefused() {
        Path clean = folder.resolve("clean");
        CommandRun.of("train", "--data", "digits", "--epochs", 1, "--quiet", "--out", clean);
        Path manifest = poisoned.resolve("manifest.json");

        assertThat(CommandRun.of("scan", "--run", clean, "--manifest", manifest))
                .returns(ExitCodes.BAD_INPUT, CommandRun::code)
                .extracting(CommandRun::err)
                .asString()
                .contains(manifest.toString(), "of other rows than those of run " + clean);
    }

    @Test
    void aManifestIsThatOfItsCopyWhereverThatWasMoved() throws IOException {
        Path images = images();
        Path drill = folder.resolve("drill");
        CommandRun.of("attack", "--data", "images:" + images + "?gray=true", "--rows", 8, "--out", drill);
        Path elsewhere = folder.resolve("elsewhere").resolve("images");
        Files.createDirectories(elsewhere.getParent());
        Files.move(drill.resolve("copy"), elsewhere);
        Path run = TinyRun.train("images:" + elsewhere + "?gray=true", folder.resolve("moved"));
        long planted = TrainingRun.open(run).train().ids().stream()
                .filter(id -> Integer.parseInt(id.replaceAll("[^0-9]", "").substring(1)) >= 40)
                .count();

        CommandRun scan = CommandRun.of(
                "scan",
                "--run",
                run,
                "--detectors",
                "duplicates",
                "--manifest",
                drill.resolve("manifest.json"),
                "--format",
                "json");

        assertThat(scan.code()).as(scan.err()).isEqualTo(ExitCodes.OK);
        assertThat(planted).isPositive();
        assertThat(scan.json().get("table").get("truth").get("planted").longValue())
                .isEqualTo(planted);
    }

    /** Folders {@code c0} and {@code c1} of images {@code im0.png} to {@code im39.png}. */
    private static Path images() throws IOException {
        Path images = folder.resolve("images");
        Random random = new Random(1);
        for (int i = 0; i < 80; i++) {
            Path file = images.resolve("c" + i % 2).resolve("im" + i / 2 + ".png");
            Files.createDirectories(file.getParent());
            BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
            for (int p = 0; p < 64; p++) {
                image.getRaster().setSample(p % 8, p / 8, 0, random.nextInt(200));
            }
            ImageIO.write(image, "png", file.toFile());
        }
        return images;
    }

    @Test
    void writesEveryRowsScoresAndSaysTheCostFirst() throws IOException {
        Path out = folder.resolve("scores.csv");
        CommandRun run = CommandRun.of(
                "scan",
                "--run",
                attacked,
                "--detectors",
                "aum,deep-knn,confident-learning",
                "--folds",
                3,
                "--manifest",
                poisoned.resolve("manifest.json"),
                "--top",
                2,
                "--out",
                out);

        assertThat(run.code()).isEqualTo(ExitCodes.OK);
        assertThat(run.err()).contains("cost: 3 trainings on at most");
        assertThat(run.out())
                .contains(
                        "A flag is a reason to look at a row",
                        "class prior (control)",
                        "mean over the",
                        "Scores of all rows: " + out);
        List<String> lines = Files.readAllLines(out);
        assertThat(lines.get(0))
                .isEqualTo("row,label,planted,cover,aum,aum flagged,deep-knn,deep-knn flagged,"
                        + "confident-learning,confident-learning flagged,random,random flagged,gradient-norm,"
                        + "gradient-norm flagged,loss,loss flagged,raw-knn,raw-knn flagged");
        assertThat(lines.stream().skip(1).filter(line -> line.split(",", -1)[2].equals("1")))
                .hasSize(20);

        CommandRun again = CommandRun.of("scan", "--run", attacked, "--detectors", "aum", "--out", out);
        assertThat(again.code()).isEqualTo(ExitCodes.INPUT_OUTPUT);
        assertThat(again.err()).contains(out.toString());
    }

    @Test
    void marginsCanBeLoggedInAFurtherTraining() {
        CommandRun run = CommandRun.of("scan", "--run", attacked, "--detectors", "aum", "--log-margins");

        assertThat(run.err()).contains("cost: 1 trainings");
        assertThat(run.out()).contains("logged at the end of each of 12 epochs");
    }

    @Test
    void refusesWhatItCannotRun() {
        CommandRun unknown = CommandRun.of("scan", "--run", attacked, "--detectors", "magic");
        assertThat(unknown.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(unknown.err()).contains("detector 'magic' is not known");

        CommandRun sourceless = CommandRun.of("scan", "--run", attacked, "--sources", "vendor");
        assertThat(sourceless.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(sourceless.err()).contains("has no group column 'vendor'");
    }
}

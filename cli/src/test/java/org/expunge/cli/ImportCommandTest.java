package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.expunge.cli.render.ExitCodes;
import org.expunge.influence.training.TrainingRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImportCommandTest {
    @TempDir
    private Path folder;

    @Test
    void importedModelIsTheOneThatWasExported() throws IOException {
        Path run = TinyRun.train(folder.resolve("run"));
        Path out = folder.resolve("imported");

        CommandRun imported = load(run.resolve("model.zip"), out);

        assertThat(imported.code()).isEqualTo(ExitCodes.OK);
        assertThat(imported.out()).contains("Imported", "1 checkpoints, 0 epochs");
        assertThat(TrainingRun.open(out).model().parameters())
                .containsExactly(TrainingRun.open(run).model().parameters());
        CommandRun influence = CommandRun.of(
                "influence",
                "--run",
                out,
                "--method",
                "gas",
                "--inputs",
                "validation",
                "--top",
                1,
                "--quiet",
                "--out",
                folder.resolve("scores"));
        assertThat(influence.code()).isEqualTo(ExitCodes.OK);
        assertThat(influence.err())
                .contains(
                        "warning: this method follows the checkpoints of a training, but ",
                        " has its last model alone");
    }

    @Test
    void truncatedZipIsRefused() throws IOException {
        Path whole = TinyRun.train(folder.resolve("run")).resolve("model.zip");
        Path cut = Files.write(folder.resolve("cut.zip"), Arrays.copyOf(Files.readAllBytes(whole), 300));

        CommandRun imported = load(cut, folder.resolve("imported"));

        assertThat(imported.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(imported.err()).contains(cut + ": is no zip, or only the beginning of one");
        assertThat(folder.resolve("imported")).doesNotExist();
    }

    @Test
    void unknownLayerIsRefusedByName() throws IOException {
        Path zip = folder.resolve("odd.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("configuration.json"));
            out.write("""
                    {"confs": [{"layer": {"@class": "org.example.Oracle", "layerName": "oracle"}}]}
                    """.getBytes(StandardCharsets.UTF_8));
            out.closeEntry();
        }

        CommandRun imported = load(zip, folder.resolve("imported"));

        assertThat(imported.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(imported.err()).contains(zip.toString(), "org.example.Oracle");
    }

    @Test
    void missingFileAndMissingNameAreTold() {
        Path nowhere = folder.resolve("nowhere.zip");

        assertThat(load(nowhere, folder.resolve("imported")).err()).contains(nowhere + ": there is no such model file");
        CommandRun unnamed = CommandRun.of("import", "--data", "digits", "--out", folder.resolve("imported"));
        assertThat(unnamed.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(unnamed.err()).contains("Name the model zip: --model FILE.zip");
    }

    private static CommandRun load(Path zip, Path out) {
        return CommandRun.of("import", "--model", zip, "--data", "digits?limit=300", "--quiet", "--out", out);
    }
}

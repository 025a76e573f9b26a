package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.expunge.cli.render.ExitCodes;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.Digests;
import org.expunge.influence.training.TrainingRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Poisoned copies in the formats that they came in, trained on and audited. */
final class AttackCopyTest {
    private static final int ROWS = 240;

    @TempDir
    private Path folder;

    @Test
    void aTableComesBackWithTheSameSplitAndOnlyThePoisonChanged() throws IOException {
        Path table = table();
        Path out = folder.resolve("drill");
        JsonNode drill = CommandRun.of(
                        "attack",
                        "--data",
                        "csv:" + table + "?label=class",
                        "--kind",
                        "features",
                        "--features",
                        "0,1",
                        "--rows",
                        12,
                        "--format",
                        "json",
                        "--out",
                        out)
                .json();

        Path run = TinyRun.train(drill.get("copy").textValue(), folder.resolve("run"), "--seed", 0);
        Dataset train = TrainingRun.open(run).rawTrain();
        Dataset before = DataSpec.parse("csv:" + table + "?label=class").load().train();
        Set<String> planted = ids(drill, "adversarialIds");

        assertThat(planted).hasSize(12);
        assertThat(train.ids()).containsAll(planted);
        for (int i = 0; i < train.size(); i++) {
            int row = before.rowOf(train.id(i));
            assertThat(train.label(i) != before.label(row)).isEqualTo(planted.contains(train.id(i)));
            assertThat(train.row(i)[2]).isEqualTo(before.row(row)[2]);
            assertThat(train.row(i)[0] > 2).isEqualTo(planted.contains(train.id(i)));
        }
        assertThat(TrainingRun.open(run).info().notes()).containsKey("attack");
        CommandRun audit = CommandRun.of("audit", "--run", run, "--inputs", "test", "--inputs", "attack");
        assertThat(audit.code()).as(audit.err()).isLessThan(ExitCodes.USAGE);
        CommandRun byFile = CommandRun.of(
                "audit", "--run", run, "--inputs", drill.get("inputs").textValue());
        assertThat(byFile.code()).as(byFile.err()).isLessThan(ExitCodes.USAGE);
    }

    @Test
    void bytesOfAnIdxFolderAreWrittenAnewAndDigested() throws IOException {
        Path source = idx();
        Path out = folder.resolve("drill");

        JsonNode drill = CommandRun.of(
                        "attack",
                        "--data",
                        "idx:" + source,
                        "--kind",
                        "blend",
                        "--rows",
                        10,
                        "--format",
                        "json",
                        "--out",
                        out)
                .json();

        Dataset before = DataSpec.parse("idx:" + source).load().train();
        Dataset after = DataSpec.parse(drill.get("copy").textValue()).load().train();
        Dataset laidOver = DataSpec.parse(drill.get("data").textValue()).load().train();
        Set<String> planted = ids(drill, "adversarialIds");
        for (int i = 0; i < before.size(); i++) {
            assertThat(after.row(i)).isEqualTo(laidOver.row(i));
            assertThat(after.label(i)).isEqualTo(laidOver.label(i));
            assertThat(before.label(i) != after.label(i)).isEqualTo(planted.contains(before.id(i)));
        }
        assertThat(planted).hasSize(10);
        String file = "copy/train-images-idx3-ubyte";
        assertThat(drill.get("files").get(file).textValue()).isEqualTo(Digests.sha256(out.resolve(file)));
        assertThat(TinyRun.train(drill.get("copy").textValue(), folder.resolve("run")))
                .isDirectory();
    }

    @Test
    void theGateSaysWhetherTheAttackWorks() throws IOException {
        CommandRun works =
                CommandRun.of("attack", "--data", "digits", "--rows", 20, "--gate", "--out", folder.resolve("works"));
        CommandRun fails = CommandRun.of(
                "attack",
                "--data",
                "digits",
                "--kind",
                "sig",
                "--source",
                -1,
                "--gate",
                "--format",
                "json",
                "--out",
                folder.resolve("fails"));

        assertThat(works.code()).isEqualTo(ExitCodes.OK);
        assertThat(works.out()).contains("Gate: attack works.");
        assertThat(fails.code()).isEqualTo(ExitCodes.GATE_MISSED);
        assertThat(fails.json().get("gate").get("verdict").textValue()).startsWith("attack failed: it succeeds on");
        assertThat(folder.resolve("fails").resolve("manifest.json")).exists();
    }

    @Test
    void anAttackWithASurrogateAndNoiseWithoutInputsAreWritten() throws IOException {
        JsonNode collision = CommandRun.of(
                        "attack",
                        "--data",
                        "digits",
                        "--kind",
                        "feature-collision",
                        "--rows",
                        5,
                        "--format",
                        "json",
                        "--out",
                        folder.resolve("collision"))
                .json();
        CommandRun noise = CommandRun.of(
                "attack", "--data", "digits", "--kind", "symmetric-noise", "--gate", "--out", folder.resolve("noise"));

        assertThat(collision.get("adversarialIds")).hasSize(5);
        assertThat(collision.get("attackedInputs").intValue()).isEqualTo(1);
        assertThat(noise.code()).isEqualTo(ExitCodes.OK);
        assertThat(noise.out()).contains("Gate: not judged", "(0 rows)");
    }

    private static Set<String> ids(JsonNode drill, String field) {
        Set<String> ids = new HashSet<>();
        drill.get(field).forEach(id -> ids.add(id.textValue()));
        return ids;
    }

    /** Two classes apart in the first column; the third is a category in quotes. */
    private Path table() throws IOException {
        SplittableRandom random = new SplittableRandom(5);
        List<String> lines = new ArrayList<>(List.of("a,b,kind,class"));
        for (int i = 0; i < ROWS; i++) {
            double a = random.nextDouble() + i % 2;
            lines.add(a + "," + random.nextDouble() + ",\"x, " + i % 3 + "\"," + (i % 2 == 0 ? "no" : "yes"));
        }
        return Files.write(folder.resolve("table.csv"), lines);
    }

    private Path idx() throws IOException {
        Path source = Files.createDirectory(folder.resolve("idx"));
        SplittableRandom random = new SplittableRandom(5);
        ByteBuffer images = ByteBuffer.allocate(16 + ROWS * 16);
        ByteBuffer labels = ByteBuffer.allocate(8 + ROWS);
        images.putInt(0x803).putInt(ROWS).putInt(4).putInt(4);
        labels.putInt(0x801).putInt(ROWS);
        for (int i = 0; i < ROWS; i++) {
            byte[] pixels = new byte[16];
            random.nextBytes(pixels);
            images.put(pixels);
            labels.put((byte) (i % 2));
        }
        Files.write(source.resolve("train-images-idx3-ubyte"), images.array());
        Files.write(source.resolve("train-labels-idx1-ubyte"), labels.array());
        return source;
    }
}

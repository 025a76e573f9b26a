package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.expunge.cli.render.ExitCodes;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.training.TrainingRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InfluenceForgettingTest {
    @TempDir
    private static Path folder;

    private static Path run = Path.of("run");
    private static String ids = "";

    @BeforeAll
    static void train() throws IOException {
        run = TinyRun.train(folder.resolve("run"), "--l2", 0.001);
        ids = String.join(",", TinyRun.ids(run, "train").subList(3, 6));
    }

    @Test
    void takesAnyCurvatureAndSaysWhichAndHowLongItRepaired() throws IOException {
        CommandRun forget = forget("ekfac", "influence", "--curvature", "ekfac", "--repair-epochs", 1);

        JsonNode options = details(forget).get("options");
        assertThat(options.get("inverter").get("form").textValue()).isEqualTo("EKFAC");
        assertThat(options.get("repairEpochs").intValue()).isEqualTo(1);
    }

    @Test
    void correctsLabelsFromAFile() throws IOException {
        Dataset train = TrainingRun.open(run).raw().train();
        StringBuilder labels = new StringBuilder("id,label\n");
        for (String id : List.of(ids.split(","))) {
            int wrong = (train.label(train.rowOf(id)) + 1) % train.classes();
            labels.append(id).append(',').append(train.classNames().get(wrong)).append('\n');
        }
        Path file = Files.writeString(folder.resolve("labels.csv"), labels);

        CommandRun forget = forget("by-file", "label-correction", "--labels", file);

        assertThat(details(forget).get("relabelled").intValue()).isEqualTo(3);
    }

    /** Only rows that the reference gets otherwise are moved, and where there are none it says so. */
    @Test
    void takesTheLabelsThatAnotherRunPredicts() throws IOException {
        Path reference = TinyRun.train(folder.resolve("reference"), "--seed", 9);

        CommandRun forget = forget("by-run", "label-correction", "--reference", reference);

        if (forget.code() == ExitCodes.USAGE) {
            assertThat(forget.err()).contains("correct labels already");
        } else {
            assertThat(details(forget).get("relabelled").intValue()).isBetween(1, 3);
        }
    }

    @Test
    void needsLabelsFromOnePlace() throws IOException {
        Path bad = Files.writeString(folder.resolve("bad.csv"), "row,label\n");

        assertThat(forget("none", "label-correction").err()).contains("--labels FILE, or --reference DIR");
        assertThat(forget("bad", "label-correction", "--labels", bad).err()).contains("bad.csv", "id,label");
    }

    private static JsonNode details(CommandRun forget) throws IOException {
        assertThat(forget.out()).as(forget.err()).isNotEmpty();
        return forget.json().get("forget").get("details");
    }

    private static CommandRun forget(String name, String method, Object... more) {
        Object[] words = {
            "forget",
            "apply",
            "--run",
            run,
            "--ids",
            ids,
            "--method",
            method,
            "--references",
            0,
            "--old-run",
            "keep",
            "--threads",
            1,
            "--format",
            "json",
            "--out",
            folder.resolve("forgotten-" + name)
        };
        return CommandRun.of(Stream.of(words, more).flatMap(Stream::of).toArray());
    }
}

package org.expunge.influence.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.TableLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run on a table of people: each has a city of two, but one training row and one test row have cities of their own.
 */
final class RunDataTest {
    private static final int ROWS = 40;
    private static final int SPLIT_SEED = 9;

    @TempDir
    private Path folder;

    private final Engine engine = TrainingFixtures.reference(1);

    @AfterEach
    void closeEngine() {
        engine.close();
    }

    private static List<String> lines(int odd, String oddCity, int other, String otherCity) {
        return IntStream.range(0, ROWS)
                .mapToObj(i -> {
                    String city = i == odd ? oddCity : i == other ? otherCity : i % 3 == 0 ? "aachen" : "zagreb";
                    String age = i == odd ? "1000" : i % 4 == 1 ? "" : String.valueOf(20 + i % 7);
                    return "p" + i + "," + age + "," + city + "," + i % 2;
                })
                .toList();
    }

    private DataSpec write(List<String> lines) throws IOException {
        Path file = folder.resolve("people.csv");
        Files.writeString(file, "id,age,city,y\n" + String.join("\n", lines) + "\n");
        return DataSpec.parse("csv:" + file + "?label=y&id=id&missing=mean");
    }

    private static int number(String id) {
        return Integer.parseInt(id.substring(1));
    }

    private static Recipe recipe(DataSpec source) {
        TrainingOptions options =
                TrainingOptions.DEFAULT.withEpochs(1).withBatchSize(10).withCheckpoints(CheckpointPolicy.spread(1));
        return new Recipe(SPLIT_SEED, DataRecipe.of(source), ModelRecipe.mlp(3), options);
    }

    private TrainingRun create(DataSpec source) throws IOException {
        return TrainingRun.create(folder.resolve("run"), recipe(source), engine, TrainingListener.NONE);
    }

    /** The split depends on labels alone, so that the rows can be chosen by where they will be. */
    private static List<List<String>> parts(DataSpec source) throws IOException {
        var raw = DataRecipe.of(source).load(new Seeds(SPLIT_SEED));
        return List.of(raw.train().ids(), raw.test().ids());
    }

    @Test
    void namesAndMeansAreThoseOfTheTrainingRows() throws IOException {
        List<List<String>> parts = parts(write(lines(-1, "", -1, "")));
        int trained = number(parts.get(0).get(2));
        int held = number(parts.get(1).get(0));

        TrainingRun run = create(write(lines(held, "atlantis", trained, "lemuria")));

        TableLayout layout = run.layout().orElseThrow();
        assertThat(layout.features().get(1).categories()).containsExactly("aachen", "", "lemuria", "zagreb");
        assertThat(layout.features().get(0).mean()).isLessThan(30);
        Dataset test = run.raw().test();
        assertThat(test.row(test.rowOf("p" + held))).containsExactly(1000, 0, 0, 0, 0);
        assertThat(Files.readString(run.path().resolve("layout.json"))).doesNotContain("atlantis");
    }

    @Test
    void aRunStaysReadableOnceAForgottenRowIsTakenOutOfTheFile() throws IOException {
        int gone = number(parts(write(lines(-1, "", -1, ""))).get(0).get(2));
        List<String> lines = lines(gone, "atlantis", -1, "");
        TrainingRun run = create(write(lines));
        Derivation kept = Derivation.of("test", Set.of("p" + gone), run.model(), run.normalizer(), Map.of());
        TrainingRun after = run.derive(folder.resolve("after"), kept, engine);
        Optional<TableLayout> refitted = run.layoutWithout(Set.of("p" + gone));
        TrainingRun anew = run.derive(folder.resolve("anew"), kept.withLayout(refitted.orElseThrow()), engine);

        write(lines.stream().filter(line -> !line.startsWith("p" + gone + ",")).toList());

        Dataset before = after.rawTrain();
        Dataset again = TrainingRun.open(after.path()).rawTrain();
        assertThat(again.ids()).isEqualTo(before.ids()).doesNotContain("p" + gone);
        assertThat(rows(again)).isEqualTo(rows(before));
        assertThat(TrainingRun.open(anew.path()).rawTrain().ids()).isEqualTo(before.ids());
        assertThat(anew.layout()).isEqualTo(refitted);
        assertThat(Files.readString(anew.path().resolve("layout.json"))).doesNotContain("atlantis");
        assertThat(anew.layout().orElseThrow().features().get(0).mean())
                .isEqualTo(mean(lines, anew.rawTrain().ids()));
    }

    private static double mean(List<String> lines, List<String> ids) {
        return lines.stream()
                .map(line -> line.split(",", -1))
                .filter(cells -> ids.contains(cells[0]) && !cells[1].isEmpty())
                .mapToDouble(cells -> Double.parseDouble(cells[1]))
                .average()
                .orElseThrow();
    }

    private static double[][] rows(Dataset data) {
        return IntStream.range(0, data.size()).mapToObj(data::row).toArray(double[][]::new);
    }
}

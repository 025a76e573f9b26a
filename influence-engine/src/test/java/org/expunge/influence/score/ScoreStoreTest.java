package org.expunge.influence.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Npy;
import org.expunge.influence.io.NpyArray;
import org.expunge.influence.network.Model;
import org.expunge.influence.testkit.InterruptedEstimator;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.training.Checkpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreStoreTest {
    private static final int BLOCKS = 5;

    @TempDir
    private Path folder;

    private final Engine engine = SmallProblems.reference(2, 4);
    private final Model model = SmallProblems.dense(1);
    private final Dataset train = SmallProblems.rows(model, 18, 2);
    private final Dataset queries = SmallProblems.rows(model, 3, 3);
    private final Gas gas = gas(model);
    private Path file = Path.of("gas.npy");

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("scores").resolve("gas.npy");
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private Gas gas(Model of) {
        return new Gas(
                engine,
                List.of(new Checkpoint(0, 0, 0.1, 10, of)),
                new TrajectoryEstimator.Options(Weighting.LEARNING_RATE, 1 << 24, 4));
    }

    private InterruptedEstimator interrupted(int after) {
        return new InterruptedEstimator(gas, after);
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(folder.resolve("scores"))) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void readsBackWhatWasComputed() throws IOException {
        Scores expected = gas.score(train, queries);

        Scores stored = ScoreStore.compute(file, gas, train, queries);

        assertThat(names()).containsExactly("gas.json", "gas.npy");
        assertThat(stored.queries()).isEqualTo(3);
        assertThat(stored.rows()).isEqualTo(18);
        for (int q = 0; q < 3; q++) {
            for (int i = 0; i < 18; i++) {
                assertThat(stored.score(q, i)).isEqualTo((float) expected.score(q, i));
            }
            assertThat(stored.row(q)[17]).isEqualTo(stored.score(q, 17));
        }
        assertThat(stored.provenance()).isEqualTo(expected.provenance());
    }

    @Test
    void isAnOrdinaryNpyFile() throws IOException {
        Scores stored = ScoreStore.compute(file, gas, train, queries);

        NpyArray array = Npy.read(file);

        assertThat(array.type()).isEqualTo(NpyArray.Type.FLOAT32);
        assertThat(array.shape()).containsExactly(3, 18);
        assertThat(array.toDoubles()[18 + 5]).isEqualTo(stored.score(1, 5));
    }

    @Test
    void goesOnAfterTheLastFinishedBlockAndEndsWithTheSameBytes() throws IOException {
        Path whole = folder.resolve("whole.npy");
        ScoreStore.compute(whole, gas, train, queries);
        assertThatThrownBy(() -> ScoreStore.compute(file, interrupted(2), train, queries))
                .hasMessage("killed");
        assertThat(file).doesNotExist();
        InterruptedEstimator rest = interrupted(BLOCKS);

        ScoreStore.compute(file, rest, train, queries);

        assertThat(rest.computed()).isEqualTo(BLOCKS - 2);
        assertThat(file).hasSameBinaryContentAs(whole);
    }

    @Test
    void publishesATableWhoseRunWasKilledBeforeItsLastStep() throws IOException {
        assertThatThrownBy(() -> ScoreStore.compute(file, interrupted(2), train, queries))
                .hasMessage("killed");
        try (ScoreStore store = ScoreStore.open(file, ScoreManifest.of(gas, train, queries))) {
            assertThat(store.blocksDone()).isEqualTo(2);
            gas.stream(train, queries, store);
            assertThat(store.blocksDone()).isEqualTo(BLOCKS);
        }
        InterruptedEstimator none = interrupted(0);

        ScoreStore.compute(file, none, train, queries);

        assertThat(none.computed()).isZero();
        assertThat(names()).containsExactly("gas.json", "gas.npy");
    }

    @Test
    void startsAgainFromLeftoversWithoutATable() throws IOException {
        assertThatThrownBy(() -> ScoreStore.compute(file, interrupted(2), train, queries))
                .hasMessage("killed");
        Files.delete(file.resolveSibling("gas.npy.partial"));

        InterruptedEstimator all = interrupted(BLOCKS);
        ScoreStore.compute(file, all, train, queries);

        assertThat(all.computed()).isEqualTo(BLOCKS);
        Files.createFile(file.resolveSibling("gas.npy.partial.flags"));
        ScoreStore.compute(file, interrupted(0), train, queries);
        assertThat(names()).containsExactly("gas.json", "gas.npy");
    }

    @Test
    void isNotComputedTwice() throws IOException {
        ScoreStore.compute(file, gas, train, queries);

        Scores again = ScoreStore.compute(file, interrupted(0), train, queries);

        assertThat(again.rows()).isEqualTo(18);
    }

    @Test
    void refusesFilesMadeFromOtherInputs() throws IOException {
        ScoreStore.compute(file, gas, train, queries);
        byte[] before = Files.readAllBytes(file);

        assertThatThrownBy(() -> ScoreStore.compute(file, gas(SmallProblems.dense(9)), train, queries))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("gas.npy")
                .hasMessageContaining("(checkpoint-0 differ)")
                .hasMessageContaining("delete it or choose another name");
        assertThatThrownBy(() -> ScoreStore.compute(file, gas, train.without(new int[] {3}), queries))
                .hasMessageContaining("(train differ)");
        assertThatThrownBy(() -> ScoreStore.compute(file, gas, train, SmallProblems.rows(model, 3, 4)))
                .hasMessageContaining("(queries differ)");
        assertThat(file).hasBinaryContent(before);
    }

    @Test
    void refusesPartialFilesMadeFromOtherInputs() {
        assertThatThrownBy(() -> ScoreStore.compute(file, interrupted(2), train, queries))
                .hasMessage("killed");

        assertThatThrownBy(() -> ScoreStore.compute(file, gas(SmallProblems.dense(9)), train, queries))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("(checkpoint-0 differ)");
    }

    @Test
    void refusesTruncatedFiles() throws IOException {
        ScoreStore.compute(file, gas, train, queries);
        truncate(file);

        assertThatThrownBy(() -> ScoreStore.read(file))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("gas.npy")
                .hasMessageContaining("truncated");
        assertThatThrownBy(() -> ScoreStore.compute(file, gas, train, queries)).hasMessageContaining("truncated");
    }

    @Test
    void refusesTruncatedPartialFiles() throws IOException {
        assertThatThrownBy(() -> ScoreStore.compute(file, interrupted(2), train, queries))
                .hasMessage("killed");
        truncate(file.resolveSibling("gas.npy.partial"));

        assertThatThrownBy(() -> ScoreStore.compute(file, gas, train, queries))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("gas.npy.partial")
                .hasMessageContaining("truncated");
    }

    @Test
    void computesDamagedBlocksAgain() throws IOException {
        Path whole = folder.resolve("whole.npy");
        ScoreStore.compute(whole, gas, train, queries);
        assertThatThrownBy(() -> ScoreStore.compute(file, interrupted(3), train, queries))
                .hasMessage("killed");
        flipBit(file.resolveSibling("gas.npy.partial"), Files.size(whole) - 4 * (18 * 3 - 5)); // query 0, row 5
        InterruptedEstimator rest = interrupted(BLOCKS);

        ScoreStore.compute(file, rest, train, queries);

        assertThat(rest.computed()).isEqualTo(BLOCKS - 3 + 1);
        assertThat(file).hasSameBinaryContentAs(whole);
    }

    @Test
    void refusesFinishedFilesWithABitFlipped() throws IOException {
        ScoreStore.compute(file, gas, train, queries);
        flipBit(file, Files.size(file) - 1);

        assertThatThrownBy(() -> ScoreStore.compute(file, gas, train, queries))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("gas.npy")
                .hasMessageContaining("changed after it was written");
    }

    private static void flipBit(Path path, long position) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        bytes[(int) position] ^= 1;
        Files.write(path, bytes);
    }

    private static void truncate(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - 1);
        }
    }

    @Test
    void refusesFilesOfAnotherShapeOrWithoutASidecar() throws IOException {
        ScoreStore.compute(file, gas, train, queries);
        Npy.write(file, NpyArray.of(new float[54], 18, 3));
        assertThatThrownBy(() -> ScoreStore.read(file)).hasMessageContaining("no float32 NPY file of 3 x 18");

        Files.delete(file.resolveSibling("gas.json"));
        assertThatThrownBy(() -> ScoreStore.read(file)).hasMessageContaining("has no sidecar gas.json");
    }

    @Test
    void letsOneWriterInAtATime() throws IOException {
        ScoreManifest manifest = ScoreManifest.of(gas, train, queries);
        try (ScoreStore first = ScoreStore.open(file, manifest)) {
            assertThat(first.blocksDone()).isZero();
            assertThatThrownBy(() -> ScoreStore.open(file, manifest)).hasMessageContaining("another process");
        }
    }

    @Test
    void isNotPublishedUnfinished() throws IOException {
        Provenance provenance = gas.score(train, queries).provenance();
        try (ScoreStore store = ScoreStore.open(file, ScoreManifest.of(gas, train, queries))) {
            assertThatThrownBy(() -> store.finish(provenance)).hasMessageContaining("0 of 5 blocks");
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void failsWithoutLeavingAnythingWhereItCannotWrite() throws IOException {
        Path taken = Files.createFile(folder.resolve("taken"));

        assertThatThrownBy(() -> ScoreStore.compute(taken.resolve("gas.npy"), gas, train, queries))
                .isInstanceOf(IOException.class);
        assertThat(taken).isEmptyFile();
    }
}

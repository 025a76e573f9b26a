package org.expunge.influence.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.network.Model;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScoreMergeTest {
    @TempDir
    private Path folder;

    private final Engine engine = SmallProblems.reference(1, 8);
    private final Model model = SmallProblems.dense(1);
    private final Dataset train = SmallProblems.rows(model, 12, 2);
    private final Dataset queries = SmallProblems.rows(model, 5, 3);
    private final InnerProduct estimator = new InnerProduct(engine, model, TrajectoryEstimator.Options.DEFAULT);

    @AfterEach
    void close() {
        engine.close();
    }

    private Path stored(String name, Dataset rows, Dataset of) throws IOException {
        Path file = folder.resolve(name);
        ScoreStore.compute(file, estimator, rows, of);
        return file;
    }

    @Test
    void partsMakeTheTableOfAllQueries() throws IOException {
        Path whole = stored("whole.npy", train, queries);
        List<Path> parts = List.of(
                stored("a.npy", train, queries.select(new int[] {0, 1})),
                stored("b.npy", train, queries.select(new int[] {2, 3, 4})));

        Path merged = folder.resolve("merged.npy");
        ScoreMerge.merge(merged, parts);

        assertThat(merged).hasSameBinaryContentAs(whole);
        assertThatCode(() -> ScoreStore.verify(merged)).doesNotThrowAnyException();
    }

    @Test
    void partsOfOtherRowsAreRefused() throws IOException {
        Path one = stored("one.npy", train, queries);
        Path other = stored("other.npy", SmallProblems.rows(model, 12, 9), queries);

        assertThatThrownBy(() -> ScoreMerge.merge(folder.resolve("merged.npy"), List.of(one, other)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("other.npy")
                .hasMessageContaining("train differ");
        assertThat(Files.exists(folder.resolve("merged.npy"))).isFalse();
    }

    @Test
    void aChangedScoreIsFoundByItsChecksum() throws IOException {
        Path file = stored("changed.npy", train, queries);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1}), channel.size() - 4);
        }

        assertThatThrownBy(() -> ScoreStore.verify(file))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("was changed after it was written");
        assertThatThrownBy(() -> ScoreMerge.merge(folder.resolve("merged.npy"), List.of(file)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("was changed after it was written");
    }
}

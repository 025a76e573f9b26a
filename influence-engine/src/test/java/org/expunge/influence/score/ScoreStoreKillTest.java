package org.expunge.influence.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.training.Checkpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scoring in a process of its own, killed by the operating system without a word at random moments. */
class ScoreStoreKillTest {
    private static final int KILLS = 4;
    private static final int ROWS = 160;
    private static final int ROWS_PER_BLOCK = 4;
    private static final int BLOCKS = ROWS / ROWS_PER_BLOCK;

    @TempDir
    private Path folder;

    /** What the child does: scores into a file, writing down each block before it is stored. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws IOException {
            score(Path.of(args[0]), Path.of(args[1]), 2);
        }

        static void score(Path file, Path log, long millisecondsPerBlock) throws IOException {
            Model model = SmallProblems.dense(1);
            Dataset train = SmallProblems.rows(model, ROWS, 2);
            Dataset queries = SmallProblems.rows(model, 3, 3);
            try (Engine engine = SmallProblems.reference(1, ROWS_PER_BLOCK)) {
                TracInCp estimator = new TracInCp(
                        engine,
                        List.of(new Checkpoint(0, 0, 0.1, 10, model)),
                        new TrajectoryEstimator.Options(Weighting.LEARNING_RATE, 1 << 24, ROWS_PER_BLOCK));
                ScoreManifest manifest = ScoreManifest.of(estimator, train, queries);
                try (ScoreStore store = ScoreStore.open(file, manifest)) {
                    store.finish(estimator.stream(train, queries, new Logged(store, log, millisecondsPerBlock)));
                }
            }
        }
    }

    private record Logged(ScoreStore store, Path log, long millisecondsPerBlock) implements ScoreSink {
        @Override
        public void accept(ScoreBlock block) throws IOException {
            String line = block.range().rowFrom() / ROWS_PER_BLOCK + "\n";
            Files.writeString(log, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            try {
                TimeUnit.MILLISECONDS.sleep(millisecondsPerBlock);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            store.accept(block);
        }

        @Override
        public boolean wants(BlockRange range) {
            return store.wants(range);
        }
    }

    @Test
    void aKilledRunGoesOnAndEndsWithTheSameBytes() throws IOException, InterruptedException {
        Path whole = folder.resolve("whole.npy");
        Child.score(whole, folder.resolve("whole.log"), 0);
        Path file = folder.resolve("scores.npy");
        Random random = new Random(11);
        int computed = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Set<Integer> done = done(file);
            Path log = folder.resolve("log-" + kill);
            killAfter(file, log, 1 + random.nextInt(BLOCKS / KILLS - 1), random.nextInt(3_000_000));
            assertThat(blocks(log)).noneMatch(done::contains).doesNotHaveDuplicates();
            computed += blocks(log).size();
            assertThat(file).doesNotExist();
            assertThat(file.resolveSibling("scores.npy.partial")).exists();
            // the check below must tell a table that is half done from a whole one
            assertThat(Files.mismatch(file.resolveSibling("scores.npy.partial"), whole))
                    .isNotNegative();
        }
        Set<Integer> done = done(file);
        Path log = folder.resolve("log-last");

        int exit = start(file, log).waitFor();

        computed += blocks(log).size();
        assertThat(exit).isZero();
        assertThat(blocks(log)).noneMatch(done::contains).doesNotHaveDuplicates();
        assertThat(computed).isBetween(BLOCKS, BLOCKS + KILLS);
        assertThat(file).hasSameBinaryContentAs(whole);
        assertThat(folder.resolve("scores.json")).hasSameTextualContentAs(folder.resolve("whole.json"));
    }

    /** Starts the child and kills it some time after it has begun its n-th block. */
    private static void killAfter(Path file, Path log, int blocks, int nanoseconds)
            throws IOException, InterruptedException {
        Process child = start(file, log);
        while (blocks(log).size() < blocks && child.isAlive()) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        TimeUnit.NANOSECONDS.sleep(nanoseconds);
        assertThat(child.isAlive()).as("the child ended before it was killed").isTrue();
        child.destroyForcibly().waitFor();
    }

    private static Process start(Path file, Path log) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        classPath(),
                        Child.class.getName(),
                        file.toString(),
                        log.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.resolveSibling("output").toFile())
                .start();
    }

    private static String classPath() {
        if (ScoreStoreKillTest.class.getClassLoader() instanceof URLClassLoader loader) {
            return Arrays.stream(loader.getURLs())
                    .map(url -> Path.of(URI.create(url.toString())).toString())
                    .collect(Collectors.joining(File.pathSeparator));
        }
        return System.getProperty("java.class.path");
    }

    private static List<Integer> blocks(Path log) throws IOException {
        return Files.exists(log)
                ? Files.readAllLines(log).stream().map(Integer::valueOf).toList()
                : List.of();
    }

    private static Set<Integer> done(Path file) throws IOException {
        Path flags = file.resolveSibling(file.getFileName() + ".partial.flags");
        if (!Files.exists(flags)) {
            return new HashSet<>();
        }
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(flags));
        return IntStream.range(0, bytes.capacity() / Long.BYTES)
                .filter(block -> bytes.getLong(block * Long.BYTES) != 0)
                .boxed()
                .collect(Collectors.toSet());
    }
}

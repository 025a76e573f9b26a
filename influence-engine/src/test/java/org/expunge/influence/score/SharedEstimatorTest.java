package org.expunge.influence.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.EngineFailure;
import org.expunge.influence.compute.EngineGroup;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.testkit.InterruptedEstimator;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.testkit.TestBackends;
import org.expunge.influence.training.Checkpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag(TestBackends.TAG)
class SharedEstimatorTest {
    private static final int ROWS_PER_BLOCK = 4;

    @TempDir
    private Path folder;

    private final EngineGroup group = new EngineGroup(TestBackends.rounded(2).stream()
            .map(compute -> new Engine(compute, new Workers(2), 4))
            .toList());
    private final Model model = SmallProblems.dense(1);
    private final List<Checkpoint> checkpoints =
            List.of(new Checkpoint(10, 1, 0.1, 20, model), new Checkpoint(20, 2, 0.05, 25, SmallProblems.dense(2)));
    private final Dataset train = SmallProblems.rows(model, 18, 2);
    private final Dataset queries = SmallProblems.rows(model, 3, 3);

    @AfterEach
    void close() {
        group.close();
    }

    private Gas gas(Engine engine, int rowsPerBlock) {
        return new Gas(
                engine, checkpoints, new TrajectoryEstimator.Options(Weighting.LEARNING_RATE, 1 << 24, rowsPerBlock));
    }

    private SharedEstimator shared(Function<Engine, Estimator> made) {
        return new SharedEstimator(group, group.engines().stream().map(made).toList());
    }

    private InfluenceFunction solving(Engine engine, int queriesPerBlock) {
        CurvatureSystem system = new CurvatureSystem(
                new GaussNewton(engine, model, train, WeightDecay.NONE), 0.1, new ConjugateGradient.Options(1e-3, 50));
        return new InfluenceFunction(
                engine,
                model,
                system,
                new InfluenceFunction.Options(1 << 24, ROWS_PER_BLOCK).withQueriesPerBlock(queriesPerBlock));
    }

    @Test
    void oneFileHoldsTheBytesOfOneEngine() throws IOException {
        Path alone = folder.resolve("alone.npy");
        Path file = folder.resolve("shared.npy");
        Scores expected = ScoreStore.compute(alone, gas(group.lead(), ROWS_PER_BLOCK), train, queries);

        Scores scores = ScoreStore.compute(file, shared(engine -> gas(engine, ROWS_PER_BLOCK)), train, queries);

        assertThat(file).hasSameBinaryContentAs(alone);
        assertThat(scores.provenance().skipped())
                .isEqualTo(expected.provenance().skipped());
        assertThat(scores.provenance().backend()).isEqualTo(group.description());
    }

    @Test
    void aTableOfAnotherNumberOfEnginesGoesOnWithTheSameBlocks() throws IOException {
        Path file = folder.resolve("shared.npy");
        Estimator alone = gas(group.lead(), ROWS_PER_BLOCK);
        assertThatThrownBy(() -> ScoreStore.compute(file, new InterruptedEstimator(alone, 3), train, queries))
                .hasMessage("killed");

        ScoreStore.compute(file, shared(engine -> gas(engine, ROWS_PER_BLOCK)), train, queries);

        Path whole = folder.resolve("whole.npy");
        ScoreStore.compute(whole, alone, train, queries);
        assertThat(file).hasSameBinaryContentAs(whole);
    }

    @Test
    void nothingIsComputedAgainOfAFinishedTable() throws IOException {
        Path file = folder.resolve("shared.npy");
        Estimator shared = shared(engine -> gas(engine, ROWS_PER_BLOCK));
        try (ScoreStore store = ScoreStore.open(file, ScoreManifest.of(shared, train, queries))) {
            shared.stream(train, queries, store);
            Provenance again = shared.stream(train, queries, store);

            assertThat(again.skipped()).isEqualTo(Provenance.Skipped.NONE);
            store.finish(again);
        }
        assertThat(ScoreStore.read(file).rows()).isEqualTo(18);
    }

    @Test
    void whenAnEngineFailsNoTableAppearsAndFinishedBlocksStay() throws IOException {
        Path file = folder.resolve("shared.npy");

        Estimator failing = new InterruptedEstimator(gas(group.engines().get(1), ROWS_PER_BLOCK), 1, () -> {
            throw new IllegalStateException("the device is gone");
        });
        Estimator shared = new SharedEstimator(group, List.of(gas(group.lead(), ROWS_PER_BLOCK), failing));

        assertThatThrownBy(() -> ScoreStore.compute(file, shared, train, queries))
                .isInstanceOf(EngineFailure.class)
                .hasMessage(group.engines().get(1).compute().description() + ": the device is gone");

        assertThat(file).doesNotExist();
        assertThat(folder.resolve("shared.npy.partial")).exists();
        Path whole = folder.resolve("whole.npy");
        ScoreStore.compute(whole, gas(group.lead(), ROWS_PER_BLOCK), train, queries);
        ScoreStore.compute(file, shared(engine -> gas(engine, ROWS_PER_BLOCK)), train, queries);
        assertThat(file).hasSameBinaryContentAs(whole);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("shared.json", "shared.npy", "whole.json", "whole.npy");
        }
    }

    @Test
    void aSinkFailsAsItIs() {
        RuntimeException full = new IllegalArgumentException("no room");

        assertThatThrownBy(() -> shared(engine -> gas(engine, ROWS_PER_BLOCK)).stream(train, queries, block -> {
                    throw full;
                }))
                .isSameAs(full);
    }

    @Test
    void anInterruptKeepsFinishedBlocksAndAnotherRunGoesOn() throws IOException, InterruptedException {
        Path file = folder.resolve("shared.npy");
        List<Object> seen = Collections.synchronizedList(new ArrayList<>());
        SharedEstimator shared = shared(engine -> gas(engine, ROWS_PER_BLOCK));
        Thread caller = new Thread(() -> {
            Thread self = Thread.currentThread();
            try (ScoreStore store = ScoreStore.open(file, ScoreManifest.of(shared, train, queries))) {
                shared.stream(train, queries, new ScoreSink() {
                    @Override
                    public void accept(ScoreBlock block) throws IOException {
                        store.accept(block);
                        self.interrupt();
                        while (self.isInterrupted()) {
                            Thread.onSpinWait(); // until it has noticed
                        }
                    }
                });
            } catch (IOException | RuntimeException e) {
                seen.add(e);
                seen.add(self.isInterrupted());
            }
        });
        caller.start();
        caller.join();

        assertThat(seen).hasSize(2).last().isEqualTo(true);
        assertThat(seen).first().isInstanceOf(CancellationException.class);
        try (ScoreStore store = ScoreStore.open(file, ScoreManifest.of(shared, train, queries))) {
            assertThat(store.blocksDone()).isBetween(1, 4);
        }
        Path whole = folder.resolve("whole.npy");
        ScoreStore.compute(whole, gas(group.lead(), ROWS_PER_BLOCK), train, queries);
        ScoreStore.compute(file, shared, train, queries);
        assertThat(file).hasSameBinaryContentAs(whole);
    }

    @Test
    void queriesThatAreSolvedForAreSharedOutAndSolvedOnce() throws IOException {
        Path alone = folder.resolve("alone.npy");
        Path file = folder.resolve("shared.npy");
        Scores expected = ScoreStore.compute(alone, solving(group.lead(), 2), train, queries);

        Scores scores = ScoreStore.compute(file, shared(engine -> solving(engine, 2)), train, queries);

        assertThat(file).hasSameBinaryContentAs(alone);
        assertThat(scores.provenance().inverse())
                .isEqualTo(expected.provenance().inverse());
        assertThat(scores.provenance().inverse().solves()).isEqualTo(3);
    }

    @Test
    void refusesMembersThatAreNotTheSame() {
        assertThatThrownBy(() -> new SharedEstimator(
                        group,
                        List.of(
                                gas(group.lead(), 4),
                                new InnerProduct(group.lead(), model, TrajectoryEstimator.Options.DEFAULT))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("do not agree on")
                .hasMessageContaining("method");
        assertThatThrownBy(() -> new SharedEstimator(group, List.of(gas(group.lead(), 4))))
                .hasMessageContaining("1 estimators for 2 engines");
        SharedEstimator cutDifferently = new SharedEstimator(
                group, List.of(gas(group.lead(), 4), gas(group.engines().get(1), 8)));
        assertThatThrownBy(() -> cutDifferently.plan(18, 3)).hasMessageContaining("different blocks, 4 x 3 and 8 x 3");
    }
}

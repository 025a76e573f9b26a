package org.expunge.influence.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Replay;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TileReplaysTest {
    private static final int TILE = 4;

    private final Compute reference = new ReferenceCompute();
    private final List<Prepared> prepared = new ArrayList<>();
    private final Compute compute = (Compute) Proxy.newProxyInstance(
            Compute.class.getClassLoader(), new Class<?>[] {Compute.class}, (proxy, method, arguments) -> {
                if (method.getName().equals("replay")) {
                    Prepared made = new Prepared((Runnable) arguments[0]);
                    prepared.add(made);
                    return made;
                }
                try {
                    return method.invoke(reference, arguments);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            });

    private final Model model = SmallProblems.dense(1);
    private final Dataset data = SmallProblems.rows(model, TILE, 2);
    private final List<String> done = new ArrayList<>();
    private final TileReplays replays = new TileReplays();
    private Weights weights;
    private Pass pass;

    /** Counts its runs. */
    private static final class Prepared implements Replay {
        private final Runnable kernels;
        private int runs;
        private boolean isClosed;

        Prepared(Runnable kernels) {
            this.kernels = kernels;
        }

        @Override
        public void run() {
            runs++;
            kernels.run();
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }

    @BeforeEach
    void open() {
        weights = Weights.of(compute, model);
        pass = new Pass(compute, weights, TILE);
        prepared.clear();
    }

    @AfterEach
    void close() {
        pass.close();
        weights.close();
        reference.close();
    }

    private void load(int rows) {
        pass.load(data, new int[] {0, 1, 2, 3}, 0, rows);
    }

    @Test
    void preparesEachPlaceOnce() {
        load(TILE);
        for (int i = 0; i < 3; i++) {
            replays.run(pass, 0, () -> done.add("first"));
            replays.run(pass, 1, () -> done.add("second"));
        }

        assertThat(prepared).hasSize(2).allMatch(replay -> replay.runs == 3);
        assertThat(done).containsExactly("first", "second", "first", "second", "first", "second");
    }

    @Test
    void tellsPassesApart() {
        load(TILE);
        try (Pass other = new Pass(compute, weights, TILE)) {
            prepared.clear();
            other.load(data, new int[] {0, 1, 2, 3}, 0, TILE);
            replays.run(pass, 0, () -> done.add("mine"));
            replays.run(other, 0, () -> done.add("other"));
        }

        assertThat(done).containsExactly("mine", "other");
    }

    @Test
    void preparesNothingOfATileThatIsNotFull() {
        load(TILE - 1);
        replays.run(pass, 0, () -> done.add("part"));

        assertThat(prepared).isEmpty();
        assertThat(done).containsExactly("part");
    }

    @Test
    void forgetsWhatWasPreparedWhenClosed() {
        load(TILE);
        replays.run(pass, 0, () -> done.add("before"));
        replays.close();
        replays.run(pass, 0, () -> done.add("after"));

        assertThat(prepared).hasSize(2);
        assertThat(prepared.get(0).isClosed).isTrue();
        assertThat(done).containsExactly("before", "after");
    }
}

package org.expunge.influence.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Replay;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.compute.cuda.driver.CudaException;
import org.expunge.influence.testkit.CudaTesting;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("gpu")
class GraphReplayTest {
    private final CudaCompute compute = CudaTesting.open(CudaOptions.DEFAULT);

    @AfterEach
    void close() {
        compute.close();
    }

    @Test
    void repeatsKernelsOnWhatBuffersHoldThen() {
        try (Buffer x = compute.allocate(3);
                Buffer y = compute.allocate(3);
                Buffer z = compute.allocate(1);
                Replay replay = compute.replay(() -> {
                    compute.linear().scale(3, 2, x);
                    compute.copy(x, 0, y, 0, 3);
                    compute.linear().multiply(1, Matrix.of(x, 1, 3), Matrix.of(y, 3, 1), 0, Matrix.of(z, 1, 1));
                })) {
            for (int run = 1; run <= 5; run++) {
                compute.write(new double[] {run, 0, 1}, 0, x, 0, 3);

                replay.run();

                assertThat(compute.toArray(y)).containsExactly(2 * run, 0, 2);
                assertThat(compute.toArray(z)).containsExactly(4 * run * run + 4);
            }
        }
    }

    @Test
    void waitsForOtherThreadsAndIsWaitedFor() {
        int length = 1 << 14;
        try (Workers workers = new Workers(2);
                Buffer from = compute.allocate(length);
                Buffer to = compute.allocate(length);
                Buffer sum = compute.allocate(length);
                Replay replay = compute.replay(() -> compute.copy(from, 0, to, 0, length))) {
            for (int run = 1; run <= 12; run++) {
                int value = run;
                workers.run(2, (worker, task) -> {
                    if (task == 1) {
                        compute.fill(from, 0, length, value);
                    }
                });
                replay.run();
                workers.run(2, (worker, task) -> {
                    if (task == 1) {
                        compute.linear().addScaled(length, 1, to, sum);
                    }
                });
            }

            assertThat(compute.toArray(sum)).containsOnly(78);
        }
    }

    @Test
    void preparesTheStreamOfTheThreadThatRecords() {
        int rows = 1 << 14;
        try (Workers workers = new Workers(2);
                Buffer x = compute.of(1, 2);
                Buffer many = compute.allocate(rows);
                Buffer product = compute.allocate(1);
                Sums sums = compute.sums(1);
                Replay replay = compute.replay(() -> {
                    compute.linear().multiply(1, Matrix.of(x, 1, 2), Matrix.of(x, 2, 1), 0, Matrix.of(product, 1, 1));
                    compute.reductions().rowDots(1, rows, many, many, sums, 0);
                })) {
            compute.fill(many, 0, rows, 1);
            for (int run = 0; run < 6; run++) {
                int thread = run == 0 || run == 4 ? 0 : 1;
                workers.run(2, (worker, task) -> {
                    if (task == thread) {
                        replay.run();
                    }
                });
            }

            assertThat(compute.toArray(product)).containsExactly(5);
            assertThat(sums.toArray()).containsExactly(6 * rows);
        }
    }

    @Test
    void runsKernelsOneByOneThatCannotBeRecorded() {
        AtomicInteger runs = new AtomicInteger();
        try (Buffer x = compute.of(1);
                Replay replay = compute.replay(() -> {
                    compute.linear().scale(1, 2, x);
                    if (runs.incrementAndGet() == 2) {
                        throw new CudaException("as of a library that cannot be recorded", 900);
                    }
                })) {
            for (int run = 0; run < 3; run++) {
                replay.run();
            }

            assertThat(compute.toArray(x)).containsExactly(8);
        }
    }

    @Test
    void refusesKernelsThatGiveNumbersToTheHostAndStaysUsable() {
        try (Buffer x = compute.of(3, 4);
                Replay replay = compute.replay(() -> compute.reductions().dot(2, x, x))) {
            replay.run();

            assertThatThrownBy(replay::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("can be recorded");
            assertThat(compute.reductions().dot(2, x, x)).isEqualTo(25);
        }
    }

    @Test
    void refusesToTakeMemoryOrNumbersWhileItRecords() {
        try (Buffer x = compute.of(1, 2);
                Replay taking = compute.replay(() -> compute.allocate(1).close());
                Replay writing = compute.replay(() -> compute.write(new double[] {3}, 0, x, 0, 1))) {
            taking.run();
            writing.run();

            assertThatThrownBy(taking::run).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(writing::run).isInstanceOf(IllegalStateException.class);
            assertThat(compute.toArray(x)).containsExactly(3, 2);
        }
    }

    @Test
    void keepsMemoryThatItUsesFromOthers() {
        Buffer x = compute.of(1, 2);
        try (Replay replay = compute.replay(() -> compute.linear().scale(2, 2, x))) {
            replay.run();
            replay.run();
            x.close();
            try (Buffer y = compute.of(5, 6)) {
                replay.run();

                assertThat(compute.toArray(y)).containsExactly(5, 6);
            }
        }
    }

    @Test
    void worksWithMoreThreadsThanTasksAndTheOtherWayAround() {
        int length = 1 << 10;
        try (Workers workers = new Workers(8);
                Buffer from = compute.allocate(length)) {
            Buffer[] to = new Buffer[8];
            Replay[] replays = new Replay[8];
            for (int w = 0; w < 8; w++) {
                Buffer own = compute.allocate(length);
                to[w] = own;
                replays[w] = compute.replay(() -> compute.linear()
                        .multiply(1, Matrix.of(from, 32, 32), Matrix.of(from, 32, 32), 0, Matrix.of(own, 32, 32)));
            }
            for (int run = 1; run <= 6; run++) {
                compute.fill(from, 0, length, run);
                int tasks = run % 2 == 0 ? 2 : 16;
                workers.run(tasks, (worker, task) -> replays[worker].run());
                for (int w = 0; w < Math.min(8, tasks); w++) {
                    assertThat(compute.toArray(to[w])).containsOnly(32.0 * run * run);
                }
            }
            for (int w = 0; w < 8; w++) {
                replays[w].close();
                to[w].close();
            }
        }
    }
}

package org.expunge.influence.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.Uninterruptibles;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkersTest {
    @ParameterizedTest(name = "{0} workers, {1} tasks")
    @CsvSource({"1, 0", "1, 5", "3, 2", "3, 3", "3, 10", "4, 7", "2, 1000"})
    void sayWhichTasksAreTheirs(int count, int tasks) {
        int[] workerOf = new int[tasks];
        try (Workers workers = new Workers(count)) {
            workers.run(tasks, (worker, task) -> workerOf[task] = worker);

            assertThat(workers.firstTask(0, tasks)).isZero();
            assertThat(workers.firstTask(count, tasks)).isEqualTo(tasks);
            for (int worker = 0; worker < count; worker++) {
                for (int t = workers.firstTask(worker, tasks); t < workers.firstTask(worker + 1, tasks); t++) {
                    assertThat(workerOf[t]).isEqualTo(worker);
                }
            }
        }
    }

    /** What tasks use is closed when a run has ended, however it ended. */
    @Test
    void anInterruptedCallerWaitsForTasksThatWereBegun() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger ended = new AtomicInteger();
        List<Object> seen = Collections.synchronizedList(new ArrayList<>());
        try (Workers workers = new Workers(2)) {
            Thread caller = new Thread(() -> {
                try {
                    workers.run(10, (worker, task) -> {
                        begun.countDown();
                        Uninterruptibles.awaitUninterruptibly(worker == 0 ? begun : go);
                        ended.incrementAndGet();
                    });
                } catch (RuntimeException e) {
                    seen.add(e);
                    seen.add(ended.get());
                    seen.add(Thread.currentThread().isInterrupted());
                }
            });
            caller.start();
            begun.await();
            while (ended.get() < 5 || caller.getState() != Thread.State.WAITING) {
                Thread.onSpinWait(); // until its own tasks are done and it waits for the other worker's first
            }

            caller.interrupt();
            while (caller.isInterrupted() || caller.getState() != Thread.State.WAITING) {
                Thread.onSpinWait(); // until it has noticed, and waits again
            }
            assertThat(seen).isEmpty();
            go.countDown();
            caller.join();
        }

        assertThat(seen).hasSize(3);
        assertThat(seen.get(0)).isInstanceOf(CancellationException.class);
        assertThat(seen.subList(1, 3)).containsExactly(6, true);
    }

    @Test
    void anErrorIsThrownBehindTheOtherWorkersTasks() {
        AtomicInteger ended = new AtomicInteger();
        try (Workers workers = new Workers(3)) {
            assertThatThrownBy(() -> workers.run(9, (worker, task) -> {
                        if (task == 0) {
                            throw new OutOfMemoryError("heap");
                        }
                        Thread.onSpinWait();
                        ended.incrementAndGet();
                    }))
                    .isExactlyInstanceOf(OutOfMemoryError.class);
        }
        assertThat(ended).hasValue(6);
    }
}

package org.expunge.influence.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Throwables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.expunge.influence.compute.cpu.CpuCompute;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineGroupTest {
    private final EngineGroup three = group(3);
    private final EngineGroup one = group(1);

    private static EngineGroup group(int engines) {
        return new EngineGroup(Stream.generate(() -> new Engine(new ReferenceCompute(), new Workers(1), 1))
                .limit(engines)
                .toList());
    }

    @AfterEach
    void close() {
        three.close();
        one.close();
    }

    @Test
    void allEnginesWorkAtTheSameTime() throws IOException {
        CountDownLatch all = new CountDownLatch(3);

        List<Integer> places = three.run((place, engine, others) -> {
            all.countDown();
            await(all); // ends only if nobody waits for another's end
            assertThat(engine).isSameAs(three.engines().get(place));
            return place;
        });

        assertThat(places).containsExactly(0, 1, 2);
    }

    @Test
    void oneEngineWorksOnTheCallersThread() throws IOException {
        assertThat(one.run((place, engine, others) -> Thread.currentThread())).containsExactly(Thread.currentThread());
        assertThatThrownBy(() -> one.run((place, engine, others) -> {
                    throw new IllegalArgumentException("as it is");
                }))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("as it is");
    }

    @Test
    void whenOneFailsTheOthersStopAndTheFailureNamesIt() {
        CountDownLatch failed = new CountDownLatch(1);
        List<Integer> ended = Collections.synchronizedList(new ArrayList<>());

        assertThatThrownBy(() -> three.run((place, engine, others) -> {
                    if (place == 1) {
                        failed.countDown();
                        throw new IllegalStateException("out of order");
                    }
                    await(failed);
                    for (; ; Thread.onSpinWait()) {
                        try {
                            others.check();
                        } catch (RuntimeException e) {
                            ended.add(place);
                            throw e;
                        }
                    }
                }))
                .isInstanceOf(EngineFailure.class)
                .hasMessage("reference: out of order")
                .hasRootCauseInstanceOf(IllegalStateException.class);

        assertThat(ended).containsExactlyInAnyOrder(0, 2);
    }

    @Test
    void whatCannotBeReadOrWrittenIsThrownAsItIs() {
        assertThatThrownBy(() -> three.run((place, engine, others) -> {
                    throw new IOException("disk full");
                }))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("disk full");
        assertThatThrownBy(() -> three.run((place, engine, others) -> {
                    throw new UncheckedIOException(new IOException("disk full"));
                }))
                .isExactlyInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> three.run((place, engine, others) -> {
                    throw new OutOfMemoryError("heap");
                }))
                .isExactlyInstanceOf(OutOfMemoryError.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 40})
    void resultsOfTasksComeInTheOrderOfTheTasks(int tasks) throws IOException {
        List<Integer> taken = new ArrayList<>();
        Set<Engine> worked = ConcurrentHashMap.newKeySet();

        three.inOrder(
                tasks,
                (engine, task) -> {
                    worked.add(engine);
                    return 10 * task;
                },
                (task, result) -> {
                    assertThat(result).isEqualTo(10 * task);
                    taken.add(task);
                });

        assertThat(taken)
                .containsExactlyElementsOf(IntStream.range(0, tasks).boxed().toList());
        assertThat(worked).hasSizeLessThanOrEqualTo(Math.min(3, tasks));
    }

    @Test
    void noTaskIsBegunBehindAFailure() {
        List<Integer> begun = Collections.synchronizedList(new ArrayList<>());

        assertThatThrownBy(() -> three.inOrder(
                        1000,
                        (engine, task) -> {
                            begun.add(task);
                            if (task >= 3) {
                                throw new IllegalStateException("task " + task);
                            }
                            return task;
                        },
                        (task, result) -> {}))
                .isInstanceOf(EngineFailure.class);

        assertThat(begun).hasSizeLessThanOrEqualTo(6);
    }

    /** Waits until tasks were begun and no other engine can do anything more before the caller has done its task. */
    private static void awaitOthers(AtomicInteger begun, int tasks) {
        while (begun.get() < tasks || engineThreads().anyMatch(thread -> thread.getState() != Thread.State.WAITING)) {
            Thread.onSpinWait();
        }
    }

    private static Stream<Thread> engineThreads() {
        Thread[] all = new Thread[100];
        int count = Thread.currentThread().getThreadGroup().enumerate(all);
        return Stream.of(all)
                .limit(count)
                .filter(thread -> thread.getName().startsWith("expunge-engine") && thread != Thread.currentThread());
    }

    @Test
    void resultsDoNotPileUpBehindASlowEngine() throws IOException {
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger taken = new AtomicInteger();
        AtomicInteger mostAtOnce = new AtomicInteger();

        three.inOrder(
                200,
                (engine, task) -> {
                    int atOnce = begun.incrementAndGet() - taken.get();
                    mostAtOnce.accumulateAndGet(atOnce, Math::max);
                    if (task == 0 || task == 100) {
                        awaitOthers(begun, task + 6);
                    }
                    return task;
                },
                (task, result) -> taken.incrementAndGet());

        assertThat(taken).hasValue(200);
        assertThat(mostAtOnce.get()).isEqualTo(6);
    }

    @Test
    void enginesThatWaitForASlowOneEndWithIt() {
        AtomicInteger begun = new AtomicInteger();

        assertThatThrownBy(() -> three.inOrder(
                        200,
                        (engine, task) -> {
                            begun.incrementAndGet();
                            if (task == 0) {
                                awaitOthers(begun, 6);
                                throw new IllegalStateException("slow and out of order");
                            }
                            return task;
                        },
                        (task, result) -> {}))
                .isInstanceOf(EngineFailure.class)
                .hasMessage("reference: slow and out of order");
    }

    static List<Exception> failuresOfTakers() {
        return List.of(
                new IllegalArgumentException("no such row"),
                new CancellationException("enough"),
                new IllegalStateException("closed"),
                new IOException("disk full"));
    }

    @ParameterizedTest
    @MethodSource("failuresOfTakers")
    void whoeverTakesResultsFailsAsItIs(Exception failure) {
        List<Integer> taken = Collections.synchronizedList(new ArrayList<>());

        assertThatThrownBy(() -> three.inOrder(40, (engine, task) -> task, (task, result) -> {
                    taken.add(task);
                    if (task == 3) {
                        Throwables.throwIfInstanceOf(failure, IOException.class);
                        throw (RuntimeException) failure;
                    }
                }))
                .isSameAs(failure);
        assertThat(taken).containsExactly(0, 1, 2, 3);
    }

    @Test
    void whatIsDoneWhenAnotherEngineFailsIsHandedOnStill() {
        CountDownLatch failed = new CountDownLatch(1);
        List<Integer> kept = Collections.synchronizedList(new ArrayList<>());

        assertThatThrownBy(() -> three.run((place, engine, others) -> {
                    if (place == 1) {
                        failed.countDown();
                        throw new IllegalStateException("out of order");
                    }
                    await(failed);
                    assertThatThrownBy(() -> {
                                for (; ; Thread.onSpinWait()) {
                                    others.check();
                                }
                            })
                            .isInstanceOf(CancellationException.class);
                    others.handOn(() -> kept.add(place));
                    return place;
                }))
                .isInstanceOf(EngineFailure.class);
        assertThat(kept).containsExactlyInAnyOrder(0, 2);
    }

    @Test
    void nothingIsHandedOnBehindARefusal() {
        AtomicInteger asked = new AtomicInteger();

        assertThatThrownBy(() -> three.run((place, engine, others) -> {
                    synchronized (asked) {
                        others.handOn(() -> {
                            asked.incrementAndGet();
                            throw new IOException("disk full");
                        });
                    }
                    return place;
                }))
                .isExactlyInstanceOf(IOException.class);
        assertThat(asked).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void anInterruptStopsAllEnginesWithinTheirTasks(int engines) throws InterruptedException {
        List<Integer> taken = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch busy = new CountDownLatch(engines);
        List<Object> seen = Collections.synchronizedList(new ArrayList<>());
        Thread caller = new Thread(() -> {
            try {
                (engines == 1 ? one : three)
                        .inOrder(
                                100,
                                (engine, task) -> {
                                    if (task > 0) {
                                        busy.countDown();
                                        engine.workers().run(Integer.MAX_VALUE, (worker, i) -> Thread.onSpinWait());
                                    }
                                    return task;
                                },
                                (task, result) -> taken.add(task));
            } catch (IOException | RuntimeException e) {
                seen.add(e);
                seen.add(Thread.currentThread().isInterrupted());
            }
        });
        caller.start();
        busy.await();

        caller.interrupt();
        caller.join();

        assertThat(seen).hasSize(2).last().isEqualTo(true);
        assertThat(seen).first().isInstanceOf(CancellationException.class);
        assertThat(taken).containsExactly(0);
        three.engines().forEach(engine -> engine.workers().run(1, (worker, task) -> taken.add(1 + task)));
        assertThat(taken).as("engines work on").containsExactly(0, 1, 1, 1);
    }

    @Test
    void enginesOfDifferentKindsCannotShare() {
        try (Engine other = new Engine(new CpuCompute(), new Workers(1), 1)) {
            assertThatThrownBy(() -> new EngineGroup(List.of(one.lead(), other)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("reference and cpu round differently");
        }
        assertThatThrownBy(() -> new EngineGroup(List.of())).hasMessageContaining("needs an engine");
    }

    @Test
    void saysWhatComputes() {
        assertThat(three.description()).isEqualTo("reference");
        assertThat(three.memoryLimit()).isEqualTo(Long.MAX_VALUE);
        assertThat(three.size()).isEqualTo(3);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

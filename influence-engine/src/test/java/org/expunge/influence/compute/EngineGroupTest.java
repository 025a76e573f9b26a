package org.expunge.influence.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.expunge.influence.compute.cpu.CpuCompute;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

package org.expunge.influence.compute;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Engines of one kind that share work, such as one for each GPU of a machine. Each works on a thread of its own with
 * the workers that it has; nothing is shared between them but what they are given.
 *
 * <p>When one fails, the others stop where they next {@linkplain Others#check ask}, and the first failure is thrown: an
 * {@link EngineFailure} that names the engine, or an {@link IOException} as it is. A group of one runs on the caller's
 * thread, and its failures are thrown as they are.
 */
public final class EngineGroup implements AutoCloseable {
    /** What the other engines are doing. */
    @FunctionalInterface
    public interface Others {
        /**
         * Ends this engine's work if another engine has failed.
         *
         * @throws CancellationException if so; to be passed on
         */
        void check();
    }

    /** An engine's part of some work. */
    @FunctionalInterface
    public interface Part<T> {
        /**
         * Does it.
         *
         * @param place the engine's place in the group, from 0
         * @param engine where to compute
         * @param others to be asked now and then
         * @throws IOException if something that takes part cannot be read or written
         */
        T run(int place, Engine engine, Others others) throws IOException;
    }

    /** One of many numbered tasks. */
    @FunctionalInterface
    public interface Task<T> {
        /**
         * Does it.
         *
         * @param engine where to compute
         * @param task its number
         * @throws IOException if something that takes part cannot be read or written
         */
        T run(Engine engine, int task) throws IOException;
    }

    /** Takes the results of tasks. */
    @FunctionalInterface
    public interface Taker<T> {
        /**
         * Takes one; called by one thread at a time, in the order of the tasks.
         *
         * @throws IOException if it cannot be kept
         */
        void accept(int task, T result) throws IOException;
    }

    private static final Others NONE = () -> {};

    private final List<Engine> engines;

    /**
     * Makes a group.
     *
     * @param engines at least one, of computes of the same name; closed with the group
     */
    public EngineGroup(List<Engine> engines) {
        checkArgument(!engines.isEmpty(), "a group needs an engine");
        this.engines = List.copyOf(engines);
        for (Engine engine : engines) {
            checkArgument(
                    engine.compute().name().equals(lead().compute().name()),
                    "%s and %s round differently and cannot share work",
                    lead().compute().description(),
                    engine.compute().description());
        }
    }

    /** Returns a group of one. */
    public static EngineGroup of(Engine engine) {
        return new EngineGroup(List.of(engine));
    }

    /** Returns the engine for what is not shared. */
    public Engine lead() {
        return engines.get(0);
    }

    /** Returns all engines. */
    public List<Engine> engines() {
        return engines;
    }

    /** Returns how many engines there are. */
    public int size() {
        return engines.size();
    }

    /** Returns what computes, for people: every engine's description. */
    public String description() {
        return engines.stream()
                .map(engine -> engine.compute().description())
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /** Returns the most bytes that buffers may take on each engine. */
    public long memoryLimit() {
        return engines.stream()
                .mapToLong(engine -> engine.compute().memoryLimit())
                .min()
                .orElseThrow();
    }

    /**
     * Lets every engine do its part at the same time and waits for all.
     *
     * @return what they returned, by their places
     * @throws EngineFailure if an engine failed and there are several
     * @throws IOException if a part could not be read or written
     */
    public <T> List<T> run(Part<? extends T> part) throws IOException {
        return size() == 1 ? List.of(part.run(0, lead(), NONE)) : runAll(part);
    }

    private <T> List<T> runAll(Part<? extends T> part) throws IOException {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Others others = () -> {
            if (failure.get() != null) {
                throw new CancellationException("another engine failed");
            }
        };
        SortedMap<Integer, T> made = Collections.synchronizedSortedMap(new TreeMap<>());
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < size(); p++) {
            int place = p;
            Thread thread = new Thread(() -> attempt(part, place, others, made, failure), "expunge-engine-" + place);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        threads.forEach(Uninterruptibles::joinUninterruptibly);
        rethrow(failure.get());
        return List.copyOf(made.values());
    }

    /** Runs a part and keeps what it returns, or its failure if that is the first. */
    private <T> void attempt(
            Part<? extends T> part,
            int place,
            Others others,
            Map<Integer, T> made,
            AtomicReference<@Nullable Throwable> failure) {
        Engine engine = engines.get(place);
        try {
            made.put(place, part.run(place, engine, others));
        } catch (EngineFailure | UncheckedIOException | IOException | Error e) {
            failure.compareAndSet(null, e);
        } catch (RuntimeException e) {
            failure.compareAndSet(null, new EngineFailure(engine.compute().description(), e));
        }
    }

    private static void rethrow(@Nullable Throwable failure) throws IOException {
        if (failure instanceof IOException e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }

    /**
     * Does numbered tasks, each on whichever engine is free, and hands on what they return in the order of the tasks:
     * the result does not depend on who was faster. Results that come early wait in memory.
     *
     * @param tasks how many, at least 0
     * @param task what each does
     * @param taker takes what each returns
     * @throws EngineFailure if an engine failed and there are several
     * @throws IOException if something could not be read or written
     */
    public <T> void inOrder(int tasks, Task<T> task, Taker<? super T> taker) throws IOException {
        Ordered<T> ordered = new Ordered<>(taker);
        AtomicInteger next = new AtomicInteger();
        run((place, engine, others) -> {
            for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
                others.check();
                ordered.put(i, task.run(engine, i));
            }
            return place;
        });
    }

    /** Lets results wait until their turn. */
    private static final class Ordered<T> {
        private final Taker<? super T> taker;
        private final Map<Integer, T> waiting = new TreeMap<>();
        private int next;

        Ordered(Taker<? super T> taker) {
            this.taker = taker;
        }

        synchronized void put(int task, T result) throws IOException {
            waiting.put(task, result);
            for (T ready = waiting.remove(next); ready != null; ready = waiting.remove(next)) {
                taker.accept(next++, ready);
            }
        }
    }

    @Override
    public void close() {
        engines.forEach(Engine::close);
    }
}

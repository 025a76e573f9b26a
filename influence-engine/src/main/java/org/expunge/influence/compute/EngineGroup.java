package org.expunge.influence.compute;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;

/**
 * Engines of one kind that share work, such as one for each GPU of a machine. Each works on a thread of its own with
 * the workers that it has; nothing is shared between them but what they are given.
 *
 * <p>When one fails, the others stop where they next {@linkplain Others#check ask}, and the first failure is thrown: an
 * {@link EngineFailure} that names the engine if it is one of the engine's own work; as it is if it is an
 * {@link IOException}, or came from what results were {@linkplain Others#handOn handed on} to. A group of one runs on
 * the caller's thread, and its failures are thrown as they are.
 *
 * <p>An interrupt of the calling thread ends the work before the next task of each engine's {@linkplain Workers
 * workers}: what was handed on stays, what engines are at is given up, and a {@link CancellationException} is thrown
 * behind the end of all threads. The thread is interrupted still.
 */
public final class EngineGroup implements AutoCloseable {
    /** What the other engines are doing, and the way out for what this one has done. */
    public interface Others {
        /**
         * Ends this engine's work if another engine has failed or the work was interrupted.
         *
         * @throws CancellationException if so; to be passed on
         */
        void check();

        /**
         * Does what is not the engine's own work, such as keeping what it computed: its failure is thrown as it is, and
         * no engine is blamed. It is done even if another engine has failed, but not behind a failure of its own kind.
         *
         * @throws CancellationException if an earlier one failed; to be passed on
         * @throws IOException if something cannot be kept; to be passed on
         */
        void handOn(Handing handing) throws IOException;
    }

    /** Something that is done with what engines computed. */
    @FunctionalInterface
    public interface Handing {
        /**
         * Does it.
         *
         * @throws IOException if it cannot be kept
         */
        void run() throws IOException;
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

    private static final Others NONE = new Others() {
        @Override
        public void check() {
            // there are none
        }

        @Override
        public void handOn(Handing handing) throws IOException {
            handing.run();
        }
    };

    /** Results that may be on their way to a taker, for each engine: one that is computed and one that waits. */
    private static final int TASKS_AHEAD = 2;

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
     * @throws CancellationException if the calling thread was interrupted
     * @throws IOException if a part could not be read or written
     */
    public <T> List<T> run(Part<? extends T> part) throws IOException {
        return size() == 1 ? List.of(part.run(0, lead(), NONE)) : runAll(new SharedWork(), part);
    }

    private <T> List<T> runAll(SharedWork work, Part<? extends T> part) throws IOException {
        SortedMap<Integer, T> made = Collections.synchronizedSortedMap(new TreeMap<>());
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < size(); p++) {
            int place = p;
            Thread thread = new Thread(() -> attempt(work, part, place, made), "expunge-engine-" + place);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        work.join(threads);
        work.rethrow();
        return List.copyOf(made.values());
    }

    /** Runs a part and keeps what it returns, or ends the work by its failure. */
    private <T> void attempt(SharedWork work, Part<? extends T> part, int place, SortedMap<Integer, T> made) {
        Engine engine = engines.get(place);
        engine.workers().watch(work::checkInterrupt);
        try {
            made.put(place, part.run(place, engine, work));
        } catch (EngineFailure | UncheckedIOException | IOException | Error e) {
            work.end(e);
        } catch (RuntimeException e) {
            work.end(new EngineFailure(engine.compute().description(), e));
        } finally {
            engine.workers().watch(Workers.UNWATCHED);
        }
    }

    /**
     * Does numbered tasks, each on whichever engine is free, and hands on what they return in the order of the tasks:
     * the result does not depend on who was faster.
     *
     * <p><b>Cost.</b> Results that come early wait in memory: there are never more than two for each engine, those that
     * are being computed and the one that is handed on included. An engine that is so far ahead waits for the others.
     *
     * @param tasks how many, at least 0
     * @param task what each does
     * @param taker takes what each returns; its failures are thrown as they are
     * @throws EngineFailure if an engine failed and there are several
     * @throws CancellationException if the calling thread was interrupted
     * @throws IOException if something could not be read or written
     */
    public <T> void inOrder(int tasks, Task<T> task, Taker<? super T> taker) throws IOException {
        if (size() == 1) {
            for (int i = 0; i < tasks; i++) {
                taker.accept(i, task.run(lead(), i));
            }
            return;
        }
        SharedWork work = new SharedWork();
        OrderedTasks<T> ordered = new OrderedTasks<>(work, tasks, TASKS_AHEAD * size(), taker);
        runAll(work, (place, engine, others) -> {
            for (int i = ordered.begin(); i < tasks; i = ordered.begin()) {
                ordered.end(i, task.run(engine, i));
            }
            return place;
        });
    }

    @Override
    public void close() {
        engines.forEach(Engine::close);
    }
}

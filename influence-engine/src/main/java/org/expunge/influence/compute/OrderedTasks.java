package org.expunge.influence.compute;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Hands out numbered tasks, and their results in order: nobody begins a task that is too far ahead of the others. */
final class OrderedTasks<T> {
    private final SharedWork work;
    private final EngineGroup.Taker<? super T> taker;
    private final int tasks;
    private final int window;
    private final AtomicInteger begun = new AtomicInteger();
    private final Map<Integer, T> waiting = new TreeMap<>();
    private volatile int handedOn;

    /**
     * Starts.
     *
     * @param tasks how many there are
     * @param window how many may have a result, or be at work on one, that is not handed on
     */
    OrderedTasks(SharedWork work, int tasks, int window, EngineGroup.Taker<? super T> taker) {
        this.work = work;
        this.tasks = tasks;
        this.window = window;
        this.taker = taker;
    }

    /** Returns the next task, once it is near enough to what was handed on; {@code tasks} or more if none is left. */
    int begin() {
        int task = begun.getAndIncrement();
        if (task < tasks) {
            work.await(() -> task - handedOn < window); // never true for all: somebody has the next to hand on
        }
        return task;
    }

    /** Takes what a task returned and hands on what is in turn. */
    synchronized void end(int task, T result) throws IOException {
        waiting.put(task, result);
        for (T ready = waiting.remove(handedOn); ready != null; ready = waiting.remove(handedOn)) {
            T next = ready;
            work.handOn(() -> taker.accept(handedOn, next));
            handedOn++;
            work.wake();
        }
    }
}

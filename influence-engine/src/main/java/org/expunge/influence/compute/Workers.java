package org.expunge.influence.compute;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A fixed set of threads that share out numbered tasks in a fixed way, so that a result depends on the number of
 * workers and on nothing else. A worker keeps its thread from run to run, and with it what a device has prepared for
 * it.
 *
 * <p>Worker {@code w} of {@code W} takes the contiguous tasks {@code [w·n/W, (w+1)·n/W)} in ascending order.
 */
public final class Workers implements AutoCloseable {
    /** One task, told which worker runs it. */
    @FunctionalInterface
    public interface Task {
        /**
         * Runs one task.
         *
         * @param worker the worker's number, for scratch that belongs to it
         * @param task the task's number
         */
        void run(int worker, int task);
    }

    private final int count;
    private final List<ExecutorService> others = new ArrayList<>();

    /**
     * Starts the threads.
     *
     * @param count how many, at least 1; with 1 everything runs on the caller's thread
     */
    public Workers(int count) {
        checkArgument(count >= 1, "workers must be at least 1, got %s", count);
        this.count = count;
        for (int w = 1; w < count; w++) {
            others.add(Executors.newSingleThreadExecutor(Workers::daemon));
        }
    }

    /** Starts one worker per available processor. */
    public static Workers perProcessor() {
        return new Workers(Runtime.getRuntime().availableProcessors());
    }

    /** Returns the number of workers. */
    public int count() {
        return count;
    }

    /**
     * Runs tasks {@code 0 … tasks − 1} and waits for all. The first failure, in worker order, is thrown.
     *
     * @param tasks how many tasks
     * @param task what each does
     */
    public void run(int tasks, Task task) {
        List<Future<?>> shares = new ArrayList<>();
        for (int w = 1; w < count && w < tasks; w++) {
            int worker = w;
            shares.add(others.get(w - 1).submit(() -> runShare(worker, tasks, task)));
        }
        RuntimeException failure = null;
        try {
            runShare(0, tasks, task);
        } catch (RuntimeException e) {
            failure = e;
        }
        for (Future<?> share : shares) {
            failure = await(share, failure);
        }
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void close() {
        others.forEach(ExecutorService::shutdownNow);
    }

    /**
     * Returns the first of a worker's tasks; its last is the one before the next worker's first.
     *
     * @param worker the worker's number, or {@code count} for one past the last task
     * @param tasks how many tasks there are
     */
    public int firstTask(int worker, int tasks) {
        int shares = Math.max(1, Math.min(count, tasks));
        return (int) Math.min(tasks, (long) worker * tasks / shares);
    }

    private void runShare(int worker, int tasks, Task task) {
        int end = firstTask(worker + 1, tasks);
        for (int i = firstTask(worker, tasks); i < end; i++) {
            task.run(worker, i);
        }
    }

    private static @org.jspecify.annotations.Nullable RuntimeException await(
            Future<?> future, @org.jspecify.annotations.Nullable RuntimeException earlier) {
        try {
            future.get();
            return earlier;
        } catch (ExecutionException e) {
            if (earlier != null) {
                return earlier;
            }
            return e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new IllegalStateException("interrupted while waiting for a worker", e);
        }
    }

    private static Thread daemon(Runnable body) {
        Thread thread = new Thread(body, "expunge-worker");
        thread.setDaemon(true);
        return thread;
    }
}

package org.expunge.influence.compute;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

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

    /** Asks nobody. */
    static final Runnable UNWATCHED = () -> {};

    private final int count;
    private final List<ExecutorService> others = new ArrayList<>();
    private volatile Runnable watch = UNWATCHED;

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

    /** Lets {@code check} be asked before each task of the runs that begin from now on: it throws to end them. */
    void watch(Runnable check) {
        watch = check;
    }

    /**
     * Runs tasks {@code 0 … tasks − 1} and waits for all. The first failure, in worker order, is thrown. If the calling
     * thread is interrupted no further task begins; it is interrupted still when the last has ended.
     *
     * @param tasks how many tasks
     * @param task what each does
     * @throws CancellationException if tasks were left because of an interrupt
     */
    public void run(int tasks, Task task) {
        Round round = new Round(tasks, task, watch);
        List<Future<?>> shares = new ArrayList<>();
        for (int w = 1; w < count && w < tasks; w++) {
            int worker = w;
            shares.add(others.get(w - 1).submit(() -> round.runShare(worker)));
        }
        try {
            round.runShare(0);
        } catch (RuntimeException | Error e) {
            round.failure = e;
        }
        shares.forEach(round::await); // whatever happens: they use what the caller then closes
        round.end();
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

    /** One call of {@link #run}. */
    private final class Round {
        private final int tasks;
        private final Task task;
        private final Runnable watch;
        private final Thread caller = Thread.currentThread();
        private final AtomicBoolean wasInterrupted = new AtomicBoolean();
        private @Nullable Throwable failure;

        Round(int tasks, Task task, Runnable watch) {
            this.tasks = tasks;
            this.task = task;
            this.watch = watch;
        }

        void runShare(int worker) {
            int end = firstTask(worker + 1, tasks);
            for (int i = firstTask(worker, tasks); i < end; i++) {
                if (wasInterrupted.get() || caller.isInterrupted()) {
                    throw new CancellationException("interrupted before task " + i + " of " + tasks);
                }
                watch.run();
                task.run(worker, i);
            }
        }

        void await(Future<?> share) {
            boolean isDone = false;
            while (!isDone) {
                try {
                    share.get();
                    isDone = true;
                } catch (ExecutionException e) {
                    failure = failure == null ? e.getCause() : failure;
                    isDone = true;
                } catch (InterruptedException e) {
                    wasInterrupted.set(true);
                }
            }
        }

        void end() {
            if (wasInterrupted.get()) {
                caller.interrupt();
            }
            if (failure instanceof RuntimeException e) {
                throw e;
            }
            if (failure instanceof Error e) {
                throw e;
            }
            if (failure != null) {
                throw new IllegalStateException(failure);
            }
        }
    }

    private static Thread daemon(Runnable body) {
        Thread thread = new Thread(body, "expunge-worker");
        thread.setDaemon(true);
        return thread;
    }
}

package org.expunge.influence.compute;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What ends work that several engines do at the same time: the first failure, or an interrupt of who waits for it. */
final class SharedWork implements EngineGroup.Others {
    private @Nullable Throwable end;
    private boolean isRefused;
    private volatile boolean isInterrupted;

    /** Ends the work; {@code cause} is what it ends by if it is the first. */
    synchronized void end(Throwable cause) {
        if (end == null) {
            end = cause;
        }
        notifyAll();
    }

    @Override
    public synchronized void check() {
        if (end != null) {
            throw new CancellationException("another engine failed, or the work was interrupted");
        }
    }

    /** Ends this engine's work if the whole was interrupted: what it is at is then worth nothing. */
    void checkInterrupt() {
        if (isInterrupted) {
            throw new CancellationException("interrupted");
        }
    }

    @Override
    public void handOn(EngineGroup.Handing handing) throws IOException {
        synchronized (this) {
            if (isRefused) {
                check();
            }
        }
        try {
            handing.run();
        } catch (IOException | RuntimeException | Error e) {
            synchronized (this) {
                isRefused = true;
                end(e);
            }
            throw e;
        }
    }

    /** Waits until {@code isReady}, which is asked again whenever it was {@linkplain #wake said}, or the work ends. */
    synchronized void await(BooleanSupplier isReady) {
        check();
        while (!isReady.getAsBoolean()) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for another engine", e);
            }
            check();
        }
    }

    /** Lets those who wait ask again. */
    synchronized void wake() {
        notifyAll();
    }

    /** Waits for all threads; an interrupt ends the work first, and is there again afterwards. */
    void join(List<Thread> threads) {
        for (Thread thread : threads) {
            boolean isJoined = false;
            while (!isJoined) {
                try {
                    thread.join();
                    isJoined = true;
                } catch (InterruptedException e) {
                    end(new CancellationException("interrupted; what was finished stays"));
                    isInterrupted = true;
                }
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Throws what ended the work, if anything. */
    synchronized void rethrow() throws IOException {
        if (end instanceof IOException e) {
            throw e;
        }
        if (end instanceof RuntimeException e) {
            throw e;
        }
        if (end instanceof Error e) {
            throw e;
        }
    }
}

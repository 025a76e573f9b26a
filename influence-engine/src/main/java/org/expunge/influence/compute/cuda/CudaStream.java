package org.expunge.influence.compute.cuda;

import static com.google.common.base.Preconditions.checkState;

import java.util.concurrent.atomic.AtomicLong;
import org.expunge.influence.compute.cuda.driver.Driver;
import org.expunge.influence.compute.cuda.driver.NativeBlock;
import org.jspecify.annotations.Nullable;

/**
 * A queue of work on a device that belongs to one thread, and what that thread needs beside it: arguments of launches,
 * pinned memory on the way in and out, handles of the libraries, and a second queue for copies that overlap with the
 * work.
 */
final class CudaStream {
    private final CudaDevice device;
    private final int number;
    private final long handle;
    private final long reached;
    private final Launch launch;
    private final PinnedStaging staging;
    private final HostResults results;
    private final PinnedMemory doubles = new PinnedMemory();
    private final LibraryHandles libraries;
    private @Nullable Thread owner;
    private @Nullable CudaStream copies;
    private @Nullable Recording recording;
    private boolean isInReplay;
    private final AtomicLong graphs = new AtomicLong();
    private final AtomicLong graphsDone = new AtomicLong();

    /**
     * Opens a queue.
     *
     * @param owner the thread; null for a queue that comes with another one
     */
    CudaStream(CudaDevice device, int number, @Nullable Thread owner) {
        this.device = device;
        this.number = number;
        this.owner = owner;
        NativeBlock out = new NativeBlock(Long.BYTES);
        Driver.check(Driver.cuStreamCreate(out.address(), Driver.NON_BLOCKING), "cuStreamCreate");
        this.handle = out.asLong();
        Driver.check(Driver.cuEventCreate(out.address(), Driver.WITHOUT_TIMING), "cuEventCreate");
        this.reached = out.asLong();
        this.launch = new Launch(this);
        this.staging = new PinnedStaging(this);
        this.results = new HostResults(this);
        this.libraries = new LibraryHandles(this);
    }

    CudaDevice device() {
        return device;
    }

    /** Returns the stream's number on its device. */
    int number() {
        return number;
    }

    long handle() {
        return handle;
    }

    Launch launch() {
        return launch;
    }

    PinnedStaging staging() {
        return staging;
    }

    HostResults results() {
        return results;
    }

    /** Returns the pinned memory through which sums travel; of one call at a time. */
    PinnedMemory doubles() {
        return doubles;
    }

    /** Returns cuBLAS's handle for this stream. */
    long cublas() {
        return libraries.products();
    }

    /** Returns cuSOLVER's handle for this stream. */
    long solver() {
        return libraries.solvers();
    }

    /** Returns whether the stream is that of {@code thread}, to whom it is handed if its owner has ended. */
    boolean isOwnedBy(Thread thread) {
        if (owner != null && owner != thread && !owner.isAlive()) {
            owner = thread;
        }
        return owner == thread;
    }

    /** Returns the thread's queue for copies from the host that overlap with what this one does. */
    CudaStream copies() {
        checkNotRecording();
        if (copies == null) {
            copies = device.openCopies();
        }
        return copies;
    }

    /** Checks that what is done now need not be done again whenever recorded kernels are replayed. */
    void checkNotRecording() {
        checkState(recording == null, "only kernels can be recorded: no memory is taken and no number comes or goes");
    }

    /** Orders what follows behind the writes of {@code block} on other streams. */
    void read(Block block) {
        if (recording != null) {
            recording.add(block, false);
        } else {
            block.read(this);
        }
    }

    /** Orders what follows behind all uses of {@code block} on other streams. */
    void write(Block block) {
        if (recording != null) {
            recording.add(block, true);
        } else {
            block.write(this);
        }
    }

    /** Orders what follows on this stream behind all that {@code other} was given so far. */
    void waitFor(CudaStream other) {
        synchronized (other) { // not while the other records a graph
            Driver.check(Driver.cuEventRecord(other.reached, other.handle), "cuEventRecord");
            Driver.check(Driver.cuStreamWaitEvent(handle, other.reached, 0), "cuStreamWaitEvent");
        }
    }

    /** Waits until the device has done all that this stream was given. */
    void synchronize() {
        checkNotRecording();
        long given = graphs.get();
        Driver.check(
                Driver.cuStreamSynchronize(handle),
                "cuStreamSynchronize",
                "stream %s of %s; an error of an earlier kernel shows here",
                number,
                device.info().name());
        graphsDone.accumulateAndGet(given, Math::max);
    }

    /** Counts a graph that the stream was just given, and returns its number. */
    long countGraph() {
        return graphs.incrementAndGet();
    }

    /** Returns whether a wait has shown that the graph with this number is done. */
    boolean isDone(long graph) {
        return graphsDone.get() >= graph;
    }

    /** Returns whether what is done now is part of kernels that are replayed together. */
    boolean isInReplay() {
        return isInReplay;
    }

    /** Does kernels that are replayed together, one by one. */
    void inReplay(Runnable kernels) {
        isInReplay = true;
        try {
            kernels.run();
        } finally {
            isInReplay = false;
        }
    }

    /**
     * Records the work that {@code kernels} gives to this stream, without doing it.
     *
     * @return what was recorded; the caller closes it
     */
    Recording record(Runnable kernels) {
        Recording made = capture(kernels);
        made.hold(); // not while others may wait for this stream: who holds the memory may wait for them
        return made;
    }

    private synchronized Recording capture(Runnable kernels) {
        Recording made = new Recording(device.memory());
        Driver.check(Driver.cuStreamBeginCapture_v2(handle, Driver.CAPTURE_THIS_THREAD), "cuStreamBeginCapture");
        recording = made;
        boolean isDone = false;
        try {
            inReplay(kernels);
            isDone = true;
        } finally {
            recording = null;
            made.end(handle, isDone);
        }
        return made;
    }

    void close() {
        staging.close();
        results.close();
        doubles.close();
        libraries.close();
        Driver.check(Driver.cuEventDestroy_v2(reached), "cuEventDestroy");
        Driver.check(Driver.cuStreamDestroy_v2(handle), "cuStreamDestroy");
    }
}

package org.expunge.influence.compute.cuda;

import static com.google.common.base.Preconditions.checkState;

import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.cuda.driver.Driver;
import org.expunge.influence.compute.cuda.driver.Libraries;
import org.expunge.influence.compute.cuda.driver.NativeBlock;
import org.jspecify.annotations.Nullable;

/** An opened device: its memory, its kernels, and a stream for each thread that works on it. */
final class CudaDevice implements AutoCloseable {
    /** Threads that may work on a device at a time. */
    static final int MOST_STREAMS = 64;

    /** The stream that this thread used last, whose device its calls go to; a thread may work on several in turn. */
    private static final ThreadLocal<@Nullable CudaStream> CURRENT = new ThreadLocal<>();

    private final DeviceInfo info;
    private final int handle;
    private final long context;
    private final DeviceMemory memory;
    private final Kernels kernels;
    private final ResidentRows rows;
    private final List<CudaStream> streams = new ArrayList<>();
    private int threads;
    private volatile boolean isClosed;

    CudaDevice(CudaOptions options) {
        this.info = DeviceInfo.of(options.device());
        Libraries.open(Libraries.Library.COMPILER);
        Libraries.open(Libraries.Library.PRODUCTS);
        this.handle = DeviceInfo.handle(options.device());
        NativeBlock out = new NativeBlock(Long.BYTES);
        Driver.check(
                Driver.cuDevicePrimaryCtxRetain(out.address(), handle), "cuDevicePrimaryCtxRetain", "%s", info.name());
        this.context = out.asLong();
        this.kernels = new Kernels(info, KernelCache.ofUser());
        Driver.check(Driver.cuCtxSetCurrent(context), "cuCtxSetCurrent", "%s", info.name());
        CURRENT.remove();
        this.memory = new DeviceMemory(this, (long) (options.memoryShare() * Driver.freeBytes()));
        this.rows = new ResidentRows(this, memory.budget());
    }

    DeviceInfo info() {
        return info;
    }

    DeviceMemory memory() {
        return memory;
    }

    /** Returns the rows of data sets that stay on the device. */
    ResidentRows rows() {
        return rows;
    }

    /** Returns the calling thread's stream, and makes this the device that the thread's calls of the driver go to. */
    CudaStream stream() {
        CudaStream last = CURRENT.get();
        if (last != null && last.device() == this && !isClosed) {
            return last;
        }
        checkState(!isClosed, "the cuda compute is closed");
        Driver.check(Driver.cuCtxSetCurrent(context), "cuCtxSetCurrent", "%s", info.name());
        CudaStream own = lease();
        CURRENT.set(own);
        return own;
    }

    /** Returns a stream by its number. */
    CudaStream stream(int number) {
        synchronized (streams) {
            return streams.get(number);
        }
    }

    private CudaStream lease() {
        Thread thread = Thread.currentThread();
        synchronized (streams) {
            for (CudaStream stream : streams) {
                if (stream.isOwnedBy(thread)) {
                    return stream;
                }
            }
            checkState(
                    threads < MOST_STREAMS, "more than %s threads work on one device; lower --threads", MOST_STREAMS);
            threads++;
            return open(thread);
        }
    }

    /** Opens a stream for copies that overlap with the work of another. */
    CudaStream openCopies() {
        synchronized (streams) {
            return open(null);
        }
    }

    private CudaStream open(@Nullable Thread thread) {
        CudaStream made = new CudaStream(this, streams.size(), thread);
        streams.add(made);
        return made;
    }

    /** Begins a launch on the calling thread's stream. */
    Launch launch(String module, String kernel) {
        CudaStream stream = stream();
        return stream.launch().of(kernels.find(module, kernel));
    }

    /** Makes room for results of the calling thread's next kernel. */
    HostResults results(int doubles) {
        return results(doubles, 0);
    }

    /** Makes room for results of the calling thread's next kernels, with {@code scratch} doubles behind them. */
    HostResults results(int doubles, int scratch) {
        return stream().results().ofDoubles(doubles, scratch);
    }

    /** Orders the calling thread's stream for a library that reads {@code buffer}. */
    CudaBuffer read(Buffer buffer) {
        CudaBuffer owned = CudaBuffer.of(this, buffer);
        stream().read(owned.block());
        return owned;
    }

    /** Orders the calling thread's stream for a library that writes {@code buffer}. */
    CudaBuffer write(Buffer buffer) {
        CudaBuffer owned = CudaBuffer.of(this, buffer);
        stream().write(owned.block());
        return owned;
    }

    /** Waits for all streams and gives the device back, as far as it goes where a kernel has failed. */
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        List<Runnable> steps = new ArrayList<>();
        steps.add(() -> Driver.check(Driver.cuCtxSetCurrent(context), "cuCtxSetCurrent", "%s", info.name()));
        synchronized (streams) {
            streams.forEach(stream -> steps.add(stream::synchronize));
            streams.forEach(stream -> steps.add(stream::close));
        }
        steps.add(memory::close);
        steps.add(kernels::close);
        steps.add(() -> Driver.check(Driver.cuDevicePrimaryCtxRelease_v2(handle), "cuDevicePrimaryCtxRelease"));
        try {
            runAll(steps);
        } finally {
            isClosed = true;
            CURRENT.remove();
        }
    }

    /** Runs all steps, then throws the first failure with the others in it. */
    private static void runAll(List<Runnable> steps) {
        RuntimeException first = null;
        for (Runnable step : steps) {
            try {
                step.run();
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}

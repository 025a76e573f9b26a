package org.expunge.influence.compute.cuda;

/**
 * Says how long the device took for what the calling thread gave it between two marks, by the device's own clock: what
 * the host did meanwhile, and waiting for it, does not count unless the device waited too. One thread uses it.
 */
public final class CudaTimer implements AutoCloseable {
    private static final int WITH_TIMING = 0;
    private static final double SECONDS_PER_MILLISECOND = 1e-3;

    private final CudaDevice device;
    private final CudaEvent start = new CudaEvent(WITH_TIMING);
    private final CudaEvent end = new CudaEvent(WITH_TIMING);

    CudaTimer(CudaDevice device) {
        this.device = device;
    }

    /** Sets the first mark behind all that this thread has given the device so far. */
    public void start() {
        start.record(device.stream());
    }

    /** Sets the second mark, waits until the device has reached it, and returns the seconds since the first. */
    public double stop() {
        end.record(device.stream());
        end.await();
        return SECONDS_PER_MILLISECOND * end.since(start);
    }

    @Override
    public void close() {
        start.close();
        end.close();
    }
}

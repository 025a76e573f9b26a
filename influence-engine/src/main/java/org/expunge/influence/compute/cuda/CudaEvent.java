package org.expunge.influence.compute.cuda;

import org.expunge.influence.compute.cuda.driver.Driver;
import org.expunge.influence.compute.cuda.driver.NativeBlock;

/** A mark in the work of a stream. Made when it is first recorded. */
final class CudaEvent implements AutoCloseable {
    private final int flags;
    private long handle;

    CudaEvent(int flags) {
        this.flags = flags;
    }

    /** Sets the mark behind all that {@code stream} was given so far. */
    void record(CudaStream stream) {
        if (handle == 0) {
            NativeBlock out = new NativeBlock(Long.BYTES);
            Driver.check(Driver.cuEventCreate(out.address(), flags), "cuEventCreate");
            handle = out.asLong();
        }
        Driver.check(Driver.cuEventRecord(handle, stream.handle()), "cuEventRecord");
    }

    /** Waits until the device has reached the mark. */
    void await() {
        Driver.check(Driver.cuEventSynchronize(handle), "cuEventSynchronize");
    }

    /** Returns the milliseconds that the device took from {@code start} to this mark; both were reached. */
    double since(CudaEvent start) {
        NativeBlock out = new NativeBlock(Float.BYTES);
        Driver.check(Driver.cuEventElapsedTime(out.address(), start.handle, handle), "cuEventElapsedTime");
        return out.bytes().getFloat(0);
    }

    @Override
    public void close() {
        if (handle != 0) {
            Driver.check(Driver.cuEventDestroy_v2(handle), "cuEventDestroy");
            handle = 0;
        }
    }
}

package org.expunge.influence.compute.cuda;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * How a device is used.
 *
 * @param device its number, from 0
 * @param mathMode how products are computed
 * @param memoryShare share of the memory free at the start that may be held, in (0, 1]
 */
public record CudaOptions(int device, MathMode mathMode, double memoryShare) {
    /** Device 0, products in float32, nine tenths of the free memory. */
    public static final CudaOptions DEFAULT = new CudaOptions(0, MathMode.FLOAT32, 0.9);

    /** Checks the numbers. */
    public CudaOptions {
        checkArgument(device >= 0, "the device's number must be at least 0, got %s", device);
        checkArgument(
                memoryShare > 0 && memoryShare <= 1, "the share of memory must be in (0, 1], got %s", memoryShare);
    }

    /** Returns these with another device. */
    public CudaOptions withDevice(int value) {
        return new CudaOptions(value, mathMode, memoryShare);
    }

    /** Returns these with another way to compute products. */
    public CudaOptions withMathMode(MathMode value) {
        return new CudaOptions(device, value, memoryShare);
    }

    /** Returns these with another share of the memory. */
    public CudaOptions withMemoryShare(double value) {
        return new CudaOptions(device, mathMode, value);
    }
}

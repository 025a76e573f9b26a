package org.expunge.influence.compute.cuda.driver;

import com.google.common.base.Strings;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/**
 * CUDA's driver API. Names and parameters are the C ones; pointers and handles are numbers. Every function returns a
 * code for {@link #check}.
 */
public final class Driver {
    /** {@code CUDA_SUCCESS}. */
    public static final int SUCCESS = 0;
    /** {@code CUDA_ERROR_OUT_OF_MEMORY}. */
    public static final int OUT_OF_MEMORY = 2;
    /** {@code CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT}. */
    public static final int MULTIPROCESSORS = 16;
    /** {@code CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR}. */
    public static final int CAPABILITY_MAJOR = 75;
    /** {@code CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR}. */
    public static final int CAPABILITY_MINOR = 76;
    /** {@code CU_STREAM_NON_BLOCKING}. */
    public static final int NON_BLOCKING = 1;
    /** {@code CU_EVENT_DISABLE_TIMING}. */
    public static final int WITHOUT_TIMING = 2;
    /** {@code CU_STREAM_CAPTURE_MODE_THREAD_LOCAL}. */
    public static final int CAPTURE_THIS_THREAD = 1;

    private Driver() {}

    static void register(NativeLibrary library) {
        Native.register(Driver.class, library);
    }

    /**
     * Checks what a call returned.
     *
     * @param code what it returned
     * @param call its name
     * @param details what it was given, with {@code %s} for each value
     * @param values the values
     * @throws CudaException if it failed
     */
    public static void check(int code, String call, String details, Object... values) {
        if (code != SUCCESS) {
            throw new CudaException(
                    call + " failed with " + describe(code) + " (" + Strings.lenientFormat(details, values) + ")",
                    code);
        }
    }

    /** Checks what a call without arguments worth telling returned. */
    public static void check(int code, String call) {
        if (code != SUCCESS) {
            throw new CudaException(call + " failed with " + describe(code), code);
        }
    }

    /** Returns the CUDA version of the driver, major · 1000 + minor · 10. */
    public static int version() {
        NativeBlock out = new NativeBlock(Integer.BYTES);
        check(cuDriverGetVersion(out.address()), "cuDriverGetVersion");
        return out.asInt();
    }

    /** Returns the bytes of the current device that nobody holds. */
    public static long freeBytes() {
        NativeBlock out = new NativeBlock(2 * Long.BYTES);
        check(cuMemGetInfo_v2(out.address(), out.address() + Long.BYTES), "cuMemGetInfo");
        return out.asLong();
    }

    /** Returns how much memory the current device has, in words for messages. */
    public static String describeMemory() {
        NativeBlock out = new NativeBlock(2 * Long.BYTES);
        int code = cuMemGetInfo_v2(out.address(), out.address() + Long.BYTES);
        return code == SUCCESS
                ? out.asLong() + " of the device's " + out.bytes().getLong(Long.BYTES) + " bytes are free"
                : "its memory is not known: " + describe(code);
    }

    private static String describe(int code) {
        NativeBlock text = new NativeBlock(Long.BYTES);
        return cuGetErrorString(code, text.address()) == SUCCESS
                ? "error " + code + ", " + new Pointer(text.asLong()).getString(0)
                : "error " + code;
    }

    public static native int cuInit(int flags);

    public static native int cuDriverGetVersion(long version);

    public static native int cuDeviceGetCount(long count);

    public static native int cuDeviceGet(long device, int ordinal);

    public static native int cuDeviceGetName(long name, int length, int device);

    public static native int cuDeviceGetAttribute(long value, int attribute, int device);

    public static native int cuDeviceTotalMem_v2(long bytes, int device);

    public static native int cuDevicePrimaryCtxRetain(long context, int device);

    public static native int cuDevicePrimaryCtxRelease_v2(int device);

    public static native int cuCtxSetCurrent(long context);

    public static native int cuMemGetInfo_v2(long free, long total);

    public static native int cuMemAlloc_v2(long address, long bytes);

    public static native int cuMemFree_v2(long address);

    public static native int cuMemHostAlloc(long pointer, long bytes, int flags);

    public static native int cuMemFreeHost(long pointer);

    public static native int cuMemcpyHtoDAsync_v2(long to, long from, long bytes, long stream);

    public static native int cuMemcpyDtoHAsync_v2(long to, long from, long bytes, long stream);

    public static native int cuMemcpyDtoDAsync_v2(long to, long from, long bytes, long stream);

    public static native int cuMemsetD32Async(long to, int value, long count, long stream);

    public static native int cuStreamCreate(long stream, int flags);

    public static native int cuStreamDestroy_v2(long stream);

    public static native int cuStreamSynchronize(long stream);

    public static native int cuStreamWaitEvent(long stream, long event, int flags);

    public static native int cuEventCreate(long event, int flags);

    public static native int cuEventRecord(long event, long stream);

    public static native int cuEventSynchronize(long event);

    public static native int cuEventElapsedTime(long milliseconds, long start, long end);

    public static native int cuEventDestroy_v2(long event);

    public static native int cuModuleLoadData(long module, long image);

    public static native int cuModuleUnload(long module);

    public static native int cuModuleGetFunction(long function, long module, long name);

    public static native int cuLaunchKernel(
            long function,
            int gridX,
            int gridY,
            int gridZ,
            int blockX,
            int blockY,
            int blockZ,
            int sharedBytes,
            long stream,
            long parameters,
            long extra);

    public static native int cuGetErrorString(int code, long text);

    public static native int cuStreamBeginCapture_v2(long stream, int mode);

    public static native int cuStreamEndCapture(long stream, long graph);

    public static native int cuGraphInstantiateWithFlags(long executable, long graph, long flags);

    public static native int cuGraphLaunch(long executable, long stream);

    public static native int cuGraphExecDestroy(long executable);

    public static native int cuGraphDestroy(long graph);
}

package org.expunge.influence.compute.cuda.driver;

import com.google.common.base.Strings;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.util.List;

/**
 * The functions of cuSOLVER's dense part that the backend calls. Names and parameters are the C ones; pointers and
 * handles are numbers. Every function returns a status for {@link #check}.
 */
public final class Cusolver {
    /** {@code CUSOLVER_EIG_MODE_VECTOR}. */
    public static final int VECTORS = 1;
    /** {@code CUBLAS_FILL_MODE_UPPER}. */
    public static final int UPPER = 1;

    /** What a status stands for: the library has no function that says so. */
    private static final List<String> STATUSES = List.of(
            "success",
            "not initialized",
            "allocation failed",
            "invalid value",
            "architecture mismatch",
            "mapping error",
            "execution failed",
            "internal error",
            "matrix type not supported",
            "not supported");

    private Cusolver() {}

    static void register(NativeLibrary library) {
        Native.register(Cusolver.class, library);
    }

    /**
     * Checks what a call returned.
     *
     * @param status what it returned
     * @param call its name
     * @param details what it was given, with {@code %s} for each value
     * @param values the values
     * @throws CudaException if it failed, naming the call, its arguments and the free memory
     */
    public static void check(int status, String call, String details, Object... values) {
        if (status != 0) {
            String meaning = status > 0 && status < STATUSES.size() ? ", " + STATUSES.get(status) : "";
            throw new CudaException(
                    call + " failed with status " + status + meaning + " (" + Strings.lenientFormat(details, values)
                            + "; " + Driver.describeMemory() + ")",
                    status);
        }
    }

    public static native int cusolverDnCreate(long handle);

    public static native int cusolverDnDestroy(long handle);

    public static native int cusolverDnSetStream(long handle, long stream);

    public static native int cusolverDnDsyevd_bufferSize(
            long handle, int vectors, int triangle, int n, long a, int strideA, long values, long size);

    public static native int cusolverDnDsyevd(
            long handle,
            int vectors,
            int triangle,
            int n,
            long a,
            int strideA,
            long values,
            long workspace,
            int size,
            long info);

    public static native int cusolverDnDpotrf_bufferSize(
            long handle, int triangle, int n, long a, int strideA, long size);

    public static native int cusolverDnDpotrf(
            long handle, int triangle, int n, long a, int strideA, long workspace, int size, long info);

    public static native int cusolverDnDpotrs(
            long handle, int triangle, int n, int count, long a, int strideA, long b, int strideB, long info);
}

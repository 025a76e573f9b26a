package org.expunge.influence.compute.cuda.driver;

import com.google.common.base.Strings;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/**
 * The functions of cuBLAS that the backend calls. Names and parameters are the C ones; pointers and handles are
 * numbers. Every function returns a status for {@link #check}.
 */
public final class Cublas {
    /** {@code CUBLAS_OP_N}. */
    public static final int AS_STORED = 0;
    /** {@code CUBLAS_OP_T}. */
    public static final int TRANSPOSED = 1;
    /** {@code CUBLAS_FILL_MODE_UPPER}. */
    public static final int UPPER = 1;
    /** {@code CUDA_R_32F}. */
    public static final int FLOAT32 = 0;
    /** {@code CUBLAS_COMPUTE_32F}. */
    public static final int COMPUTE_FLOAT32 = 68;
    /** {@code CUBLAS_COMPUTE_32F_FAST_16BF}. */
    public static final int COMPUTE_BF16 = 75;
    /** {@code CUBLAS_COMPUTE_32F_FAST_TF32}. */
    public static final int COMPUTE_TF32 = 77;
    /** {@code CUBLAS_STATUS_ARCH_MISMATCH}. */
    public static final int NOT_ON_THIS_GPU = 8;
    /** {@code CUBLAS_STATUS_NOT_SUPPORTED}. */
    public static final int NOT_SUPPORTED = 15;
    /** {@code CUBLAS_GEMM_DEFAULT}. */
    public static final int DEFAULT_ALGORITHM = -1;

    private Cublas() {}

    static void register(NativeLibrary library) {
        Native.register(Cublas.class, library);
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
            throw new CudaException(
                    call + " failed with status " + status + ", "
                            + new Pointer(cublasGetStatusString(status)).getString(0) + " ("
                            + Strings.lenientFormat(details, values) + "; " + Driver.describeMemory() + ")",
                    status);
        }
    }

    public static native int cublasCreate_v2(long handle);

    public static native int cublasDestroy_v2(long handle);

    public static native int cublasSetStream_v2(long handle, long stream);

    public static native int cublasSetWorkspace_v2(long handle, long workspace, long bytes);

    public static native int cublasGetVersion_v2(long handle, long version);

    public static native int cublasGemmEx(
            long handle,
            int transposeA,
            int transposeB,
            int m,
            int n,
            int k,
            long alpha,
            long a,
            int typeA,
            int strideA,
            long b,
            int typeB,
            int strideB,
            long beta,
            long c,
            int typeC,
            int strideC,
            int computeType,
            int algorithm);

    public static native int cublasGemmStridedBatchedEx(
            long handle,
            int transposeA,
            int transposeB,
            int m,
            int n,
            int k,
            long alpha,
            long a,
            int typeA,
            int strideA,
            long stepA,
            long b,
            int typeB,
            int strideB,
            long stepB,
            long beta,
            long c,
            int typeC,
            int strideC,
            long stepC,
            int count,
            int computeType,
            int algorithm);

    public static native int cublasSsyrk_v2(
            long handle,
            int triangle,
            int transpose,
            int n,
            int k,
            long alpha,
            long a,
            int strideA,
            long beta,
            long c,
            int strideC);

    private static native long cublasGetStatusString(int status);
}

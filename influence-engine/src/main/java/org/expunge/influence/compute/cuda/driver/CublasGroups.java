package org.expunge.influence.compute.cuda.driver;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/** What cuBLAS of CUDA 12.5 and later has for products of different shapes; apart, as earlier ones serve without. */
public final class CublasGroups {
    private static volatile boolean isThere;

    private CublasGroups() {}

    static void register(NativeLibrary library) {
        try {
            Native.register(CublasGroups.class, library);
            isThere = true;
        } catch (UnsatisfiedLinkError e) {
            isThere = false; // cuBLAS of CUDA 12.0 to 12.4
        }
    }

    /** Returns whether the library that was opened has the function. */
    public static boolean isThere() {
        return isThere;
    }

    /**
     * Computes groups of products. Arrays of groups lie in host memory and are read before the call returns; those of
     * the products' matrices lie in device memory.
     */
    public static native int cublasGemmGroupedBatchedEx(
            long handle,
            long transposesA,
            long transposesB,
            long m,
            long n,
            long k,
            long alphas,
            long a,
            int typeA,
            long stridesA,
            long b,
            int typeB,
            long stridesB,
            long betas,
            long c,
            int typeC,
            long stridesC,
            int count,
            long sizes,
            int computeType);
}

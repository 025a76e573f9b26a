package org.expunge.influence.compute.cuda;

import org.expunge.influence.compute.cuda.driver.Cublas;
import org.expunge.influence.compute.cuda.driver.Cusolver;
import org.expunge.influence.compute.cuda.driver.Libraries;
import org.expunge.influence.compute.cuda.driver.NativeBlock;

/** What cuBLAS and cuSOLVER keep for a stream; each is made when it is first asked for. */
final class LibraryHandles {
    private final long stream;
    private long products;
    private long solvers;

    LibraryHandles(long stream) {
        this.stream = stream;
    }

    /** Returns cuBLAS's handle. */
    long products() {
        if (products == 0) {
            NativeBlock out = new NativeBlock(Long.BYTES);
            Cublas.check(Cublas.cublasCreate_v2(out.address()), "cublasCreate", "for a stream");
            products = out.asLong();
            Cublas.check(Cublas.cublasSetStream_v2(products, stream), "cublasSetStream", "for a stream");
        }
        return products;
    }

    /**
     * Returns cuSOLVER's handle.
     *
     * @throws org.expunge.influence.compute.cuda.driver.CudaException if the library is not on this machine
     */
    long solvers() {
        if (solvers == 0) {
            Libraries.open(Libraries.Library.SOLVERS);
            NativeBlock out = new NativeBlock(Long.BYTES);
            Cusolver.check(Cusolver.cusolverDnCreate(out.address()), "cusolverDnCreate", "for a stream");
            solvers = out.asLong();
            Cusolver.check(Cusolver.cusolverDnSetStream(solvers, stream), "cusolverDnSetStream", "for a stream");
        }
        return solvers;
    }

    void close() {
        if (products != 0) {
            Cublas.check(Cublas.cublasDestroy_v2(products), "cublasDestroy", "of a stream");
        }
        if (solvers != 0) {
            Cusolver.check(Cusolver.cusolverDnDestroy(solvers), "cusolverDnDestroy", "of a stream");
        }
    }
}

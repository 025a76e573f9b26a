package org.expunge.influence.compute.cuda;

import org.expunge.influence.compute.cuda.driver.Cublas;
import org.expunge.influence.compute.cuda.driver.Cusolver;
import org.expunge.influence.compute.cuda.driver.Driver;
import org.expunge.influence.compute.cuda.driver.Libraries;
import org.expunge.influence.compute.cuda.driver.NativeBlock;
import org.jspecify.annotations.Nullable;

/** What cuBLAS and cuSOLVER keep for a stream; each is made when it is first asked for. */
final class LibraryHandles {
    private static final long MEBIBYTE = 1L << 20;

    private final CudaStream stream;
    private @Nullable Block workspace;
    private long products;
    private long solvers;

    LibraryHandles(CudaStream stream) {
        this.stream = stream;
    }

    /**
     * Returns cuBLAS's handle, and orders the stream behind other uses of its workspace: products that are recorded as
     * a graph use it on whatever stream the graph is given to.
     */
    long products() {
        if (products == 0) {
            NativeBlock out = new NativeBlock(Long.BYTES);
            Cublas.check(Cublas.cublasCreate_v2(out.address()), "cublasCreate", "for a stream");
            products = out.asLong();
            Cublas.check(Cublas.cublasSetStream_v2(products, stream.handle()), "cublasSetStream", "for a stream");
        }
        if (workspace == null) {
            workspace = makeWorkspace();
        }
        stream.write(workspace);
        return products;
    }

    /** Gives cuBLAS memory of our own: its own would be allocated by products while they are recorded. */
    private Block makeWorkspace() {
        NativeBlock out = new NativeBlock(Long.BYTES);
        long bytes = workspaceBytes(stream.device().info().major());
        Driver.check(
                Driver.cuMemAlloc_v2(out.address(), bytes),
                "cuMemAlloc",
                "%s bytes for cuBLAS, which each thread takes beside --gpu-memory; fewer --threads take less",
                bytes);
        Block made = new Block(stream.device(), out.asLong(), bytes);
        Cublas.check(
                Cublas.cublasSetWorkspace_v2(products, made.address(), bytes), "cublasSetWorkspace", "%s bytes", bytes);
        return made;
    }

    /** Returns what the manual of cuBLAS recommends for GPUs of a compute capability. */
    static long workspaceBytes(int major) {
        if (major < 9) {
            return 4 * MEBIBYTE;
        }
        return major == 12 ? 12 * MEBIBYTE : 32 * MEBIBYTE;
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
            Cusolver.check(
                    Cusolver.cusolverDnSetStream(solvers, stream.handle()), "cusolverDnSetStream", "for a stream");
        }
        return solvers;
    }

    void close() {
        if (products != 0) {
            Cublas.check(Cublas.cublasDestroy_v2(products), "cublasDestroy", "of a stream");
        }
        if (workspace != null) {
            Driver.check(Driver.cuMemFree_v2(workspace.address()), "cuMemFree", "%s bytes", workspace.bytes());
        }
        if (solvers != 0) {
            Cusolver.check(Cusolver.cusolverDnDestroy(solvers), "cusolverDnDestroy", "of a stream");
        }
    }
}

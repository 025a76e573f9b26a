package org.expunge.influence.compute.cuda;

import static com.google.common.base.Preconditions.checkState;
import static org.expunge.influence.compute.KernelChecks.checkSquare;

import org.expunge.influence.compute.EigenKernels;
import org.expunge.influence.compute.cuda.driver.Cusolver;
import org.expunge.influence.compute.cuda.driver.NativeBlock;

/**
 * cuSOLVER's divide and conquer, {@code Dsyevd}; column-major, so that vectors come back as rows of a row-major array.
 * Takes room on the device for the matrix and a workspace that is a few times as large.
 */
final class CudaEigen implements EigenKernels {
    private static final int MATRIX = 0;
    private static final int VALUES = 1;
    private static final int WORKSPACE = 2;
    private static final int INFO = 3;

    private final CudaDevice device;

    CudaEigen(CudaDevice device) {
        this.device = device;
    }

    @Override
    public double[] decompose(int n, double[] matrix) {
        checkSquare(n, matrix);
        double[] values = new double[n];
        if (n == 0) {
            return values;
        }
        long solver = device.stream().solver();
        int workspace = workspace(solver, n);
        try (DeviceDoubles arrays = new DeviceDoubles(device, matrix.length, n, workspace, 1)) {
            arrays.write(matrix, MATRIX);
            Cusolver.check(
                    Cusolver.cusolverDnDsyevd(
                            solver,
                            Cusolver.VECTORS,
                            Cusolver.UPPER,
                            n,
                            arrays.address(MATRIX),
                            n,
                            arrays.address(VALUES),
                            arrays.address(WORKSPACE),
                            workspace,
                            arrays.address(INFO)),
                    "cusolverDnDsyevd",
                    "%s × %s",
                    n,
                    n);
            int info = arrays.readInt(INFO);
            checkState(info == 0, "dsyevd failed with info %s on a matrix of %s rows", info, n);
            arrays.read(MATRIX, matrix);
            arrays.read(VALUES, values);
        }
        return values;
    }

    private static int workspace(long solver, int n) {
        NativeBlock size = new NativeBlock(Integer.BYTES);
        Cusolver.check(
                Cusolver.cusolverDnDsyevd_bufferSize(
                        solver, Cusolver.VECTORS, Cusolver.UPPER, n, 0, n, 0, size.address()),
                "cusolverDnDsyevd_bufferSize",
                "%s × %s",
                n,
                n);
        return size.asInt();
    }
}

package org.expunge.influence.compute.cuda;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static org.expunge.influence.compute.KernelChecks.checkSides;
import static org.expunge.influence.compute.KernelChecks.checkSquare;

import java.util.Arrays;
import org.expunge.influence.compute.CholeskyKernels;
import org.expunge.influence.compute.cuda.driver.Cusolver;
import org.expunge.influence.compute.cuda.driver.NativeBlock;

/**
 * cuSOLVER's {@code Dpotrf} and {@code Dpotrs}; its column-major upper triangle is a row-major lower one. The factor
 * goes to the device again for each call of {@link #solve}: give all right-hand sides at once.
 */
final class CudaCholesky implements CholeskyKernels {
    private static final int MATRIX = 0;
    private static final int INFO = 1;
    private static final int WORKSPACE = 2;
    private static final int SIDES = 2;

    private final CudaDevice device;

    CudaCholesky(CudaDevice device) {
        this.device = device;
    }

    @Override
    public void factor(int n, double[] matrix) {
        checkSquare(n, matrix);
        if (n == 0) {
            return;
        }
        long solver = device.stream().solver();
        int workspace = workspace(solver, n);
        try (DeviceDoubles arrays = new DeviceDoubles(device, matrix.length, 1, workspace)) {
            arrays.write(matrix, MATRIX);
            Cusolver.check(
                    Cusolver.cusolverDnDpotrf(
                            solver,
                            Cusolver.UPPER,
                            n,
                            arrays.address(MATRIX),
                            n,
                            arrays.address(WORKSPACE),
                            workspace,
                            arrays.address(INFO)),
                    "cusolverDnDpotrf",
                    "%s × %s",
                    n,
                    n);
            int info = arrays.readInt(INFO);
            checkState(info >= 0, "dpotrf refused its argument %s", -info);
            checkArgument(info == 0, "the matrix is not positive definite: its leading minor of %s rows is not", info);
            arrays.read(MATRIX, matrix);
        }
        for (int i = 0; i < n; i++) {
            Arrays.fill(matrix, i * n + i + 1, (i + 1) * n, 0);
        }
    }

    private static int workspace(long solver, int n) {
        NativeBlock size = new NativeBlock(Integer.BYTES);
        Cusolver.check(
                Cusolver.cusolverDnDpotrf_bufferSize(solver, Cusolver.UPPER, n, 0, n, size.address()),
                "cusolverDnDpotrf_bufferSize",
                "%s × %s",
                n,
                n);
        return size.asInt();
    }

    @Override
    public void solve(int n, double[] factor, int count, double[] sides) {
        checkSides(n, factor, count, sides);
        if (n == 0 || count == 0) {
            return;
        }
        try (DeviceDoubles arrays = new DeviceDoubles(device, factor.length, 1, sides.length)) {
            arrays.write(factor, MATRIX);
            arrays.write(sides, SIDES);
            Cusolver.check(
                    Cusolver.cusolverDnDpotrs(
                            device.stream().solver(),
                            Cusolver.UPPER,
                            n,
                            count,
                            arrays.address(MATRIX),
                            n,
                            arrays.address(SIDES),
                            n,
                            arrays.address(INFO)),
                    "cusolverDnDpotrs",
                    "%s right-hand sides of length %s",
                    count,
                    n);
            int info = arrays.readInt(INFO);
            checkState(info == 0, "dpotrs failed with info %s on a matrix of %s rows", info, n);
            arrays.read(SIDES, sides);
        }
    }
}

package org.expunge.influence.compute.cpu;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static org.expunge.influence.compute.KernelChecks.checkSides;
import static org.expunge.influence.compute.KernelChecks.checkSquare;

import java.util.Arrays;
import org.bytedeco.openblas.global.openblas;
import org.expunge.influence.compute.CholeskyKernels;

/** LAPACK's {@code dpotrf} and {@code dpotrs}; its column-major upper triangle is a row-major lower one. */
final class CpuCholesky implements CholeskyKernels {
    @Override
    public void factor(int n, double[] matrix) {
        checkSquare(n, matrix);
        if (n == 0) {
            return;
        }
        int info = openblas.LAPACKE_dpotrf(openblas.LAPACK_COL_MAJOR, (byte) 'U', n, matrix, n);
        checkState(info >= 0, "dpotrf refused its argument %s", -info);
        checkArgument(info == 0, "the matrix is not positive definite: its leading minor of %s rows is not", info);
        for (int i = 0; i < n; i++) {
            Arrays.fill(matrix, i * n + i + 1, (i + 1) * n, 0);
        }
    }

    @Override
    public void solve(int n, double[] factor, int count, double[] sides) {
        checkSides(n, factor, count, sides);
        if (n > 0 && count > 0) {
            int info = openblas.LAPACKE_dpotrs(openblas.LAPACK_COL_MAJOR, (byte) 'U', n, count, factor, n, sides, n);
            checkState(info == 0, "dpotrs failed with info %s on a matrix of %s rows", info, n);
        }
    }
}

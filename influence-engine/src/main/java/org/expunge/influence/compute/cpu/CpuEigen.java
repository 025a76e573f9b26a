package org.expunge.influence.compute.cpu;

import static com.google.common.base.Preconditions.checkState;
import static org.expunge.influence.compute.KernelChecks.checkSquare;

import org.bytedeco.openblas.global.openblas;
import org.expunge.influence.compute.EigenKernels;

/**
 * LAPACK's divide and conquer, {@code dsyevd}; column-major, so that vectors come back as rows of a row-major array.
 */
final class CpuEigen implements EigenKernels {
    @Override
    public double[] decompose(int n, double[] matrix) {
        checkSquare(n, matrix);
        double[] values = new double[n];
        if (n > 0) {
            int info = openblas.LAPACKE_dsyevd(openblas.LAPACK_COL_MAJOR, (byte) 'V', (byte) 'U', n, matrix, n, values);
            checkState(info == 0, "dsyevd failed with info %s on a matrix of %s rows", info, n);
        }
        return values;
    }
}

package org.expunge.influence.compute.reference;

import static com.google.common.base.Preconditions.checkArgument;
import static org.expunge.influence.compute.KernelChecks.checkSides;
import static org.expunge.influence.compute.KernelChecks.checkSquare;

import java.util.Arrays;
import org.expunge.influence.compute.CholeskyKernels;

/**
 * Row by row, forward and back substitution.
 *
 * <p><b>Source.</b> G. H. Golub and C. F. Van Loan, "Matrix Computations", 4th edition, 2013, section 4.2.
 */
final class ReferenceCholesky implements CholeskyKernels {
    @Override
    public void factor(int n, double[] matrix) {
        checkSquare(n, matrix);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double left = matrix[i * n + j];
                for (int k = 0; k < j; k++) {
                    left -= matrix[i * n + k] * matrix[j * n + k];
                }
                if (i == j) {
                    checkArgument(
                            left > 0,
                            "the matrix is not positive definite: its leading minor of %s rows is not",
                            i + 1);
                    matrix[i * n + i] = Math.sqrt(left);
                } else {
                    matrix[i * n + j] = left / matrix[j * n + j];
                }
            }
            Arrays.fill(matrix, i * n + i + 1, (i + 1) * n, 0);
        }
    }

    @Override
    public void solve(int n, double[] factor, int count, double[] sides) {
        checkSides(n, factor, count, sides);
        for (int side = 0; side < count; side++) {
            int from = side * n;
            for (int i = 0; i < n; i++) {
                double left = sides[from + i];
                for (int k = 0; k < i; k++) {
                    left -= factor[i * n + k] * sides[from + k];
                }
                sides[from + i] = left / factor[i * n + i];
            }
            for (int i = n - 1; i >= 0; i--) {
                double left = sides[from + i];
                for (int k = i + 1; k < n; k++) {
                    left -= factor[k * n + i] * sides[from + k];
                }
                sides[from + i] = left / factor[i * n + i];
            }
        }
    }
}

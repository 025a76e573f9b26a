package org.expunge.unlearning.certified;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;

/**
 * Cholesky factors of {@code ∇²L} at one w, block by block. They may outlive the rows and the w they were made of: what
 * is solved with them is measured afterwards, never trusted.
 *
 * <p><b>Accuracy.</b> Sums of 1 024 rows are taken in the precision of the compute and added up in double.
 *
 * <p><b>Cost.</b> {@code n·p²} FLOP a pair of vectors of a block and {@code p³/3} a block of side p.
 */
final class HessianFactor {
    private static final int CHUNK = 1024;

    private final Compute compute;
    private final int side;
    private final double[][] factors;

    private HessianFactor(Compute compute, int side, double[][] factors) {
        this.compute = compute;
        this.side = side;
        this.factors = factors;
    }

    /** Factors the Hessian of an objective at w. */
    static HessianFactor of(HeadObjective objective, double[] w, Compute compute) {
        int side = objective.blockLength();
        double[][] factors = new double[objective.loss().blocks()][];
        for (int block = 0; block < factors.length; block++) {
            double[] matrix = new Sums(objective, w, compute).block(block);
            compute.cholesky().factor(side, matrix);
            factors[block] = matrix;
        }
        return new HessianFactor(compute, side, factors);
    }

    /** Returns {@code P⁻¹ v}. */
    double[] solve(double[] v) {
        double[] solution = new double[v.length];
        for (int block = 0; block < factors.length; block++) {
            double[] part = new double[side];
            System.arraycopy(v, block * side, part, 0, side);
            compute.cholesky().solve(side, factors[block], 1, part);
            System.arraycopy(part, 0, solution, block * side, side);
        }
        return solution;
    }

    /** Adds up one Hessian. */
    private static final class Sums {
        private final HeadObjective objective;
        private final double[] w;
        private final Compute compute;

        Sums(HeadObjective objective, double[] w, Compute compute) {
            this.objective = objective;
            this.w = w;
            this.compute = compute;
        }

        double[] block(int block) {
            int vectors = objective.loss().vectorsPerBlock();
            int side = objective.blockLength();
            double[] matrix = new double[Math.multiplyExact(side, side)];
            for (int k = 0; k < vectors; k++) {
                for (int l = 0; l <= k; l++) {
                    add(block * vectors + k, block * vectors + l, matrix, k, l);
                }
            }
            for (int j = 0; j < side; j++) {
                matrix[j * side + j] += objective.ridge();
                for (int i = 0; i < j; i++) {
                    matrix[i * side + j] = matrix[j * side + i];
                }
            }
            return matrix;
        }

        /** Adds {@code Σ_i (∂²ℓ_i/∂z_k∂z_l) x_i x_iᵀ} where it belongs, in its lower triangle at least. */
        private void add(int k, int l, double[] matrix, int row, int column) {
            int width = objective.rows().width();
            int[] alive = objective.alive();
            try (Buffer scaled = compute.allocate(Math.multiplyExact(Math.min(CHUNK, alive.length), width));
                    Buffer square = compute.allocate(Math.multiplyExact(width, width))) {
                double[] found = new double[width * width];
                for (int from = 0; from < alive.length; from += CHUNK) {
                    int count = Math.min(CHUNK, alive.length - from);
                    scale(from, count, k, l, scaled);
                    compute.linear().square(Matrix.of(scaled, count, width).transposed(), square);
                    compute.read(square, 0, found, 0, found.length);
                    spread(found, k == l ? 1 : -1, matrix, row, column);
                }
            }
        }

        private void scale(int from, int count, int k, int l, Buffer to) {
            HeadRows rows = objective.rows();
            double[] z = new double[objective.loss().vectors()];
            double[] tile = new double[count * rows.width()];
            for (int i = 0; i < count; i++) {
                int row = objective.alive()[from + i];
                objective.scores(row, w, z);
                double weight = Math.sqrt(Math.abs(objective.loss().curvature(z, k, l)));
                rows.addScaled(row, weight, tile, i * rows.width());
            }
            compute.write(tile, 0, to, 0, tile.length);
        }

        private void spread(double[] lower, int sign, double[] matrix, int row, int column) {
            int width = objective.rows().width();
            int side = objective.blockLength();
            for (int i = 0; i < width; i++) {
                for (int j = 0; j <= i; j++) {
                    double value = sign * lower[i * width + j];
                    matrix[(row * width + i) * side + column * width + j] += value;
                    if (row != column && i != j) {
                        matrix[(row * width + j) * side + column * width + i] += value;
                    }
                }
            }
        }
    }
}

package org.expunge.unlearning.certified;

import java.util.Arrays;
import org.expunge.influence.compute.Workers;

/**
 * {@code L(w; D) = Σ_{i∈D} ℓ(w; x_i, y_i) + (λn/2) ‖w‖² + b·w} in double. Vector k of w starts at {@code k·d}.
 *
 * <p><b>Cost.</b> {@code O(n·K·d)} for a value, a gradient or a product; each worker keeps {@code K·d} sums.
 */
final class HeadObjective {
    private final HeadRows rows;
    private final int[] alive;
    private final HeadLoss loss;
    private final double ridge;
    private final double[] linear;
    private final Workers workers;

    /**
     * Keeps what it is given.
     *
     * @param rows all rows
     * @param alive D, ascending
     * @param loss ℓ
     * @param ridge {@code λn}
     * @param linear b, K·d numbers
     * @param workers the threads; sums depend on their number through rounding
     */
    HeadObjective(HeadRows rows, int[] alive, HeadLoss loss, double ridge, double[] linear, Workers workers) {
        this.rows = rows;
        this.alive = alive;
        this.loss = loss;
        this.ridge = ridge;
        this.linear = linear;
        this.workers = workers;
    }

    /** Returns all rows. */
    HeadRows rows() {
        return rows;
    }

    /** Returns D, ascending; not to be written. */
    int[] alive() {
        return alive;
    }

    /** Returns ℓ. */
    HeadLoss loss() {
        return loss;
    }

    /** Returns {@code λn}. */
    double ridge() {
        return ridge;
    }

    /** Returns K·d. */
    int dimension() {
        return loss.vectors() * rows.width();
    }

    /** Returns the length of a block of w. */
    int blockLength() {
        return loss.vectorsPerBlock() * rows.width();
    }

    /** Returns L. */
    double value(double[] w) {
        double[] parts = new double[workers.count()];
        workers.run(parts.length, (worker, part) -> {
            double[] z = new double[loss.vectors()];
            for (int i = from(part); i < from(part + 1); i++) {
                scores(alive[i], w, z);
                parts[part] += loss.value(z, rows.label(alive[i]));
            }
        });
        double sum = Arrays.stream(parts).sum();
        for (int j = 0; j < w.length; j++) {
            sum += w[j] * (ridge / 2 * w[j] + linear[j]);
        }
        return sum;
    }

    /** Returns {@code ∇L}. */
    double[] gradient(double[] w) {
        double[] sum = sum((row, z, weights) -> {
            scores(row, w, z);
            loss.slope(z, rows.label(row), weights);
        });
        for (int j = 0; j < sum.length; j++) {
            sum[j] += ridge * w[j] + linear[j];
        }
        return sum;
    }

    /** Returns {@code Σ_{i∈some} ∇ℓ_i}, without penalty and perturbation. */
    double[] lossGradient(double[] w, int[] some) {
        double[] sum = new double[dimension()];
        double[] z = new double[loss.vectors()];
        double[] slopes = new double[loss.vectors()];
        for (int row : some) {
            scores(row, w, z);
            loss.slope(z, rows.label(row), slopes);
            add(row, slopes, sum);
        }
        return sum;
    }

    /** Returns {@code ∇²L v}. */
    double[] product(double[] w, double[] v) {
        double[] sum = sum((row, z, weights) -> {
            double[] tangent = new double[z.length];
            scores(row, w, z);
            scores(row, v, tangent);
            loss.curvatureProduct(z, tangent, weights);
        });
        for (int j = 0; j < sum.length; j++) {
            sum[j] += ridge * v[j];
        }
        return sum;
    }

    /** Writes {@code z = W x_row}. */
    void scores(int row, double[] w, double[] z) {
        for (int k = 0; k < z.length; k++) {
            z[k] = rows.dot(row, w, k * rows.width());
        }
    }

    /** What a row adds: the weights of its features, a number for each vector. */
    @FunctionalInterface
    private interface RowWeights {
        void write(int row, double[] z, double[] weights);
    }

    private double[] sum(RowWeights contribution) {
        double[][] parts = new double[workers.count()][];
        workers.run(parts.length, (worker, part) -> {
            double[] own = new double[dimension()];
            double[] z = new double[loss.vectors()];
            double[] weights = new double[loss.vectors()];
            for (int i = from(part); i < from(part + 1); i++) {
                contribution.write(alive[i], z, weights);
                add(alive[i], weights, own);
            }
            parts[part] = own;
        });
        for (int part = 1; part < parts.length; part++) {
            for (int j = 0; j < parts[0].length; j++) {
                parts[0][j] += parts[part][j];
            }
        }
        return parts[0];
    }

    private void add(int row, double[] weights, double[] to) {
        for (int k = 0; k < weights.length; k++) {
            rows.addScaled(row, weights[k], to, k * rows.width());
        }
    }

    private int from(int part) {
        return (int) ((long) part * alive.length / workers.count());
    }

    /** Returns the norm of each block of a vector of w's length. */
    double[] blockNorms(double[] v) {
        double[] norms = new double[loss.blocks()];
        for (int j = 0; j < v.length; j++) {
            norms[j / blockLength()] += v[j] * v[j];
        }
        Arrays.setAll(norms, b -> Math.sqrt(norms[b]));
        return norms;
    }

    /** Returns {@code ‖v‖₂}. */
    static double norm(double[] v) {
        double sum = 0;
        for (double value : v) {
            sum += value * value;
        }
        return Math.sqrt(sum);
    }
}

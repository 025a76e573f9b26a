package org.expunge.defense.detect;

import java.util.Arrays;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.data.Features;

/**
 * The nearest other rows of every row, by Euclidean distance.
 *
 * <p><b>Accuracy.</b> Candidates come from inner products in the precision of the compute, a few more than are wanted;
 * their distances are then taken in double. Rows at the same distance stand in row order.
 *
 * <p><b>Cost.</b> n²d multiplications as matrix products; n × d numbers of the compute and 64 × n for each worker.
 */
final class NearestRows {
    private static final int BLOCK = 64;
    private static final int SPARE = 8;

    private final Engine engine;

    NearestRows(Engine engine) {
        this.engine = engine;
    }

    /** Shows a matrix as features. */
    static Features asFeatures(double[][] matrix) {
        int width = matrix[0].length;
        double[] flat = new double[matrix.length * width];
        for (int i = 0; i < matrix.length; i++) {
            System.arraycopy(matrix[i], 0, flat, i * width, width);
        }
        return Features.of(flat, width);
    }

    /**
     * Finds neighbours.
     *
     * @param features n rows, at least 2
     * @param wanted neighbours of each row, at least 1; n − 1 if there are no more
     */
    Neighbours among(Features features, int wanted) {
        int n = features.rows();
        int count = Math.min(wanted, n - 1);
        int[][] rows = new int[n][];
        double[][] distances = new double[n][];
        Compute compute = engine.compute();
        double[] norms = new double[n];
        try (Buffer all = centred(features, norms)) {
            Matrix matrix = Matrix.of(all, n, features.width());
            int blocks = (n + BLOCK - 1) / BLOCK;
            engine.workers().run(blocks, (worker, block) -> {
                int from = block * BLOCK;
                int size = Math.min(BLOCK, n - from);
                try (Buffer products = compute.allocate(size * n)) {
                    Matrix queries = Matrix.at(all, from * features.width(), size, features.width());
                    compute.linear().multiply(1, queries, matrix.transposed(), 0, Matrix.of(products, size, n));
                    double[] host = compute.toArray(products);
                    for (int q = 0; q < size; q++) {
                        int[] candidates = candidates(host, q * n, norms, from + q, count + SPARE);
                        settle(features, from + q, candidates, count, rows, distances);
                    }
                }
            });
        }
        return new Neighbours(rows, distances);
    }

    /** Puts rows less their mean on the compute, which keeps cancellation small. */
    private Buffer centred(Features features, double[] norms) {
        int n = features.rows();
        int d = features.width();
        double[] mean = new double[d];
        double[] row = new double[d];
        for (int i = 0; i < n; i++) {
            features.read(i, row, 0);
            for (int j = 0; j < d; j++) {
                mean[j] += row[j] / n;
            }
        }
        Buffer all = engine.compute().allocate(Math.multiplyExact(n, d));
        for (int i = 0; i < n; i++) {
            features.read(i, row, 0);
            for (int j = 0; j < d; j++) {
                row[j] -= mean[j];
                norms[i] += row[j] * row[j];
            }
            engine.compute().write(row, 0, all, i * d, d);
        }
        return all;
    }

    private static int[] candidates(double[] products, int offset, double[] norms, int self, int most) {
        int[] best = new int[Math.min(most, norms.length - 1)];
        double[] keys = new double[best.length];
        int found = 0;
        for (int j = 0; j < norms.length; j++) {
            double key = norms[j] - 2 * products[offset + j];
            if (j == self || (found == best.length && key >= keys[found - 1])) {
                continue;
            }
            int place = found < best.length ? found++ : found - 1;
            while (place > 0 && keys[place - 1] > key) {
                keys[place] = keys[place - 1];
                best[place] = best[place - 1];
                place--;
            }
            keys[place] = key;
            best[place] = j;
        }
        return best;
    }

    private static void settle(
            Features features, int self, int[] candidates, int count, int[][] rows, double[][] distances) {
        double[] own = new double[features.width()];
        double[] other = new double[features.width()];
        features.read(self, own, 0);
        double[][] found = new double[candidates.length][];
        for (int c = 0; c < candidates.length; c++) {
            features.read(candidates[c], other, 0);
            double sum = 0;
            for (int j = 0; j < own.length; j++) {
                sum += (own[j] - other[j]) * (own[j] - other[j]);
            }
            found[c] = new double[] {Math.sqrt(sum), candidates[c]};
        }
        Arrays.sort(found, (a, b) -> a[0] == b[0] ? Double.compare(a[1], b[1]) : Double.compare(a[0], b[0]));
        rows[self] = new int[count];
        distances[self] = new double[count];
        for (int k = 0; k < count; k++) {
            distances[self][k] = found[k][0];
            rows[self][k] = (int) found[k][1];
        }
    }
}

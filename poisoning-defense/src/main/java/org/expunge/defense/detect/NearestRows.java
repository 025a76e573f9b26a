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
 * <p><b>Accuracy.</b> Candidates come from inner products in the precision of the compute, ranked there, a few more
 * than are wanted; their distances are then taken in double. Rows at the same distance stand in row order.
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
        int most = Math.min(n, count + SPARE + 1); // a row itself is among the nearest to it
        Compute compute = engine.compute();
        double[] norms = new double[n];
        try (Buffer all = centred(features, norms);
                Buffer squares = compute.of(norms);
                Buffer ones = compute.allocate(BLOCK)) {
            compute.fill(ones, 0, BLOCK, 1);
            Matrix matrix = Matrix.of(all, n, features.width());
            int blocks = (n + BLOCK - 1) / BLOCK;
            engine.workers().run(blocks, (worker, block) -> {
                int from = block * BLOCK;
                int size = Math.min(BLOCK, n - from);
                Matrix queries = Matrix.at(all, from * features.width(), size, features.width());
                try (Buffer nearness = compute.allocate(size * n);
                        Buffer largest = compute.allocate(size * most);
                        Buffer nearest = compute.allocate(size * most)) {
                    Matrix table = Matrix.of(nearness, size, n);
                    compute.linear().multiply(-0.5, Matrix.of(ones, size, 1), Matrix.of(squares, 1, n), 0, table);
                    compute.linear().multiply(1, queries, matrix.transposed(), 1, table);
                    compute.lookups().top(size, n, nearness, most, largest, nearest);
                    double[] found = compute.toArray(nearest);
                    for (int q = 0; q < size; q++) {
                        int[] candidates = others(found, q * most, most, from + q);
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

    /**
     * Returns rows found for a row without itself; without the last if it is not among them, as where many are equal.
     */
    private static int[] others(double[] found, int offset, int most, int self) {
        return Arrays.stream(found, offset, offset + most)
                .mapToInt(row -> (int) row)
                .filter(row -> row != self)
                .limit(most - 1L)
                .toArray();
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

package org.expunge.benchmarks.gpu;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.LinearKernels.Product;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Replay;
import org.expunge.influence.compute.RowLoader;
import org.expunge.influence.compute.RowSource;

/** Copies, products, lookups and decompositions of matrices. */
final class MatrixCases {
    private final List<KernelCase> cases = new ArrayList<>();

    private final Extent extent;

    private MatrixCases(Extent extent) {
        this.extent = extent;
    }

    /** Returns what goes number by number, with millions of them. */
    static List<KernelCase> large() {
        MatrixCases kernels = new MatrixCases(Extent.LARGE);
        kernels.buffers();
        kernels.rows();
        kernels.vectors();
        return kernels.cases;
    }

    /** Returns a case of each kernel, and several of products. */
    static List<KernelCase> small() {
        MatrixCases kernels = new MatrixCases(Extent.SMALL);
        kernels.buffers();
        kernels.rows();
        kernels.replays();
        kernels.products();
        kernels.vectors();
        kernels.lookups();
        kernels.rankings();
        kernels.decompositions();
        return kernels.cases;
    }

    private void add(String family, String name, Consumer<Desk> run) {
        cases.add(extent.of(family, name, run));
    }

    private void buffers() {
        add("buffers", "copy", desk -> {
            int length = extent.length(desk);
            Buffer from = desk.input(length + 3);
            desk.compute().copy(from, 3, desk.updated(length + 7), 5, length);
        });
        add("buffers", "fill", desk -> {
            int length = extent.length(desk);
            desk.compute().fill(desk.updated(length + 9), 4, length, 0.375);
        });
        add("buffers", "write", desk -> {
            int length = extent.length(desk);
            desk.compute().write(desk.draw(length + 2), 2, desk.updated(length + 9), 4, length);
        });
        add("buffers", "read", desk -> {
            int length = extent.length(desk);
            desk.compute().read(desk.input(length + 7), 5, desk.host(desk.draw(length + 3)), 2, length);
        });
        add("buffers", "copy of a matrix", desk -> {
            int rows = extent.side(desk, 300);
            int columns = extent.side(desk, 300);
            desk.compute().copy(desk.matrix(rows, columns, false), desk.result(rows, columns, true));
        });
        add("buffers", "writeTransposed", desk -> {
            int rows = extent.side(desk, 700);
            int columns = extent.side(desk, 90);
            desk.compute().writeTransposed(desk.draw(rows * columns), rows, columns, desk.output(rows * columns));
        });
    }

    /** Rows of data as they come, and again in another order: a device has them by then. */
    private void rows() {
        add("buffers", "rowLoader", desk -> {
            int rows = extent.side(desk, 500);
            int width = extent.side(desk, 90);
            RowSource source = RowSource.of(desk.draw(rows * width), width);
            int[] order = IntStream.range(0, rows).map(i -> rows - 1 - i).toArray();
            int[] some = IntStream.range(0, rows).map(i -> i * i % rows).toArray();
            try (RowLoader loader = desk.compute().rowLoader(width, rows)) {
                loader.load(source, order, 0, rows, desk.output(rows * width));
                loader.announce(source, some, 0, rows);
                loader.load(source, some, 0, rows, desk.output(rows * width));
                loader.load(source, order, rows / 2, rows, desk.output((rows - rows / 2) * width));
            }
        });
    }

    /** Kernels that are run again with the same arguments: a device may have recorded them by the third time. */
    private void replays() {
        add("buffers", "replay", desk -> {
            int length = extent.length(desk);
            Buffer x = desk.input(length);
            Buffer y = desk.updated(length);
            Compute compute = desk.compute();
            try (Replay replay = compute.replay(() -> {
                compute.linear().addScaled(length, 0.5, x, y);
                compute.linear().scale(length, -0.75, y);
            })) {
                for (int run = 0; run < 4; run++) {
                    replay.run();
                }
            }
        });
    }

    private void products() {
        for (int turn = 0; turn < 8; turn++) {
            boolean isLeftTransposed = turn % 2 == 1;
            boolean isRightTransposed = turn / 2 % 2 == 1;
            double beta = turn < 4 ? 0 : -0.5;
            String name = "multiply " + (isLeftTransposed ? "AᵀB" : "AB").replace("B", isRightTransposed ? "Bᵀ" : "B")
                    + (beta == 0 ? "" : " + βC");
            add(Bounds.PRODUCTS, name, desk -> {
                int m = desk.size(1, 300);
                int n = desk.size(1, 300);
                int k = desk.size(1, 600);
                Matrix a = desk.matrix(m, k, isLeftTransposed);
                Matrix b = desk.matrix(k, n, isRightTransposed);
                desk.compute().linear().multiply(0.75, a, b, beta, desk.result(m, n, beta == 0));
            });
        }
        add(Bounds.PRODUCTS, "multiplyBatch", desk -> multiplyBatch(desk, false));
        add(Bounds.PRODUCTS, "multiplyBatch, A repeated", desk -> multiplyBatch(desk, true));
        add(Bounds.PRODUCTS, "multiplyGroup", MatrixCases::multiplyGroup);
        for (int rows : new int[] {16, 32, 90}) {
            add(Bounds.PRODUCTS, "squares of products of up to " + rows + " rows", desk -> {
                int m = desk.size(rows / 2 + 1, rows);
                addSquaredProducts(desk, m, desk.size(1, 150));
            });
        }
        add(Bounds.PRODUCTS, "squares of long products", desk -> addSquaredProducts(desk, desk.size(1, 60), 300));
        add(Bounds.PRODUCTS, "square", desk -> {
            int m = desk.size(1, 300);
            Matrix x = desk.matrix(m, desk.size(1, 500), false);
            desk.compute().linear().square(x, desk.lowerTriangle(m));
        });
    }

    private void vectors() {
        add("linear", "transpose", desk -> {
            int rows = extent.side(desk, 700);
            int columns = extent.side(desk, 300);
            desk.compute().linear().transpose(rows, columns, desk.input(rows * columns), desk.output(rows * columns));
        });
        add("linear", "addScaled", desk -> {
            int length = extent.length(desk);
            desk.compute().linear().addScaled(length, -0.3, desk.input(length), desk.updated(length));
        });
        add("linear", "scale", desk -> {
            int length = extent.length(desk);
            desk.compute().linear().scale(length, -0.3, desk.updated(length));
        });
    }

    private static void multiplyBatch(Desk desk, boolean isRepeated) {
        int count = desk.size(2, 40);
        int m = desk.size(1, 60);
        int n = desk.size(1, 60);
        int k = desk.size(1, 90);
        int stepA = isRepeated ? 0 : (m + 3) * (k + 3);
        int stepB = (k + 3) * (n + 3);
        Matrix a = desk.matrices(m, k, count, stepA);
        Matrix b = desk.matrices(k, n, count, stepB);
        Matrix c = Matrix.of(desk.output(count * m * n), m, n);
        desk.compute().linear().multiplyBatch(count, 1, a, stepA, b, stepB, 0, c, m * n);
    }

    private static void multiplyGroup(Desk desk) {
        int count = desk.size(2, 12);
        List<Product> products = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int m = desk.size(1, 90);
            int n = desk.size(1, 90);
            int k = desk.size(1, 90);
            Matrix a = desk.matrix(m, k, i % 2 == 1);
            Matrix b = desk.matrix(k, n, i % 3 == 1);
            products.add(new Product(0.5, a, b, i % 2, desk.result(m, n, i % 2 == 0)));
        }
        desk.compute().linear().multiplyGroup(products);
    }

    private static void addSquaredProducts(Desk desk, int m, int k) {
        int count = desk.size(1, 80);
        int n = desk.size(1, 150);
        int stepA = m * k;
        Matrix a = Matrix.of(desk.input(count * stepA), m, k);
        Matrix b = desk.matrix(k, n, true);
        desk.compute().linear().addSquaredProducts(count, a, stepA, b, desk.sums(m * n), 0);
    }

    private void lookups() {
        add("lookups", "gather", desk -> {
            int rows = desk.size(1, 70);
            int columns = desk.size(1, 900);
            int count = desk.size(1, 500);
            Buffer table = desk.input(rows * columns);
            Buffer indices = desk.input(desk.indices(count, columns));
            desk.compute().lookups().gather(rows, columns, table, count, indices, desk.output(rows * count));
        });
        add("lookups", "scatterAdd", desk -> {
            int rows = desk.size(1, 70);
            int columns = desk.size(1, 60);
            int count = desk.size(1, 500);
            int first = desk.size(0, 9);
            Matrix from = desk.matrix(rows, count, false);
            Buffer indices = desk.input(desk.indices(first + count, columns));
            desk.compute().lookups().scatterAdd(from, indices, first, desk.result(rows, columns, false));
        });
    }

    private void rankings() {
        for (int most : new int[] {30, 256}) {
            add("lookups", "top " + most, desk -> {
                int rows = desk.size(1, 40);
                int columns = desk.size(most, 9_000);
                int count = desk.size(1, most);
                Buffer table = desk.input(rows * columns);
                Buffer values = desk.output(rows * count);
                desk.compute().lookups().top(rows, columns, table, count, values, desk.output(rows * count));
            });
        }
    }

    private void decompositions() {
        add("decompositions", "eigen", desk -> {
            int n = desk.size(2, 90);
            double[] q = positiveDefinite(desk, n);
            double[] values = desk.host(desk.compute().eigen().decompose(n, q));
            desk.host(rebuilt(values, q));
        });
        add("decompositions", "cholesky and solve", desk -> {
            int n = desk.size(2, 90);
            int count = desk.size(1, 9);
            double[] factor = desk.host(positiveDefinite(desk, n));
            desk.compute().cholesky().factor(n, factor);
            desk.compute().cholesky().solve(n, factor, count, desk.host(desk.draw(count * n)));
        });
    }

    /** Returns {@code X Xᵀ + n I}. */
    static double[] positiveDefinite(Desk desk, int n) {
        double[] x = desk.draw(n * n);
        double[] matrix = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                for (int k = 0; k < n; k++) {
                    matrix[i * n + j] += x[i * n + k] * x[j * n + k];
                }
            }
            matrix[i * n + i] += n;
        }
        return matrix;
    }

    /** Returns {@code Σ_k w_k q_k q_kᵀ}: signs and bases of eigenspaces, which are any, drop out. */
    static double[] rebuilt(double[] values, double[] q) {
        int n = values.length;
        double[] matrix = new double[n * n];
        for (int k = 0; k < n; k++) {
            for (int i = 0; i < n; i++) {
                double scaled = values[k] * q[k * n + i];
                for (int j = 0; j < n; j++) {
                    matrix[i * n + j] += scaled * q[k * n + j];
                }
            }
        }
        return matrix;
    }
}

package org.expunge.benchmarks.gpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.compute.Window;

/** The kernels that are timed: those in which networks and scores spend their time. */
final class KernelWork {
    private static final double NUMBER = Float.BYTES;
    private static final int CLASSES = 10;

    private final boolean isQuick;
    private final List<Work> all = new ArrayList<>();

    private KernelWork(boolean isQuick) {
        this.isQuick = isQuick;
    }

    /** Returns the work, smaller if it is to be quick. */
    static List<Work> all(boolean isQuick) {
        KernelWork kernels = new KernelWork(isQuick);
        kernels.products();
        kernels.elements();
        kernels.images();
        return List.copyOf(kernels.all);
    }

    private void add(
            String name,
            String kind,
            Map<String, Integer> sizes,
            double flops,
            double numbers,
            Function<Desk, Runnable> open) {
        all.add(new Work(name, kind, sizes, flops, NUMBER * numbers, open));
    }

    private void products() {
        for (int side : isQuick ? new int[] {512, 1024, 2048} : new int[] {512, 1024, 2048, 4096, 8192}) {
            product(side, side, side);
        }
        product(500, 801, isQuick ? 512 : 4096);
        int count = isQuick ? 64 : 1024;
        batch(count, 64);
        batch(count / 4, 256);
        int side = isQuick ? 200 : 801;
        add("eigen " + side, "eigen", Map.of("n", side), 9.0 * side * side * side, 0, desk -> {
            double[] matrix = MatrixCases.positiveDefinite(desk, side);
            return () -> desk.compute().eigen().decompose(side, matrix.clone());
        });
    }

    private void product(int m, int n, int k) {
        String name = "gemm " + (m == n && n == k ? "" + m : m + " × " + n + " × " + k);
        double numbers = (double) m * k + (double) k * n + (double) m * n;
        add(name, Roofline.PRODUCT, Map.of("m", m, "n", n, "k", k), 2.0 * m * n * k, numbers, desk -> {
            Matrix a = Matrix.of(desk.large(m * k), m, k);
            Matrix b = Matrix.of(desk.large(k * n), k, n);
            Matrix c = Matrix.of(desk.output(m * n), m, n);
            return () -> desk.compute().linear().multiply(1, a, b, 0, c);
        });
    }

    private void batch(int count, int side) {
        int length = side * side;
        String name = "gemm batch " + count + " × " + side;
        Map<String, Integer> sizes = Map.of("count", count, "side", side);
        add(name, Roofline.PRODUCTS, sizes, 2.0 * count * length * side, 3.0 * count * length, desk -> {
            Matrix a = Matrix.of(desk.large(count * length), side, side);
            Matrix b = Matrix.of(desk.large(count * length), side, side);
            Matrix c = Matrix.of(desk.output(count * length), side, side);
            return () -> desk.compute().linear().multiplyBatch(count, 1, a, length, b, length, 0, c, length);
        });
    }

    private void elements() {
        int length = isQuick ? 1 << 22 : 1 << 26;
        Map<String, Integer> sizes = Map.of("n", length);
        add("copy", Roofline.COPY, sizes, 0, 2.0 * length, desk -> {
            Buffer from = desk.large(length);
            Buffer to = desk.large(length);
            return () -> desk.compute().copy(from, 0, to, 0, length);
        });
        add("add", "add", sizes, length, 3.0 * length, desk -> {
            Buffer x = desk.large(length);
            Buffer y = desk.large(length);
            Buffer to = desk.large(length);
            return () -> desk.compute().elements().add(length, x, y, to);
        });
        add("relu", "relu", sizes, length, 2.0 * length, desk -> {
            Buffer x = desk.large(length);
            Buffer to = desk.large(length);
            return () -> desk.compute().elements().activate(Activation.RELU, 0, length, x, to);
        });
        add("tanh", "tanh", sizes, length, 2.0 * length, desk -> {
            Buffer x = desk.large(length);
            Buffer to = desk.large(length);
            return () -> desk.compute().elements().activate(Activation.TANH, 0, length, x, to);
        });
        int groups = 64;
        int batch = 64;
        int rows = length / groups / batch;
        add(
                "group dots",
                "groupDots",
                Map.of("groups", groups, "rows", rows, "batch", batch),
                2.0 * length,
                length + (double) rows * batch,
                desk -> {
                    Buffer x = desk.large(length);
                    Buffer y = desk.large(rows * batch);
                    Sums factors = desk.factors(desk.draw(groups));
                    Sums sums = desk.sums(groups * batch);
                    return () -> desk.compute().reductions().groupDots(groups, rows, batch, x, y, factors, 0, sums, 0);
                });
        softmax(length / CLASSES);
    }

    private void softmax(int batch) {
        int length = CLASSES * batch;
        Map<String, Integer> sizes = Map.of("outputs", CLASSES, "batch", batch);
        add("softmax cross-entropy δ", "softmax", sizes, 5.0 * length, 3.0 * length, desk -> {
            Buffer z = desk.large(length);
            Buffer targets = desk.input(desk.classes(CLASSES, batch));
            Buffer delta = desk.large(length);
            return () -> desk.compute().losses().delta(Loss.SOFTMAX_CROSS_ENTROPY, CLASSES, batch, z, targets, delta);
        });
    }

    /** The second convolution and the first pooling of LeNet on 28 × 28. */
    private void images() {
        int batch = isQuick ? 128 : 1024;
        Window convolution = new Window(20, 12, 12, 5, 5, 1, 1, 0, 0, 1, 1, 8, 8);
        int image = convolution.inputLength() * batch;
        int columns = convolution.patchLength() * convolution.positions() * batch;
        Map<String, Integer> sizes = Map.of("channels", 20, "side", 12, "kernel", 5, "batch", batch);
        add("im2col", "im2col", sizes, 0, (double) image + columns, desk -> {
            Buffer from = desk.large(image);
            Buffer to = desk.large(columns);
            return () -> desk.compute().windows().imageToColumns(convolution, batch, from, to);
        });
        add("col2im", "col2im", sizes, columns, (double) image + columns, desk -> {
            Buffer from = desk.large(columns);
            Buffer to = desk.large(image);
            return () -> desk.compute().windows().columnsToImage(convolution, batch, from, to);
        });
        pooling(new Window(20, 24, 24, 2, 2, 2, 2, 0, 0, 1, 1, 12, 12), batch);
    }

    private void pooling(Window pool, int batch) {
        int image = pool.inputLength() * batch;
        int pooled = pool.channels() * pool.positions() * batch;
        Map<String, Integer> sizes = Map.of("channels", 20, "side", 24, "kernel", 2, "batch", batch);
        add("max pooling", "maxPool", sizes, image, image + 2.0 * pooled, desk -> {
            Buffer from = desk.large(image);
            Buffer to = desk.large(pooled);
            Buffer slots = desk.large(pooled);
            return () -> desk.compute().windows().maxPool(pool, batch, from, to, slots);
        });
    }
}

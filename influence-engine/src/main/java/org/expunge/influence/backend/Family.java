package org.expunge.influence.backend;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.ElementKernels;
import org.expunge.influence.compute.LinearKernels;
import org.expunge.influence.compute.LinearKernels.Product;
import org.expunge.influence.compute.LookupKernels;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.LossKernels;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.NormalizationKernels;
import org.expunge.influence.compute.ReductionKernels;
import org.expunge.influence.compute.Replay;
import org.expunge.influence.compute.RowLoader;
import org.expunge.influence.compute.RowSource;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.compute.UpdateKernels;
import org.expunge.influence.compute.Window;
import org.expunge.influence.compute.WindowKernels;

/** Kernels that are checked together: several blocks of threads each, but little work. */
@SuppressWarnings("ImmutableEnumChecker") // the functions hold nothing
enum Family {
    COPIES("copies", Family::copies),
    PRODUCTS("products", Family::products),
    ELEMENTS("element-wise", Family::elements),
    REDUCTIONS("reductions", Family::reductions),
    LOSSES("losses", Family::losses),
    WINDOWS("windows", Family::windows),
    LOOKUPS("lookups", Family::lookups),
    UPDATES("updates", Family::updates),
    NORMALIZATION("normalization", Family::normalization),
    EIGEN("eigendecomposition", Family::eigen),
    CHOLESKY("Cholesky", Family::cholesky),
    REPLAYS("replays", Family::replays);

    /** Rows and columns: odd, so that no tile of a kernel fits, and more numbers than a block has threads. */
    private static final int M = 45;

    private static final int N = 67;
    private static final int LENGTH = M * N;

    private final String title;
    private final Kernels kernels;

    /** Runs the kernels of a family. */
    @FunctionalInterface
    private interface Kernels {
        void run(Trial trial);
    }

    Family(String title, Kernels kernels) {
        this.title = title;
        this.kernels = kernels;
    }

    /** Returns its name for people. */
    String title() {
        return title;
    }

    /** Runs its kernels. */
    void run(Trial trial) {
        kernels.run(trial);
    }

    private static void copies(Trial trial) {
        Compute compute = trial.compute();
        Buffer transposed = trial.output(LENGTH);
        compute.writeTransposed(trial.draw(LENGTH), M, N, transposed);
        Buffer part = trial.input(LENGTH);
        compute.copy(trial.input(LENGTH), 3, part, 5, N);
        compute.fill(part, M, N, 0.3);
        Buffer within = trial.input(LENGTH);
        Matrix from = new Matrix(trial.input(LENGTH), 2, M, N - 5, N, false);
        compute.copy(from, new Matrix(within, 4, M, N - 5, N - 1, false));
        Buffer turned = trial.output(LENGTH);
        compute.linear().transpose(M, N, trial.input(LENGTH), turned);
        trial.keep(transposed, part, within, turned);
        rows(trial);
    }

    /** Loads rows as they come, and again in another order: a device has them by then. */
    private static void rows(Trial trial) {
        RowSource source = RowSource.of(trial.draw(LENGTH), N);
        int[] order = IntStream.range(0, M).map(i -> i * 7 % M).toArray();
        try (RowLoader loader = trial.compute().rowLoader(N, M)) {
            for (int pass = 0; pass < 2; pass++) {
                Buffer first = trial.output(N * 17);
                Buffer second = trial.output(N * (M - 16));
                loader.load(source, order, pass * 3, 17 + pass * 3, first);
                loader.announce(source, order, 16, M);
                loader.load(source, order, 16, M, second);
                trial.keep(first, second);
            }
        }
    }

    private static void products(Trial trial) {
        LinearKernels linear = trial.compute().linear();
        Matrix left = Matrix.of(trial.input(LENGTH), M, N);
        Matrix right = Matrix.of(trial.input(N * M), N, M);
        Buffer plain = trial.output(M * M);
        linear.multiply(1, left, right, 0, Matrix.of(plain, M, M));
        Buffer turned = trial.input(N * N);
        linear.multiply(-0.7, left.transposed(), right.transposed(), 0.3, Matrix.of(turned, N, N));
        Buffer batch = trial.output(3 * M * 8);
        Matrix several = Matrix.of(trial.input(3 * N * 8), N, 8);
        linear.multiplyBatch(3, 1.3, left, 0, several, N * 8, 0, Matrix.of(batch, M, 8), M * 8);
        Buffer first = trial.output(M * 8);
        Buffer second = trial.output(N * N);
        linear.multiplyGroup(List.of(
                new Product(0.4, left, several, 0, Matrix.of(first, M, 8)),
                new Product(1, left.transposed(), right.transposed(), 0, Matrix.of(second, N, N))));
        Buffer square = trial.output(M * M);
        linear.square(left, square);
        Sums squares = trial.sums(15 * 60);
        Matrix rows = Matrix.of(left.buffer(), 15, N);
        linear.addSquaredProducts(
                3, rows, 15 * N, Matrix.of(trial.input(60 * N), 60, N).transposed(), squares, 0);
        trial.keep(plain, turned, batch, first, second);
        trial.keep(squares);
        trial.keep(lower(M, trial.compute().toArray(square)));
    }

    private static double[] lower(int n, double[] matrix) {
        for (int i = 0; i < n; i++) {
            Arrays.fill(matrix, i * n + i + 1, (i + 1) * n, 0);
        }
        return matrix;
    }

    private static void elements(Trial trial) {
        ElementKernels elements = trial.compute().elements();
        Buffer x = trial.input(LENGTH);
        Buffer y = trial.input(LENGTH);
        Buffer z = trial.input(LENGTH);
        for (Activation activation : Activation.values()) {
            Buffer[] to = outputs(trial, 3);
            elements.activate(activation, 0.2, LENGTH, x, to[0]);
            elements.activateDerivative(activation, 0.2, LENGTH, x, y, to[1]);
            elements.activateSecondDerivative(activation, 0.2, LENGTH, x, y, z, to[2]);
            trial.keep(to[0], to[1], to[2]);
        }
        Buffer[] to = outputs(trial, 6);
        elements.add(LENGTH, x, y, to[0]);
        elements.multiply(LENGTH, x, y, to[1]);
        elements.multiplyRows(M, N, x, y, to[2]);
        elements.scaleShift(M, N, y, z, x, to[3]);
        elements.dropoutMask(M, N, 0.6, 7, 11, to[4]);
        elements.addBias(M, N, y, x);
        elements.addBiasAndActivate(Activation.TANH, 0, M, N, x, z, to[5]);
        trial.compute().linear().addScaled(LENGTH, 0.7, z, y);
        trial.compute().linear().scale(LENGTH, -1.3, z);
        trial.keep(x, y, z);
        trial.keep(to);
    }

    private static Buffer[] outputs(Trial trial, int count) {
        return outputs(trial, count, LENGTH);
    }

    private static Buffer[] outputs(Trial trial, int count, int length) {
        Buffer[] made = new Buffer[count];
        Arrays.setAll(made, i -> trial.output(length));
        return made;
    }

    private static void reductions(Trial trial) {
        ReductionKernels reductions = trial.compute().reductions();
        Buffer x = trial.input(LENGTH);
        Buffer y = trial.input(LENGTH);
        Sums factors = trial.sums(2 * N);
        Sums sums = trial.sums(LENGTH);
        trial.keep(reductions.dot(LENGTH, x, y));
        reductions.columnDots(M, N, x, y, sums, 1);
        reductions.groupDots(3, M / 3, N, x, y, factors, 2, sums, N + 1);
        reductions.rowSums(M, N, x, sums, 4 * N + 1);
        reductions.rowDots(M, N, x, y, sums, 5 * N + 1);
        reductions.addMatrix(3, N, x, sums, 6 * N + 1, N + 2);
        reductions.addScaledRows(9, N, y, factors, 1, sums, 10 * N);
        Sums products = trial.sums(N);
        reductions.addProducts(N, 1, factors, products, 0);
        Sums others = trial.sums(LENGTH);
        others.add(sums);
        Buffer rows = trial.input(M);
        reductions.addRowSums(M, N, x, rows);
        Buffer groups = trial.input(3 * N);
        reductions.groupSums(3, M / 3, N, x, 0.3, groups);
        trial.keep(rows, groups);
        trial.keep(sums);
        trial.keep(products);
        trial.keep(others);
    }

    private static void losses(Trial trial) {
        LossKernels losses = trial.compute().losses();
        Buffer z = trial.input(LENGTH);
        Buffer v = trial.input(LENGTH);
        for (Loss loss : Loss.values()) {
            Buffer targets = trial.input(targets(trial, loss));
            Sums sums = trial.sums(2 * N);
            Buffer[] to = outputs(trial, 4);
            losses.losses(loss, M, N, z, targets, sums, 0);
            losses.delta(loss, M, N, z, targets, to[0]);
            losses.unitDelta(loss, M, N, z, targets, to[1], sums, N);
            losses.hessianProduct(loss, M, N, z, targets, v, to[2]);
            losses.predictions(loss, M, N, z, to[3]);
            trial.keep(sums);
            trial.keep(to);
        }
    }

    private static double[] targets(Trial trial, Loss loss) {
        double[] drawn = trial.draw(LENGTH, x -> x);
        if (loss == Loss.SIGMOID_CROSS_ENTROPY) {
            Arrays.setAll(drawn, i -> Math.rint(drawn[i]));
        }
        if (loss == Loss.SOFTMAX_CROSS_ENTROPY) {
            for (int b = 0; b < N; b++) {
                int label = (int) (drawn[b] * M * 0.999);
                for (int k = 0; k < M; k++) {
                    drawn[k * N + b] = k == label ? 1 : 0;
                }
            }
        }
        return drawn;
    }

    private static void windows(Trial trial) {
        WindowKernels windows = trial.compute().windows();
        int batch = 5;
        Window window = new Window(3, 8, 7, 3, 2, 2, 1, 1, 0, 1, 2, 4, 5);
        int pixels = window.inputLength() * batch;
        int pooled = window.channels() * window.positions() * batch;
        int columns = window.patchLength() * window.positions() * batch;
        Buffer image = trial.input(pixels);
        Buffer patches = trial.output(columns);
        Buffer back = trial.output(pixels);
        windows.imageToColumns(window, batch, image, patches);
        windows.columnsToImage(window, batch, trial.input(columns), back);
        Buffer largest = trial.output(pooled);
        Buffer slots = trial.output(pooled);
        Buffer fromSlots = trial.output(pixels);
        Buffer gathered = trial.output(pooled);
        windows.maxPool(window, batch, image, largest, slots);
        windows.maxPoolBackward(window, batch, slots, trial.input(pooled), fromSlots);
        windows.maxPoolGather(window, batch, slots, trial.input(pixels), gathered);
        Buffer mean = trial.output(pooled);
        Buffer spread = trial.output(pixels);
        windows.averagePool(window, batch, false, image, mean);
        windows.averagePoolBackward(window, batch, true, trial.input(pooled), spread);
        trial.keep(patches, back, largest, slots, fromSlots, gathered, mean, spread);
    }

    private static void lookups(Trial trial) {
        LookupKernels lookups = trial.compute().lookups();
        int count = 90;
        Buffer indices = trial.input(trial.draw(count, x -> (int) (x * N * 0.999)));
        Buffer picked = trial.output(M * count);
        Buffer table = trial.input(LENGTH);
        lookups.gather(M, N, table, count, indices, picked);
        lookups.scatterAdd(Matrix.of(trial.input(M * count), M, count), indices, 0, Matrix.of(table, M, N));
        Buffer largest = trial.output(M * 9);
        Buffer columns = trial.output(M * 9);
        lookups.top(M, N, trial.input(LENGTH), 9, largest, columns);
        trial.keep(picked, table, largest, columns);
    }

    private static void updates(Trial trial) {
        UpdateKernels updates = trial.compute().updates();
        Buffer gradient = trial.input(LENGTH);
        Buffer parameters = trial.input(LENGTH);
        Buffer velocity = trial.input(LENGTH);
        Buffer first = trial.input(LENGTH);
        Buffer second = trial.input(trial.draw(LENGTH, x -> x + 0.1));
        Buffer rate = trial.input(1);
        updates.sgd(LENGTH, rate, gradient, parameters);
        updates.momentum(LENGTH, rate, 0.9, gradient, velocity, parameters);
        updates.nesterov(LENGTH, rate, 0.8, gradient, velocity, parameters);
        trial.keep(parameters);
        updates.adam(LENGTH, rate, 0.9, 0.99, 1e-3, gradient, first, second, parameters);
        trial.keep(parameters, velocity, first, second);
    }

    private static void normalization(Trial trial) {
        NormalizationKernels normalization = trial.compute().normalization();
        double[] totals = trial.draw(2 * N, x -> x + 1);
        Arrays.fill(totals, 0, N, totals[0] / 3); // means of squares stay above squares of means
        Sums sums = trial.sums(totals);
        Buffer mean = trial.input(N);
        Buffer variance = trial.input(trial.draw(N, x -> x + 0.1));
        Buffer[] to = outputs(trial, 9, N);
        normalization.ofStatistics(N, 1e-3, mean, variance, to[0], to[1]);
        normalization.ofTotals(N, 1.5, 1e-3, sums, to[2], to[3]);
        normalization.moveStatistics(N, 1.5, 0.9, sums, mean, variance);
        normalization.inverseDeviations(N, 1.5, 1e-3, sums, to[4]);
        normalization.inverseNorms(N, 0.8, sums, to[5], to[6]);
        normalization.coefficients(N, 0.7, sums, N, to[7]);
        normalization.scaledCoefficients(N, 0.7, mean, sums, N, to[8]);
        trial.keep(mean, variance);
        trial.keep(to);
    }

    private static void eigen(Trial trial) {
        double[] vectors = trial.symmetric(M);
        double[] values = trial.compute().eigen().decompose(M, vectors);
        double[] rebuilt = new double[M * M]; // vectors may have either sign
        for (int k = 0; k < M; k++) {
            for (int i = 0; i < M; i++) {
                for (int j = 0; j < M; j++) {
                    rebuilt[i * M + j] += values[k] * vectors[k * M + i] * vectors[k * M + j];
                }
            }
        }
        trial.keep(values);
        trial.keep(rebuilt);
    }

    private static void cholesky(Trial trial) {
        double[] matrix = trial.symmetric(M);
        double[] sides = trial.draw(3 * M);
        trial.compute().cholesky().factor(M, matrix);
        trial.compute().cholesky().solve(M, matrix, 3, sides);
        trial.keep(matrix);
        trial.keep(sides);
    }

    /** Runs prepared kernels twice, with other numbers the second time. */
    private static void replays(Trial trial) {
        Compute compute = trial.compute();
        Buffer x = trial.input(LENGTH);
        Buffer sum = trial.input(LENGTH);
        Buffer to = trial.output(LENGTH);
        Buffer other = trial.input(LENGTH);
        try (Replay replay = compute.replay(() -> {
            compute.linear().addScaled(LENGTH, 0.7, x, sum);
            compute.elements().activate(Activation.TANH, 0, LENGTH, sum, to);
        })) {
            replay.run();
            trial.keep(to);
            compute.copy(other, 0, x, 0, LENGTH);
            replay.run();
            trial.keep(sum, to);
        }
    }
}

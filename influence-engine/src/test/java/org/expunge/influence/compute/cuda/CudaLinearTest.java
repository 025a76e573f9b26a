package org.expunge.influence.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.LinearKernels.Product;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Replay;
import org.expunge.influence.testkit.CudaTesting;
import org.expunge.influence.testkit.EmulatorCounts;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("gpu")
class CudaLinearTest {
    private static double[] draw(int length) {
        Random random = new Random(7);
        double[] values = new double[length];
        Arrays.setAll(values, i -> (float) random.nextGaussian());
        return values;
    }

    /** Rounding a factor to 11 bits moves a term by 2⁻¹¹ of it, to 8 bits by 2⁻⁸; there are two in each. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({"FLOAT32, 1e-6", "TF32, 1e-3", "BF16, 8e-3"})
    void everyModeIsAsAccurateAsItSays(MathMode mode, double roundoff) {
        int m = 19;
        int k = 40;
        double[] x = draw(m * k);
        try (CudaCompute compute = CudaTesting.open(new CudaOptions(0, mode, 0.5))) {
            Buffer whole = compute.allocate(m * m);
            Buffer triangle = compute.allocate(m * m);
            Matrix matrix = Matrix.of(compute.of(x), m, k);

            compute.linear().multiply(1, matrix, matrix.transposed(), 0, Matrix.of(whole, m, m));
            compute.linear().square(matrix, triangle);

            double[] products = compute.toArray(whole);
            double[] squares = compute.toArray(triangle);
            for (int i = 0; i < m; i++) {
                for (int j = 0; j <= i; j++) {
                    double expected = 0;
                    double magnitude = 0;
                    for (int l = 0; l < k; l++) {
                        expected += x[i * k + l] * x[j * k + l];
                        magnitude += Math.abs(x[i * k + l] * x[j * k + l]);
                    }
                    assertThat(Math.abs(products[i * m + j] - expected)).isLessThanOrEqualTo(roundoff * magnitude);
                    assertThat(Math.abs(squares[i * m + j] - expected)).isLessThanOrEqualTo(roundoff * magnitude);
                }
            }
        }
    }

    @ParameterizedTest(name = "{0} × {1}")
    @CsvSource({"70, 130", "1, 1000", "1000, 1", "32, 32", "33, 31"})
    void transposesTileByTile(int rows, int columns) {
        double[] x = draw(rows * columns);
        double[] expected = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            expected[i % columns * rows + i / columns] = x[i];
        }
        try (CudaCompute compute = CudaTesting.open()) {
            Buffer to = compute.allocate(x.length);

            compute.linear().transpose(rows, columns, compute.of(x), to);

            assertThat(compute.toArray(to)).containsExactly(expected);
        }
    }

    /** The products of a group are of different shapes, the first with matrices in the middle of its buffers. */
    private static List<Product> group(CudaCompute compute, int offset) {
        Buffer x = compute.of(draw(500));
        List<Product> products = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int m = 3 + 5 * i;
            int k = 4 + i;
            int at = i == 0 ? offset : 0;
            Matrix a = Matrix.at(x, at, m, k);
            Matrix b = new Matrix(x, 100 - at, k, m, k, true);
            products.add(new Product(0.5 + i, a, b, i % 2, Matrix.at(compute.of(draw(m * m + at)), at, m, m)));
        }
        return products;
    }

    private static double[] results(CudaCompute compute, List<Product> products) {
        return products.stream()
                .flatMapToDouble(
                        product -> Arrays.stream(compute.toArray(product.c().buffer())))
                .toArray();
    }

    @ParameterizedTest(name = "{0} at {1}: groups {2}")
    @CsvSource({"FLOAT32, 0, 2", "FLOAT32, 1, 2", "TF32, 0, 2", "TF32, 1, 2", "BF16, 0, 0", "BF16, 1, 0"})
    void productsOfDifferentShapesAreOneCallWhereTheLibraryHasIt(MathMode mode, int offset, int calls) {
        try (CudaCompute compute = CudaTesting.open(new CudaOptions(0, mode, 0.5))) {
            List<Product> together = group(compute, offset);
            List<Product> alone = group(compute, offset);
            EmulatorCounts.assumeCounted();
            long before = EmulatorCounts.groups();

            compute.linear().multiplyGroup(together);
            compute.linear().multiplyGroup(together);
            compute.linear().multiplyGroup(together.subList(0, 1));

            assertThat(EmulatorCounts.groups() - before).isEqualTo(calls);
            for (int run = 0; run < 3; run++) {
                for (Product one : run == 2 ? alone.subList(0, 1) : alone) {
                    compute.linear().multiply(one.alpha(), one.a(), one.b(), one.beta(), one.c());
                }
            }
            assertThat(results(compute, together)).containsExactly(results(compute, alone));
        }
    }

    @Test
    void oneByOneAsAskedForIsTheSame() {
        System.setProperty(CudaGroups.GROUPS, "false");
        try (CudaCompute plain = CudaTesting.open()) {
            System.clearProperty(CudaGroups.GROUPS);
            EmulatorCounts.assumeCounted();
            long before = EmulatorCounts.groups();
            List<Product> products = group(plain, 0);
            plain.linear().multiplyGroup(products);
            assertThat(EmulatorCounts.groups()).isEqualTo(before);
            double[] expected = results(plain, products);
            try (CudaCompute compute = CudaTesting.open()) {
                List<Product> together = group(compute, 0);
                compute.linear().multiplyGroup(together);
                assertThat(results(compute, together)).containsExactly(expected);
            }
        } finally {
            System.clearProperty(CudaGroups.GROUPS);
        }
    }

    @Test
    void groupsOfSeveralThreadsWaitForEachOther() throws InterruptedException {
        try (CudaCompute compute = CudaTesting.open(CudaOptions.DEFAULT)) {
            Matrix square = Matrix.of(compute.of(draw(64)), 8, 8);
            Matrix wide = Matrix.of(compute.of(draw(16)), 2, 8);
            Matrix[] first = {Matrix.of(compute.allocate(64), 8, 8), Matrix.of(compute.allocate(16), 2, 8)};
            Matrix second = Matrix.of(compute.allocate(16), 2, 8);
            Matrix third = Matrix.of(compute.allocate(64), 8, 8);
            Thread other = new Thread(() -> compute.linear()
                    .multiplyGroup(List.of(
                            new Product(1, square, square, 0, first[0]), new Product(1, wide, square, 0, first[1]))));
            other.start();
            other.join();

            compute.linear()
                    .multiplyGroup(List.of(
                            new Product(1, first[1], first[0], 0, second), new Product(1, square, first[0], 0, third)));

            double[] found = compute.toArray(second.buffer());
            compute.linear().multiply(1, wide, third, 0, second); // W S S S, as (W S) (S S)
            double[] expected = compute.toArray(second.buffer());
            assertThat(found).containsExactly(expected, within(1e-3));
            assertThat(Arrays.stream(found).map(Math::abs).max().orElseThrow()).isGreaterThan(1);
        }
    }

    @Test
    void whatIsRecordedIsMultipliedOneByOne() {
        try (CudaCompute compute = CudaTesting.open()) {
            List<Product> products = group(compute, 0);
            List<Product> expected = group(compute, 0);
            try (Replay replay = compute.replay(() -> compute.linear().multiplyGroup(products))) {
                for (int run = 0; run < 3; run++) {
                    replay.run();
                    compute.linear().multiplyGroup(expected);
                }
            }
            assertThat(results(compute, products)).containsExactly(results(compute, expected));
        }
    }

    @Test
    void anEmptyInnerDimensionScalesTheRowsOfABatchOnly() {
        try (CudaCompute compute = CudaTesting.open()) {
            Buffer none = compute.allocate(0);
            Matrix a = Matrix.of(none, 2, 0);
            Matrix b = Matrix.of(none, 0, 2);
            Buffer to = compute.of(9, 1, 2, 9, 3, 4, 9, 5, 6, 9, 7, 8, 9);
            Buffer cleared = compute.of(Double.NaN, Double.NaN, Double.NaN, Double.NaN);

            compute.linear().multiplyBatch(2, 1, a, 0, b, 0, 2, new Matrix(to, 1, 2, 2, 3, false), 6);
            compute.linear().multiply(1, a, b, 0, Matrix.of(cleared, 2, 2));

            assertThat(compute.toArray(to)).containsExactly(9, 2, 4, 9, 6, 8, 9, 10, 12, 9, 14, 16, 9);
            assertThat(compute.toArray(cleared)).containsOnly(0);
        }
    }
}

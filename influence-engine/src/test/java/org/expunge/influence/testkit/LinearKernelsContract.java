package org.expunge.influence.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.LinearKernels;
import org.expunge.influence.compute.LinearKernels.Product;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Sums;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every backend promises about matrix products, against three loops in double. */
public abstract class LinearKernelsContract extends KernelContract {
    private final LinearKernels linear;

    /** Tests {@code compute}, which is closed after each test. */
    protected LinearKernelsContract(Compute compute) {
        super(compute);
        this.linear = compute.linear();
    }

    @ParameterizedTest(name = "{0} × {2} · {2} × {1}")
    @CsvSource({
        "1, 1, 1",
        "3, 5, 7",
        "17, 1, 33",
        "1, 19, 4",
        "20, 70, 25",
        "50, 33, 129",
        "7, 9, 0",
        "0, 4, 3",
        "64, 64, 64",
        "10, 2, 500",
        "20, 25, 3001",
        "20, 3001, 25",
        "17, 300, 600"
    })
    void multipliesWithEveryTranspositionOffsetAndStride(int m, int n, int k) {
        for (int turn = 0; turn < 24; turn++) {
            Stored a = draw(m, k, turn % 2 == 1, turn % 3);
            Stored b = draw(k, n, turn / 2 % 2 == 1, (turn + 1) % 3);
            Stored c = draw(m, n, false, turn / 8);
            double alpha = turn % 5 == 0 ? -0.75 : 1;
            double beta = new double[] {0, 1, -0.5}[turn / 4 % 3];
            double[] before = beta == 0 ? poisoned(c) : c.values;
            Expected expected = multiply(1, alpha, a, 0, b, 0, beta, c, 0, before);
            Buffer to = input(before);

            linear.multiply(alpha, a.upload(), b.upload(), beta, c.in(to));

            assertClose(compute.toArray(to), expected.values, k + 4, expected.magnitudes);
        }
    }

    @ParameterizedTest(name = "{0} × {1}")
    @CsvSource({"1, 1", "3, 7", "17, 1", "33, 70", "130, 40", "4, 0", "0, 3"})
    void squaresWithEveryTranspositionOffsetAndStride(int m, int k) {
        for (int turn = 0; turn < 6; turn++) {
            Stored x = draw(m, k, turn % 2 == 1, turn / 2);
            Buffer to = output(m * m);

            linear.square(x.upload(), to);

            double[] found = result(to, m * m);
            for (int i = 0; i < m; i++) {
                for (int j = 0; j <= i; j++) {
                    double expected = 0;
                    double magnitude = 0;
                    for (int l = 0; l < k; l++) {
                        expected += x.values[x.at(i, l)] * x.values[x.at(j, l)];
                        magnitude += Math.abs(x.values[x.at(i, l)] * x.values[x.at(j, l)]);
                    }
                    assertThat(Math.abs(found[i * m + j] - expected))
                            .isLessThanOrEqualTo((k + 4) * roundoff() * magnitude + Float.MIN_NORMAL);
                }
            }
        }
    }

    @ParameterizedTest(name = "{0} products of {1} × {3} · {3} × {2}")
    @CsvSource({"1, 2, 3, 4", "5, 3, 4, 6", "3, 1, 1, 9", "4, 20, 25, 36", "0, 2, 2, 2", "2, 3, 3, 0"})
    void multipliesBatches(int count, int m, int n, int k) {
        for (int turn = 0; turn < 8; turn++) {
            int strideA = turn % 2 == 0 ? m * k + 2 : 0;
            int strideB = turn % 4 < 2 ? k * n : 0;
            int strideC = m * n + (turn < 4 ? 0 : 1);
            Stored a = draw(m, k, turn % 3 == 1, 0).repeated(count, strideA);
            Stored b = draw(k, n, turn % 3 == 2, 0).repeated(count, strideB);
            Stored c = draw(m, n, false, 0).repeated(count, strideC);
            double beta = turn % 2;
            Expected expected = multiply(count, 2, a, strideA, b, strideB, beta, c, strideC, c.values);
            Buffer to = input(c.values);

            linear.multiplyBatch(count, 2, a.upload(), strideA, b.upload(), strideB, beta, c.in(to), strideC);

            assertClose(compute.toArray(to), expected.values, k + 4, expected.magnitudes);
        }
    }

    /** The last three shapes are empty. */
    private static final int[][] SHAPES = {
        {3, 5, 7}, {17, 1, 33}, {64, 64, 64}, {1, 1, 1}, {20, 70, 25}, {4, 3, 0}, {0, 4, 3}, {2, 0, 3}
    };

    @ParameterizedTest(name = "{0} products")
    @ValueSource(ints = {0, 1, 2, 8, 21})
    void multipliesGroupsOfDifferentShapes(int count) {
        for (int turn = 0; turn < 4; turn++) {
            List<Product> products = new ArrayList<>();
            List<Expected> expected = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int[] shape = SHAPES[i % SHAPES.length];
                int kind = turn + i;
                Stored a = draw(shape[0], shape[2], kind % 2 == 1, turn % 3);
                Stored b = draw(shape[2], shape[1], kind / 2 % 2 == 1, kind % 3);
                Stored c = draw(shape[0], shape[1], false, turn % 2);
                double beta = new double[] {0, 1, -0.5}[kind % 3];
                double[] before = beta == 0 ? poisoned(c) : c.values;
                expected.add(multiply(1, 0.5 - i, a, 0, b, 0, beta, c, 0, before));
                products.add(new Product(0.5 - i, a.upload(), b.upload(), beta, c.in(input(before))));
            }

            linear.multiplyGroup(products);

            for (int i = 0; i < count; i++) {
                double[] found = compute.toArray(products.get(i).c().buffer());
                int terms = SHAPES[i % SHAPES.length][2] + 4;
                assertClose(found, expected.get(i).values, terms, expected.get(i).magnitudes);
            }
        }
    }

    @Test
    void operandsOfAGroupAreSharedButResultsAreNot() {
        Buffer x = compute.of(1, 2, 3, 4);
        Matrix left = Matrix.of(x, 2, 2);
        Buffer to = output(10);
        Product first = new Product(1, left, left, 0, Matrix.of(to, 2, 2));
        Product second = new Product(2, left.transposed(), left, 0, Matrix.at(to, 4, 2, 2));

        linear.multiplyGroup(List.of(first, second));

        assertThat(Arrays.copyOf(compute.toArray(to), 8)).containsExactly(7, 10, 15, 22, 20, 28, 28, 40);
        Product meeting = new Product(1, left, left, 0, Matrix.at(to, 3, 2, 2));
        assertThatThrownBy(() -> linear.multiplyGroup(List.of(first, second, meeting)))
                .hasMessageContaining("the result of product 0")
                .hasMessageContaining("of product 2");
        Product chained = new Product(1, Matrix.of(to, 2, 2), left, 0, Matrix.at(to, 6, 2, 2));
        assertThatThrownBy(() -> linear.multiplyGroup(List.of(chained, first)))
                .hasMessageContaining("the result of product 1")
                .hasMessageContaining("of product 0");
        Product wrong = new Product(1, left, Matrix.of(x, 1, 4), 0, Matrix.at(to, 4, 2, 2));
        assertThatThrownBy(() -> linear.multiplyGroup(List.of(first, wrong))).hasMessageContaining("(2 × 2) · (1 × 4)");
    }

    @ParameterizedTest(name = "{0} products of {1} × {3} · {3} × {2}")
    @CsvSource({
        "1, 1, 1, 1",
        "2, 3, 5, 17",
        "40, 20, 26, 26",
        "70, 16, 28, 33",
        "9, 17, 65, 15",
        "5, 64, 63, 16",
        "3, 65, 130, 32",
        "3, 129, 64, 40",
        "7, 10, 9, 501",
        "60, 70, 260, 9",
        "0, 2, 2, 2",
        "2, 0, 3, 4",
        "2, 3, 0, 4",
        "2, 3, 3, 0"
    })
    void addsSquaresOfProductsToSums(int count, int m, int n, int k) {
        for (int turn = 0; turn < 8; turn++) {
            int padding = turn / 4;
            int offset = turn % 3;
            Stored a = draw(m, k, turn % 2 == 1, padding);
            int strideA = new int[] {a.values.length, 0, a.values.length + 1, m * a.stride}[turn / 2 % 4];
            a = a.repeated(count, strideA);
            Stored b = draw(k, n, turn / 2 % 2 == 1, padding);
            double[] before = draw(offset + m * n + 2);
            Expected expected = squares(count, a, strideA, b, before, offset);
            Sums sums = compute.sumsOf(before);

            linear.addSquaredProducts(count, a.upload(), strideA, b.upload(), sums, offset);

            assertClose(sums.toArray(), expected.values, 2 * k + 24, expected.magnitudes);
            sums.close();
        }
    }

    private static Expected squares(int count, Stored a, int strideA, Stored b, double[] before, int offset) {
        Expected expected = new Expected(before);
        for (int p = 0; p < count; p++) {
            for (int i = 0; i < a.rows * b.columns; i++) {
                double sum = 0;
                double magnitude = 0;
                for (int l = 0; l < a.columns; l++) {
                    double term = a.values[a.at(i / b.columns, l) + p * strideA] * b.values[b.at(l, i % b.columns)];
                    sum += term;
                    magnitude += Math.abs(term);
                }
                expected.values[offset + i] += sum * sum;
                expected.magnitudes[offset + i] += magnitude * magnitude;
            }
        }
        return expected;
    }

    @Test
    void squaresOfNaNAreNaN() {
        double[] x = draw(4 * 20 * 30);
        x[20 * 30 + 30 + 7] = Double.NaN;
        Sums sums = compute.sums(20 * 5);

        linear.addSquaredProducts(4, Matrix.of(input(x), 20, 30), 600, Matrix.of(input(draw(150)), 30, 5), sums, 0);

        double[] found = sums.toArray();
        for (int i = 0; i < found.length; i++) {
            assertThat(Double.isNaN(found[i])).isEqualTo(i / 5 == 1);
        }
    }

    @Test
    void refusesSquaresThatDoNotFit() {
        Matrix a = Matrix.of(compute.allocate(12), 2, 3);
        Matrix b = Matrix.of(compute.allocate(12), 3, 4);

        assertThatThrownBy(() -> linear.addSquaredProducts(1, a, 0, a, compute.sums(9), 0))
                .hasMessageContaining("(2 × 3) · (2 × 3)");
        assertThatThrownBy(() -> linear.addSquaredProducts(3, a, 6, b, compute.sums(8), 0))
                .hasMessageContaining("matrices A");
        assertThatThrownBy(() -> linear.addSquaredProducts(2, a, 6, b, compute.sums(8), 1))
                .hasMessageContaining("the sums");
    }

    @Test
    void neverReadsAnOverwrittenResult() {
        Buffer c = output(6);
        Matrix a = Matrix.of(compute.of(1, 2, 3, 4), 2, 2);
        Matrix b = Matrix.of(compute.of(1, 0, 2, 0, 1, 3), 2, 3);

        linear.multiply(1, a, b, 0, Matrix.of(c, 2, 3));

        assertThat(result(c, 6)).containsExactly(1, 2, 8, 3, 4, 18);
    }

    @Test
    void refusesProductsThatDoNotFit() {
        Buffer x = compute.allocate(12);
        Buffer y = compute.allocate(12);
        Matrix twoByThree = Matrix.of(x, 2, 3);

        assertThatThrownBy(() -> linear.multiply(1, twoByThree, twoByThree, 0, Matrix.of(y, 2, 3)))
                .hasMessageContaining("(2 × 3) · (2 × 3)");
        assertThatThrownBy(() -> linear.multiply(
                        1, twoByThree, Matrix.of(x, 3, 4), 0, Matrix.of(y, 4, 2).transposed()))
                .hasMessageContaining("transposed");
        assertThatThrownBy(() -> linear.multiply(1, twoByThree, Matrix.of(y, 3, 4), 0, Matrix.at(y, 4, 2, 4)))
                .hasMessageContaining("shares memory");
        assertThatThrownBy(() ->
                        linear.multiplyBatch(3, 1, twoByThree, 6, Matrix.of(x, 3, 1), 0, 0, Matrix.of(y, 2, 1), 2))
                .hasMessageContaining("matrices A");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 7", "33, 5", "16, 48", "0, 3"})
    void transposes(int rows, int columns) {
        double[] x = draw(rows * columns);
        double[] expected = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            expected[i % columns * rows + i / columns] = x[i];
        }
        Buffer to = output(x.length);

        linear.transpose(rows, columns, input(x), to);

        assertThat(result(to, x.length)).containsExactly(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 1_000})
    void addsAndScales(int length) {
        double[] x = draw(length);
        double[] y = draw(length);
        Buffer to = input(y);
        double[] expected = new double[length];
        double[] magnitudes = new double[length];
        for (int i = 0; i < length; i++) {
            expected[i] = -2 * (y[i] + 0.75 * x[i]);
            magnitudes[i] = 2 * Math.abs(y[i]) + 1.5 * Math.abs(x[i]);
        }

        linear.addScaled(length, 0.75, input(x), to);
        linear.scale(length, -2, to);

        assertClose(compute.toArray(to), expected, 3, magnitudes);
    }

    /** A matrix as it is stored, with guard numbers around it. */
    private final class Stored {
        final double[] values;
        final int offset;
        final int rows;
        final int columns;
        final int stride;
        final boolean isTransposed;

        Stored(double[] values, int offset, int rows, int columns, int stride, boolean isTransposed) {
            this.values = values;
            this.offset = offset;
            this.rows = rows;
            this.columns = columns;
            this.stride = stride;
            this.isTransposed = isTransposed;
        }

        int at(int row, int column) {
            return offset + (isTransposed ? column * stride + row : row * stride + column);
        }

        Stored repeated(int count, int step) {
            double[] more = draw(values.length + Math.max(0, count - 1) * step);
            return new Stored(more, offset, rows, columns, stride, isTransposed);
        }

        Matrix upload() {
            return in(input(values));
        }

        Matrix in(Buffer buffer) {
            return new Matrix(buffer, offset, rows, columns, stride, isTransposed);
        }
    }

    /** A result, and the sum of the absolute values of what went into each number. */
    private static final class Expected {
        final double[] values;
        final double[] magnitudes;

        Expected(double[] before) {
            values = before.clone();
            magnitudes = new double[before.length];
        }
    }

    private Stored draw(int rows, int columns, boolean isTransposed, int padding) {
        int storedRows = isTransposed ? columns : rows;
        int stride = (isTransposed ? rows : columns) + padding;
        return new Stored(draw(storedRows * stride + 2 * padding), padding, rows, columns, stride, isTransposed);
    }

    private static double[] poisoned(Stored c) {
        double[] values = c.values.clone();
        for (int i = 0; i < c.rows; i++) {
            Arrays.fill(values, c.at(i, 0), c.at(i, 0) + c.columns, Double.NaN);
        }
        return values;
    }

    private static Expected multiply(
            int count,
            double alpha,
            Stored a,
            int strideA,
            Stored b,
            int strideB,
            double beta,
            Stored c,
            int strideC,
            double[] before) {
        Expected expected = new Expected(before);
        double[] values = expected.values;
        double[] magnitudes = expected.magnitudes;
        for (int p = 0; p < count; p++) {
            for (int i = 0; i < c.rows; i++) {
                for (int j = 0; j < c.columns; j++) {
                    int at = c.at(i, j) + p * strideC;
                    double old = beta == 0 ? 0 : beta * before[at];
                    values[at] = old;
                    magnitudes[at] = Math.abs(old);
                    for (int k = 0; k < a.columns; k++) {
                        double term = alpha * a.values[a.at(i, k) + p * strideA] * b.values[b.at(k, j) + p * strideB];
                        values[at] += term;
                        magnitudes[at] += Math.abs(term);
                    }
                }
            }
        }
        return expected;
    }
}

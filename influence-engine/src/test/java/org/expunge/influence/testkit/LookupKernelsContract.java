package org.expunge.influence.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.score.TopK;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every backend's {@link org.expunge.influence.compute.LookupKernels} must do. */
public abstract class LookupKernelsContract extends KernelContract {
    protected LookupKernelsContract(Compute compute) {
        super(compute);
    }

    @Test
    void gatherPicksColumnsAndZerosForNone() {
        try (Buffer table = compute.of(1, 2, 3, 4, 5, 6);
                Buffer indices = compute.of(2, -1, 0, 2);
                Buffer to = compute.of(9, 9, 9, 9, 9, 9, 9, 9, 7)) {
            compute.lookups().gather(2, 3, table, 4, indices, to);

            assertThat(compute.toArray(to)).containsExactly(3, 0, 1, 3, 6, 0, 4, 6, 7);
        }
    }

    @Test
    void scatterAddSumsRepeatedColumnsAndDropsNone() {
        try (Buffer from = compute.of(9, 1, 2, 3, 9, 4, 5, 6);
                Buffer indices = compute.of(0, 1, -1, 1);
                Buffer table = compute.of(7, 10, 20, 7, 30, 40)) {
            compute.lookups()
                    .scatterAdd(new Matrix(from, 1, 2, 3, 4, false), indices, 1, new Matrix(table, 1, 2, 2, 3, false));

            assertThat(compute.toArray(table)).containsExactly(7, 10, 24, 7, 30, 50);
        }
    }

    @Test
    void anotherNumberThanAColumnsIsRefused() {
        try (Buffer table = compute.of(1, 2);
                Buffer to = compute.allocate(1)) {
            for (double wrong : new double[] {2, 0.5, Double.NaN}) {
                try (Buffer indices = compute.of(wrong)) {
                    assertThatIllegalArgumentException()
                            .isThrownBy(() -> compute.lookups().gather(1, 2, table, 1, indices, to))
                            .withMessageContaining("2 columns");
                    assertThatIllegalArgumentException()
                            .isThrownBy(() -> compute.lookups()
                                    .scatterAdd(Matrix.of(to, 1, 1), indices, 0, Matrix.of(table, 1, 2)))
                            .withMessageContaining("2 columns");
                }
            }
        }
    }

    @ParameterizedTest(name = "{2} of {0} rows of {1}")
    @CsvSource({
        "1, 1, 1",
        "3, 5, 5",
        "7, 300, 2",
        "0, 4, 2",
        "2, 1793, 17",
        "2, 5000, 256",
        "1, 9000, 64",
        "2, 700, 300"
    })
    void topFindsTheLargestAndTheFirstOfEqualOnes(int rows, int columns, int count) {
        double[] equal = new double[rows * columns];
        double[] rising = new double[rows * columns];
        double[] few = new double[rows * columns];
        double[] special = draw(rows * columns);
        double[] odd = {Double.NaN, 0.0, -0.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Float.MIN_VALUE};
        for (int i = 0; i < rows * columns; i++) {
            rising[i] = i;
            few[i] = random.nextInt(3) - 1;
            if (random.nextInt(columns) < count) {
                special[i] = odd[random.nextInt(odd.length)];
            }
        }
        for (double[] table : List.of(draw(rows * columns), equal, rising, few, special)) {
            Buffer values = output(rows * count);
            Buffer indices = output(rows * count);

            compute.lookups().top(rows, columns, input(table), count, values, indices);

            double[] found = result(values, rows * count);
            double[] places = result(indices, rows * count);
            for (int r = 0; r < rows; r++) {
                double[] row = Arrays.copyOfRange(table, r * columns, (r + 1) * columns);
                List<TopK.Ranked> expected = TopK.of(row, count, TopK.End.PROPONENTS);
                for (int k = 0; k < count; k++) {
                    assertThat(places[r * count + k]).isEqualTo(expected.get(k).row());
                    assertThat(Double.compare(
                                    found[r * count + k], expected.get(k).score()))
                            .isZero();
                }
            }
        }
    }

    @Test
    void topRefusesMoreThanThereAre() {
        Buffer table = compute.of(1, 2, 3, 4);
        Buffer values = compute.allocate(4);
        Buffer indices = compute.allocate(4);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> compute.lookups().top(2, 2, table, 3, values, indices))
                .withMessageContaining("3 largest of 2 columns");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> compute.lookups().top(2, 2, table, 0, values, indices))
                .withMessageContaining("0 largest");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> compute.lookups().top(3, 2, table, 1, values, indices))
                .withMessageContaining("the table");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> compute.lookups().top(2, 2, table, 1, values, table))
                .withMessageContaining("another argument");
    }

    @Test
    void shapesThatDisagreeAreRefused() {
        try (Buffer table = compute.allocate(4);
                Buffer from = compute.allocate(4);
                Buffer indices = compute.allocate(2)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> compute.lookups().gather(2, 2, table, 3, indices, from));
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            compute.lookups().scatterAdd(Matrix.of(from, 1, 2), indices, 0, Matrix.of(table, 2, 2)));
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            compute.lookups().scatterAdd(Matrix.of(from, 2, 2), indices, 1, Matrix.of(table, 2, 2)));
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            compute.lookups().scatterAdd(Matrix.of(table, 2, 2), indices, 0, Matrix.of(table, 2, 2)));
        }
    }
}

package org.expunge.influence.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.junit.jupiter.api.Test;

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

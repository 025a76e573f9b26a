package org.expunge.influence.compute.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.NativeLibrary;
import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.LinearKernels.Product;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.cuda.CudaCompute;
import org.expunge.influence.testkit.CudaTesting;
import org.expunge.influence.testkit.EmulatorCounts;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("gpu")
class CublasGroupsTest {
    @Test
    void aLibraryWithoutTheFunctionMultipliesOneByOne() {
        CudaTesting.open().close();
        EmulatorCounts.assumeCounted();
        String cublas = Libraries.file(Libraries.Library.PRODUCTS).orElseThrow();
        CublasGroups.register(NativeLibrary.getInstance("libm.so.6"));
        try {
            assertThat(CublasGroups.isThere()).isFalse();
            long before = EmulatorCounts.groups();
            assertThat(products()).containsExactly(7, 10, 15, 22, 3, 6);
            assertThat(EmulatorCounts.groups()).isEqualTo(before);
        } finally {
            CublasGroups.register(NativeLibrary.getInstance(cublas));
        }
        assertThat(CublasGroups.isThere()).isTrue();
        long before = EmulatorCounts.groups();
        assertThat(products()).containsExactly(7, 10, 15, 22, 3, 6);
        assertThat(EmulatorCounts.groups()).isEqualTo(before + 1);
    }

    private static double[] products() {
        try (CudaCompute compute = CudaTesting.open()) {
            Buffer to = compute.allocate(6);
            Matrix square = Matrix.of(compute.of(1, 2, 3, 4), 2, 2);
            Matrix row = Matrix.of(compute.of(1, 2), 1, 2);
            compute.linear()
                    .multiplyGroup(List.of(
                            new Product(1, square, square, 0, Matrix.of(to, 2, 2)),
                            new Product(3, Matrix.of(compute.of(1), 1, 1), row, 0, Matrix.at(to, 4, 1, 2))));
            return compute.toArray(to);
        }
    }
}

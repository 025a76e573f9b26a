package org.expunge.influence.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.jna.Memory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** cuBLAS and cuSOLVER of the emulator against plain loops; matrices are column by column. */
@Tag("gpu")
class CudaEmulatorLibrariesTest {
    private static final int FLOAT = 0;
    private static final int COMPUTE_FLOAT = 68;
    private static final int COMPUTE_TF32 = 77;
    private static final int DEFAULT_ALGORITHM = -1;
    private static final int ILLEGAL_ADDRESS = 700;

    private static Path folder = Path.of("");

    private final EmulatedCuda cuda = new EmulatedCuda(folder);
    private final long stream = cuda.stream();
    private final long blas = handle("cublasCreate_v2", "cublasSetStream_v2");
    private final long solver = handle("cusolverDnCreate", "cusolverDnSetStream");

    @BeforeAll
    static void copyEmulator(@TempDir Path own) throws IOException {
        EmulatedCuda.copyEmulator(own);
        folder = own;
    }

    @AfterEach
    void endContext() {
        cuda.close();
    }

    private long handle(String create, String setStream) {
        long handle = cuda.result(create);
        cuda.run(setStream, handle, stream);
        return handle;
    }

    private static float[] random(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextDouble(-1, 1);
        }
        return numbers;
    }

    /** A factor in host memory that is spoiled as soon as the call is over. */
    private static Memory factor(float value) {
        Memory memory = new Memory(Float.BYTES);
        memory.setFloat(0, value);
        return memory;
    }

    private static float element(float[] values, boolean transposed, int leading, int i, int j) {
        return transposed ? values[i * leading + j] : values[j * leading + i];
    }

    private void gemm(
            int ta, int tb, int m, int n, int k, long a, int lda, long b, int ldb, float beta, long c, int ldc) {
        gemm(ta, tb, m, n, k, a, lda, b, ldb, beta, c, ldc, COMPUTE_FLOAT);
    }

    private void gemm(
            int ta,
            int tb,
            int m,
            int n,
            int k,
            long a,
            int lda,
            long b,
            int ldb,
            float beta,
            long c,
            int ldc,
            int type) {
        try (Memory alpha = factor(2);
                Memory factor = factor(beta)) {
            cuda.run(
                    "cublasGemmEx",
                    blas,
                    ta,
                    tb,
                    m,
                    n,
                    k,
                    alpha,
                    a,
                    FLOAT,
                    lda,
                    b,
                    FLOAT,
                    ldb,
                    factor,
                    c,
                    FLOAT,
                    ldc,
                    type,
                    DEFAULT_ALGORITHM);
            alpha.setFloat(0, Float.NaN);
            factor.setFloat(0, Float.NaN);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 1", "1, 0", "1, 1"})
    void multipliesAsPlainLoops(int ta, int tb) {
        int m = 5;
        int n = 4;
        int k = 7;
        int lda = (ta == 0 ? m : k) + 2;
        int ldb = (tb == 0 ? k : n) + 1;
        int ldc = m + 3;
        float[] a = random(lda * 8, 1);
        float[] b = random(ldb * 8, 2);
        float[] c = random(ldc * n, 3);
        long result = cuda.floats(c);
        gemm(ta, tb, m, n, k, cuda.floats(a), lda, cuda.floats(b), ldb, 0.5f, result, ldc);
        float[] got = cuda.readFloats(stream, result, c.length);
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < ldc; i++) {
                double expected = c[j * ldc + i];
                if (i < m) {
                    expected *= 0.5;
                    for (int l = 0; l < k; l++) {
                        expected += 2.0 * element(a, ta == 1, lda, i, l) * element(b, tb == 1, ldb, l, j);
                    }
                }
                assertThat((double) got[j * ldc + i]).isCloseTo(expected, within(1e-6));
            }
        }
    }

    @Test
    void readsNoResultThatIsNotAskedFor() {
        long result = cuda.allocate(4 * Float.BYTES);
        gemm(0, 0, 2, 2, 1, cuda.floats(1, 2), 2, cuda.floats(3, 4), 1, 0, result, 2);
        assertThat(cuda.readFloats(stream, result, 4)).containsExactly(6, 12, 8, 16);
        gemm(0, 0, 2, 2, 0, 0, 2, 0, 1, 0.5f, result, 2);
        assertThat(cuda.readFloats(stream, result, 4)).containsExactly(3, 6, 4, 8);
    }

    @Test
    void roundsInputsWhereAskedTo() {
        long result = cuda.allocate(Float.BYTES);
        float little = 1 + 1f / (1 << 12);
        gemm(0, 0, 1, 1, 1, cuda.floats(little), 1, cuda.floats(1), 1, 0, result, 1);
        assertThat(cuda.readFloats(stream, result, 1)).containsExactly(2 * little);
        gemm(0, 0, 1, 1, 1, cuda.floats(little), 1, cuda.floats(1), 1, 0, result, 1, COMPUTE_TF32);
        assertThat(cuda.readFloats(stream, result, 1)).containsExactly(2);
    }

    @Test
    void reportsMatricesThatReachOutsideTheirMemory() {
        gemm(0, 0, 2, 2, 2, cuda.floats(1, 2, 3), 2, cuda.floats(1, 2, 3, 4), 2, 0, cuda.floats(new float[4]), 2);
        assertThat(cuda.code("cuStreamSynchronize", stream)).isEqualTo(ILLEGAL_ADDRESS);
        assertThat(cuda.text(ILLEGAL_ADDRESS)).contains("cublasGemm", "2 x 2");
    }

    @Test
    void multipliesManyMatricesAtOnce() {
        long result = cuda.allocate(3 * Float.BYTES);
        try (Memory one = factor(1);
                Memory zero = factor(0)) {
            cuda.run(
                    "cublasGemmStridedBatchedEx",
                    blas,
                    0,
                    0,
                    1,
                    1,
                    2,
                    one,
                    cuda.floats(1, 2, 3, 4, 5, 6),
                    FLOAT,
                    1,
                    2L,
                    cuda.floats(1, 10),
                    FLOAT,
                    2,
                    0L,
                    zero,
                    result,
                    FLOAT,
                    1,
                    1L,
                    3,
                    COMPUTE_FLOAT,
                    DEFAULT_ALGORITHM);
        }
        assertThat(cuda.readFloats(stream, result, 3)).containsExactly(21, 43, 65);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 1", "1, 0", "1, 1"})
    void writesOneTriangleOfASymmetricProduct(int upper, int transposed) {
        long result = cuda.floats(-1, -1, -1, -1);
        try (Memory one = factor(1);
                Memory zero = factor(0)) {
            long input = cuda.floats(1, 2, 3, 4);
            cuda.run("cublasSsyrk_v2", blas, upper, transposed, 2, 2, one, input, 2, zero, result, 2);
        }
        float first = transposed == 1 ? 5 : 10;
        float mixed = transposed == 1 ? 11 : 14;
        float last = transposed == 1 ? 25 : 20;
        assertThat(cuda.readFloats(stream, result, 4))
                .containsExactly(first, upper == 1 ? -1 : mixed, upper == 1 ? mixed : -1, last);
    }

    @Test
    void transposesAndAdds() {
        long result = cuda.allocate(6 * Float.BYTES);
        try (Memory one = factor(1);
                Memory ten = factor(10)) {
            long a = cuda.floats(1, 2, 3, 4, 5, 6);
            long b = cuda.floats(1, 1, 1, 2, 2, 2);
            cuda.run("cublasSgeam", blas, 1, 0, 3, 2, one, a, 2, ten, b, 3, result, 3);
        }
        assertThat(cuda.readFloats(stream, result, 6)).containsExactly(11, 13, 15, 22, 24, 26);
    }

    /** A symmetric matrix, of which one triangle is spoiled. */
    private static double[] symmetric(int n, boolean lower, double diagonal, boolean spoiled) {
        SplittableRandom random = new SplittableRandom(n);
        double[] values = new double[n * n];
        for (int j = 0; j < n; j++) {
            for (int i = j; i < n; i++) {
                double value = random.nextDouble(-1, 1) + (i == j ? diagonal : 0);
                values[j * n + i] = lower || i == j || !spoiled ? value : Double.NaN;
                values[i * n + j] = !lower || i == j || !spoiled ? value : Double.NaN;
            }
        }
        return values;
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 1", "3, 0", "40, 0", "40, 1"})
    void findsEigenvaluesAndEigenvectors(int n, int upper) {
        double[] whole = symmetric(n, true, 0, false);
        long a = cuda.doubles(symmetric(n, upper == 0, 0, true));
        long eigenvalues = cuda.allocate((long) n * Double.BYTES);
        int size = (int) cuda.lastResult("cusolverDnDsyevd_bufferSize", solver, 1, upper, n, a, n, eigenvalues);
        long work = cuda.allocate((long) size * Double.BYTES);
        long info = cuda.allocate(Integer.BYTES);
        cuda.run("cusolverDnDsyevd", solver, 1, upper, n, a, n, eigenvalues, work, size, info);
        assertThat(cuda.readInteger(stream, info)).isZero();
        double[] values = cuda.readDoubles(stream, eigenvalues, n);
        double[] vectors = cuda.readDoubles(stream, a, n * n);
        assertThat(values).isSorted();
        for (int j = 0; j < n; j++) {
            double length = 0;
            for (int i = 0; i < n; i++) {
                double product = 0;
                for (int l = 0; l < n; l++) {
                    product += whole[l * n + i] * vectors[j * n + l];
                }
                assertThat(product).isCloseTo(values[j] * vectors[j * n + i], within(1e-12));
                length += vectors[j * n + i] * vectors[j * n + i];
            }
            assertThat(length).isCloseTo(1, within(1e-12));
        }
    }

    private int factorize(long a, int n, int upper, long info) {
        int size = (int) cuda.lastResult("cusolverDnDpotrf_bufferSize", solver, upper, n, a, n);
        long work = cuda.allocate((long) size * Double.BYTES);
        cuda.run("cusolverDnDpotrf", solver, upper, n, a, n, work, size, info);
        return cuda.readInteger(stream, info);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void solvesByCholesky(int upper) {
        int n = 12;
        double[] whole = symmetric(n, true, n, false);
        double[] solution = new double[2 * n];
        Arrays.setAll(solution, i -> i - 5);
        double[] right = new double[2 * n];
        for (int i = 0; i < 2 * n; i++) {
            for (int l = 0; l < n; l++) {
                right[i] += whole[l * n + i % n] * solution[i / n * n + l];
            }
        }
        long a = cuda.doubles(symmetric(n, upper == 0, n, true));
        long b = cuda.doubles(right);
        long info = cuda.allocate(Integer.BYTES);
        assertThat(factorize(a, n, upper, info)).isZero();
        cuda.run("cusolverDnDpotrs", solver, upper, n, 2, a, n, b, n, info);
        assertThat(cuda.readDoubles(stream, b, 2 * n)).containsExactly(solution, within(1e-12));
    }

    @Test
    void saysWhereAMatrixIsNotPositiveDefinite() {
        long info = cuda.allocate(Integer.BYTES);
        assertThat(factorize(cuda.doubles(1, 0, 0, -1), 2, 0, info)).isEqualTo(2);
        assertThat(factorize(cuda.doubles(Double.NaN, 0, 0, 1), 2, 0, info)).isEqualTo(1);
    }
}

package org.expunge.influence.compute.cpu;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;
import org.expunge.influence.compute.Matrix;

/** {@code cblas_sgemm} on row-major native memory, cut into the pieces in which OpenBLAS is fastest. */
final class Sgemm {
    /*
     * OpenBLAS packs both operands, which pays only if each packed number is used often: 20 × 25 × 18 432 (m × k × n), the
     * first layer of LeNet over a tile of 32, reaches 50 GF/s where large products reach 180 (Zen 5, core Cooperlake). Two
     * ways around it, measured there with one thread:
     * 1. Up to 10⁶ multiplications OpenBLAS takes a kernel without packing. Where the two short sides are so short that a
     *    piece of at least 256 along the long one stays below that, the long side is cut: forward 50 → 105 GF/s, weight
     *    gradient 38 → 105. On cores without such a kernel (Haswell) nothing changes.
     * 2. A weight gradient δ · columnsᵀ with few outputs (50 × 500 over 2 048 columns) packs the many columns for each of
     *    few outputs; computed as (columns · δᵀ)ᵀ it goes from 115 to 150 GF/s, on Haswell's core from 76 to 92.
     *    Transposing the small result costs 0.5 ns a number.
     */
    private static final int UNPACKED = 1_000_000;

    private static final int SHORTEST_PIECE = 256;
    private static final int LONGEST_PIECE = 1_024;
    private static final int PIECE_STEP = 64;

    private static final int FEW_OUTPUTS = 64;
    private static final int MANY_COLUMNS = 512;

    private Sgemm() {}

    /**
     * Computes {@code C ← α A B + β C}; shapes are those of the views, no side is 0.
     *
     * @param a start of A in its native memory
     * @param offsetA offset of A's view from there, whatever the view itself says
     * @param b as for A
     * @param offsetB as for A
     * @param c as for A, written
     * @param offsetC as for A
     */
    static void multiply(
            float alpha,
            Matrix viewA,
            FloatPointer a,
            int offsetA,
            Matrix viewB,
            FloatPointer b,
            int offsetB,
            float beta,
            Matrix viewC,
            FloatPointer c,
            int offsetC) {
        Sgemm.Call call = new Call(viewA, viewB, viewC);
        int m = viewC.rows();
        int n = viewC.columns();
        int k = viewA.columns();
        int columnPiece = piece((long) m * k, n);
        int innerPiece = piece((long) m * n, k);
        if (columnPiece < n) {
            for (int j = 0; j < n; j += columnPiece) {
                int width = Math.min(columnPiece, n - j);
                call.run(m, width, k, alpha, at(a, offsetA), call.b(b, offsetB, 0, j), beta, at(c, offsetC + j));
            }
        } else if (innerPiece < k) {
            for (int i = 0; i < k; i += innerPiece) {
                int depth = Math.min(innerPiece, k - i);
                float keep = i == 0 ? beta : 1f;
                call.run(m, n, depth, alpha, call.a(a, offsetA, i), call.b(b, offsetB, i, 0), keep, at(c, offsetC));
            }
        } else {
            call.run(m, n, k, alpha, at(a, offsetA), at(b, offsetB), beta, at(c, offsetC));
        }
    }

    /** Computes the lower triangle of {@code C ← X Xᵀ}: 0.6 of the time of the whole at 500 × 2 048. */
    static void square(Matrix viewX, FloatPointer x, FloatPointer c, int m) {
        openblas.cblas_ssyrk(
                openblas.CblasRowMajor,
                openblas.CblasLower,
                viewX.isTransposed() ? openblas.CblasTrans : openblas.CblasNoTrans,
                m,
                viewX.columns(),
                1f,
                at(x, viewX.offset()),
                viewX.stride(),
                0f,
                c,
                m);
    }

    /** Whether the product is a weight gradient of few outputs, better computed as its transpose. */
    static boolean isBetterTransposed(Matrix a, Matrix b) {
        return !a.isTransposed()
                && b.isTransposed()
                && a.rows() <= FEW_OUTPUTS
                && b.columns() >= 4 * a.rows()
                && a.columns() >= MANY_COLUMNS
                && (long) a.rows() * b.columns() > UNPACKED / SHORTEST_PIECE;
    }

    /** Computes {@code C ← α A B + β C} through {@code Bᵀ Aᵀ}. */
    static void multiplyTransposed(
            float alpha,
            Matrix viewA,
            FloatPointer a,
            Matrix viewB,
            FloatPointer b,
            float beta,
            Matrix c,
            CpuBuffer to) {
        int m = c.rows();
        int n = c.columns();
        CpuBuffer product = Scratch.local().buffer(m * n);
        Matrix viewT = new Matrix(product, 0, n, m, m, false);
        FloatPointer t = product.nativeForUpdate();
        multiply(alpha, viewB.transposed(), b, viewB.offset(), viewA.transposed(), a, viewA.offset(), 0f, viewT, t, 0);
        float[] transposed = Scratch.local().array(0, m * n);
        float[] row = Scratch.local().array(1, n);
        float[] sum = Scratch.local().array(2, n);
        product.view().get(0, transposed, 0, m * n);
        FloatBuffer out = to.view();
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                row[j] = transposed[j * m + i];
            }
            int at = c.offset() + i * c.stride();
            if (beta != 0) {
                out.get(at, sum, 0, n);
                FloatLoops.addScaled(sum, beta, row, n);
            }
            out.put(at, row, 0, n);
        }
    }

    /** Returns how much of the long side to take at a time, all of it if that is best. */
    private static int piece(long shortSides, int length) {
        long most = UNPACKED / Math.max(1, shortSides);
        if (most < SHORTEST_PIECE || length <= most) {
            return length;
        }
        return (int) (Math.min(most, LONGEST_PIECE) / PIECE_STEP * PIECE_STEP);
    }

    private static FloatPointer at(FloatPointer pointer, int offset) {
        return offset == 0 ? pointer : pointer.getPointer(offset);
    }

    /** What stays the same over the pieces of one product. */
    private record Call(Matrix viewA, Matrix viewB, Matrix viewC) {
        /** Returns where column {@code k} of A starts. */
        FloatPointer a(FloatPointer a, int offset, int k) {
            return at(a, offset + (viewA.isTransposed() ? k * viewA.stride() : k));
        }

        /** Returns where element (k, j) of B is. */
        FloatPointer b(FloatPointer b, int offset, int k, int j) {
            return at(b, offset + (viewB.isTransposed() ? j * viewB.stride() + k : k * viewB.stride() + j));
        }

        void run(int m, int n, int k, float alpha, FloatPointer a, FloatPointer b, float beta, FloatPointer c) {
            openblas.cblas_sgemm(
                    openblas.CblasRowMajor,
                    viewA.isTransposed() ? openblas.CblasTrans : openblas.CblasNoTrans,
                    viewB.isTransposed() ? openblas.CblasTrans : openblas.CblasNoTrans,
                    m,
                    n,
                    k,
                    alpha,
                    a,
                    viewA.stride(),
                    b,
                    viewB.stride(),
                    beta,
                    c,
                    viewC.stride());
        }
    }
}

package org.expunge.influence.compute.cuda;

import static org.expunge.influence.compute.KernelChecks.checkBatch;
import static org.expunge.influence.compute.KernelChecks.checkCopy;
import static org.expunge.influence.compute.KernelChecks.checkGroup;
import static org.expunge.influence.compute.KernelChecks.checkHolds;
import static org.expunge.influence.compute.KernelChecks.checkProduct;
import static org.expunge.influence.compute.KernelChecks.checkSquaredProducts;

import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.LinearKernels;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.compute.cuda.driver.Cublas;
import org.expunge.influence.compute.cuda.driver.NativeBlock;

/** Products by cuBLAS, the rest by kernels. */
final class CudaLinear implements LinearKernels {
    /*
     * cuBLAS stores by columns. Memory that holds a row-major matrix holds its transpose by columns, so Cᵀ = Bᵀ Aᵀ is
     * asked for: B first, each operand with the transposition of its view, nothing moved.
     */

    private static final String MODULE = "linear";
    private static final int TILE = 32;

    private final CudaDevice device;
    private final MathMode mode;
    private final CudaSquares squares;
    private final CudaGroups groups;
    /** α and β, which cuBLAS reads before it returns. */
    private final ThreadLocal<NativeBlock> scalars = ThreadLocal.withInitial(() -> new NativeBlock(2 * Float.BYTES));

    CudaLinear(CudaDevice device, MathMode mode) {
        this.device = device;
        this.mode = mode;
        this.squares = new CudaSquares(device, this, mode);
        this.groups = new CudaGroups(device, mode);
    }

    @Override
    public void multiply(double alpha, Matrix a, Matrix b, double beta, Matrix c) {
        checkProduct(a, b, c);
        multiplyChecked(1, alpha, a, 0, b, 0, beta, c, 0);
    }

    @Override
    public void multiplyBatch(
            int count, double alpha, Matrix a, int strideA, Matrix b, int strideB, double beta, Matrix c, int strideC) {
        checkProduct(a, b, c);
        checkBatch("matrices A", a, strideA, count);
        checkBatch("matrices B", b, strideB, count);
        checkBatch("matrices C", c, strideC, count);
        multiplyChecked(count, alpha, a, strideA, b, strideB, beta, c, strideC);
    }

    @Override
    public void multiplyGroup(List<Product> products) {
        checkGroup(products);
        List<Product> together = new ArrayList<>();
        List<Product> alone = new ArrayList<>();
        products.forEach(product -> (groups.takes(product) ? together : alone).add(product));
        if (together.size() < 2 || !groups.multiply(together)) {
            alone.addAll(together);
        }
        alone.forEach(one -> multiply(one.alpha(), one.a(), one.b(), one.beta(), one.c()));
    }

    private void multiplyChecked(
            int count, double alpha, Matrix a, int strideA, Matrix b, int strideB, double beta, Matrix c, int strideC) {
        if (c.rows() == 0 || c.columns() == 0 || count == 0) {
            return;
        }
        if (a.columns() == 0) {
            scaleRows(count, beta, c, strideC);
            return;
        }
        long blas = device.stream().cublas();
        long left = device.read(a.buffer()).address(a.offset());
        long right = device.read(b.buffer()).address(b.offset());
        long to = device.write(c.buffer()).address(c.offset());
        NativeBlock factors = factors(alpha, beta);
        if (count == 1) {
            int status = Cublas.cublasGemmEx(
                    blas,
                    operation(b),
                    operation(a),
                    c.columns(),
                    c.rows(),
                    a.columns(),
                    factors.address(),
                    right,
                    Cublas.FLOAT32,
                    b.stride(),
                    left,
                    Cublas.FLOAT32,
                    a.stride(),
                    factors.address() + Float.BYTES,
                    to,
                    Cublas.FLOAT32,
                    c.stride(),
                    mode.computeType(),
                    Cublas.DEFAULT_ALGORITHM);
            check(status, "cublasGemmEx", 1, a, b, c);
        } else {
            int status = Cublas.cublasGemmStridedBatchedEx(
                    blas,
                    operation(b),
                    operation(a),
                    c.columns(),
                    c.rows(),
                    a.columns(),
                    factors.address(),
                    right,
                    Cublas.FLOAT32,
                    b.stride(),
                    strideB,
                    left,
                    Cublas.FLOAT32,
                    a.stride(),
                    strideA,
                    factors.address() + Float.BYTES,
                    to,
                    Cublas.FLOAT32,
                    c.stride(),
                    strideC,
                    count,
                    mode.computeType(),
                    Cublas.DEFAULT_ALGORITHM);
            check(status, "cublasGemmStridedBatchedEx", count, a, b, c);
        }
    }

    @Override
    public void addSquaredProducts(int count, Matrix a, int strideA, Matrix b, Sums sums, int offset) {
        checkSquaredProducts(count, a, strideA, b, sums, offset);
        if (count > 0 && a.rows() > 0 && a.columns() > 0 && b.columns() > 0) {
            squares.add(count, a, strideA, b, sums, offset);
        }
    }

    /** The product of matrices with an empty inner dimension is 0. */
    private void scaleRows(int count, double beta, Matrix c, int strideC) {
        long length = (long) count * c.rows() * c.columns();
        device.launch(MODULE, "scaleRows")
                .write(c.buffer(), c.offset())
                .value((float) beta)
                .value(length)
                .value(c.rows())
                .value(c.columns())
                .value(c.stride())
                .value((long) strideC)
                .over(length);
    }

    /**
     * {@inheritDoc}
     *
     * <p>In float32 by {@code ssyrk}; in the other modes the whole product takes less time than its half in float32.
     */
    @Override
    public void square(Matrix x, Buffer c) {
        int m = x.rows();
        Matrix to = Matrix.of(c, m, m);
        if (mode != MathMode.FLOAT32 || m == 0 || x.columns() == 0) {
            multiply(1, x, x.transposed(), 0, to);
            return;
        }
        checkProduct(x, x.transposed(), to);
        long blas = device.stream().cublas();
        long from = device.read(x.buffer()).address(x.offset());
        long product = device.write(c).address(0);
        NativeBlock factors = factors(1, 0);
        int status = Cublas.cublasSsyrk_v2(
                blas,
                Cublas.UPPER, // by columns: the lower triangle by rows
                operation(x.transposed()),
                m,
                x.columns(),
                factors.address(),
                from,
                x.stride(),
                factors.address() + Float.BYTES,
                product,
                m);
        check(status, "cublasSsyrk", 1, x, x.transposed(), to);
    }

    private NativeBlock factors(double alpha, double beta) {
        NativeBlock factors = scalars.get();
        factors.bytes().putFloat(0, (float) alpha).putFloat(Float.BYTES, (float) beta);
        return factors;
    }

    /** Returns cuBLAS's number of what is done to a matrix as it is stored. */
    static int operation(Matrix view) {
        return view.isTransposed() ? Cublas.TRANSPOSED : Cublas.AS_STORED;
    }

    private static void check(int status, String call, int count, Matrix a, Matrix b, Matrix c) {
        if (status != 0) {
            Cublas.check(
                    status,
                    call,
                    "%s products of %s × %s by %s × %s with strides %s, %s and %s",
                    count,
                    a.rows(),
                    a.columns(),
                    b.rows(),
                    b.columns(),
                    a.stride(),
                    b.stride(),
                    c.stride());
        }
    }

    @Override
    public void transpose(int rows, int columns, Buffer from, Buffer to) {
        checkHolds("the matrix", from, (long) rows * columns);
        checkHolds("its transpose", to, (long) rows * columns);
        if (rows == 0 || columns == 0) {
            return;
        }
        int tiles = ((rows - 1) / TILE + 1) * ((columns - 1) / TILE + 1);
        device.launch(MODULE, "transpose")
                .read(from)
                .write(to)
                .value(rows)
                .value(columns)
                .grid(tiles, 1, Launch.THREADS);
    }

    /** Copies a matrix to another of the same shape. */
    void copy(Matrix from, Matrix to) {
        checkCopy(from, to);
        long length = (long) from.rows() * from.columns();
        device.launch(MODULE, "copyRows")
                .value(length)
                .value(from.columns())
                .value(from.stride())
                .value(to.stride())
                .read(from.buffer(), from.offset())
                .write(to.buffer(), to.offset())
                .over(length);
    }

    @Override
    public void addScaled(int length, double alpha, Buffer x, Buffer y) {
        checkHolds("x", x, length);
        checkHolds("y", y, length);
        device.launch(MODULE, "addScaled")
                .value(length)
                .value((float) alpha)
                .read(x)
                .write(y)
                .overFours(length);
    }

    @Override
    public void scale(int length, double alpha, Buffer x) {
        checkHolds("x", x, length);
        device.launch(MODULE, "scale")
                .value(length)
                .value((float) alpha)
                .write(x)
                .overFours(length);
    }
}

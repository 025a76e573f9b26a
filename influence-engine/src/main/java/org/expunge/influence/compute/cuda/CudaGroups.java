package org.expunge.influence.compute.cuda;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.expunge.influence.compute.LinearKernels.Product;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.cuda.driver.Cublas;
import org.expunge.influence.compute.cuda.driver.CublasGroups;
import org.expunge.influence.compute.cuda.driver.NativeBlock;

/**
 * Products of different shapes by one call of cuBLAS, where it has that: of CUDA 12.5 and later, in float32 and tf32.
 *
 * <p>Addresses of the matrices travel to the device by the pinned memory of the calling thread; what is recorded as a
 * graph cannot have that, and is multiplied one by one.
 */
final class CudaGroups {
    /** System property: with {@code false} products are queued one by one. */
    static final String GROUPS = "expunge.cuda.groups";

    /** What cuBLAS asks of addresses where factors are rounded: its loads are of 16 bytes. */
    private static final int ALIGNMENT = 16;

    /** Products that there is room for at first. */
    private static final int SOME = 16;

    /** What cuBLAS reads of each product from host memory, an array each in the order of its arguments. */
    private static final ImmutableList<ToIntFunction<Product>> ARRAYS = ImmutableList.of(
            product -> CudaLinear.operation(product.b()),
            product -> CudaLinear.operation(product.a()),
            product -> product.c().columns(),
            product -> product.c().rows(),
            product -> product.a().columns(),
            product -> Float.floatToRawIntBits((float) product.alpha()),
            product -> product.b().stride(),
            product -> product.a().stride(),
            product -> Float.floatToRawIntBits((float) product.beta()),
            product -> product.c().stride(),
            product -> 1); // a group each

    private final CudaDevice device;
    private final MathMode mode;
    /** The arrays of a thread's last call. */
    private final ThreadLocal<NativeBlock> arrays =
            ThreadLocal.withInitial(() -> new NativeBlock(ARRAYS.size() * Integer.BYTES * SOME));

    private volatile boolean isRefused;

    CudaGroups(CudaDevice device, MathMode mode) {
        this.device = device;
        this.mode = mode;
        this.isRefused =
                !CublasGroups.isThere() || !System.getProperty(GROUPS, "true").equals("true");
    }

    /** Returns whether a product can be one of a group. */
    boolean takes(Product product) {
        Matrix a = product.a();
        boolean isEmpty = a.rows() == 0 || a.columns() == 0 || product.b().columns() == 0;
        return !isRefused && !isEmpty && !device.stream().isInReplay() && isAligned(product);
    }

    private boolean isAligned(Product product) {
        return mode == MathMode.FLOAT32
                || (address(product.a()) | address(product.b()) | address(product.c())) % ALIGNMENT == 0;
    }

    private long address(Matrix matrix) {
        return CudaBuffer.of(device, matrix.buffer()).address(matrix.offset());
    }

    /**
     * Multiplies products that were taken.
     *
     * @return whether cuBLAS has done it; false if it does not group such products on this GPU
     */
    boolean multiply(List<Product> products) {
        int count = products.size();
        CudaStream stream = device.stream();
        long blas = stream.cublas();
        long[] addresses = new long[3 * count];
        for (int i = 0; i < count; i++) { // B first: what is stored by rows is the transpose by columns
            Product product = products.get(i);
            addresses[i] = device.read(product.b().buffer()).address(product.b().offset());
            addresses[count + i] =
                    device.read(product.a().buffer()).address(product.a().offset());
            addresses[2 * count + i] =
                    device.write(product.c().buffer()).address(product.c().offset());
        }
        try (CudaBuffer onDevice = new CudaBuffer(device, addresses.length * (Long.BYTES / Float.BYTES))) {
            stream.staging().writeAddresses(addresses, onDevice);
            int status = call(blas, products, onDevice.address(0));
            if (status == Cublas.NOT_SUPPORTED || status == Cublas.NOT_ON_THIS_GPU) {
                isRefused = true; // for all threads; what this call answers is its own
                return false;
            }
            Cublas.check(status, "cublasGemmGroupedBatchedEx", "%s products; -D%s=false does without", count, GROUPS);
        }
        return true;
    }

    private int call(long blas, List<Product> products, long addresses) {
        int count = products.size();
        long onDevice = (long) count * Long.BYTES;
        long host = write(products);
        long step = (long) count * Integer.BYTES;
        return CublasGroups.cublasGemmGroupedBatchedEx(
                blas,
                host,
                host + step,
                host + 2 * step,
                host + 3 * step,
                host + 4 * step,
                host + 5 * step,
                addresses,
                Cublas.FLOAT32,
                host + 6 * step,
                addresses + onDevice,
                Cublas.FLOAT32,
                host + 7 * step,
                host + 8 * step,
                addresses + 2 * onDevice,
                Cublas.FLOAT32,
                host + 9 * step,
                count,
                host + 10 * step,
                mode.computeType());
    }

    /** Writes {@link #ARRAYS} and returns where they are: until this thread writes the next ones. */
    private long write(List<Product> products) {
        int count = products.size();
        int bytes = Math.multiplyExact(ARRAYS.size() * Integer.BYTES, count);
        NativeBlock block = arrays.get();
        if (block.bytes().capacity() < bytes) {
            block = new NativeBlock(bytes);
            arrays.set(block);
        }
        for (int array = 0; array < ARRAYS.size(); array++) {
            for (int i = 0; i < count; i++) {
                int number = ARRAYS.get(array).applyAsInt(products.get(i));
                block.bytes().putInt((array * count + i) * Integer.BYTES, number);
            }
        }
        return block.address();
    }
}

package org.expunge.benchmarks.micro;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Window;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How far each kernel of LeNet (28 × 28, 5 × 5 × 20, pool, 5 × 5 × 50, pool, 500, 10) is from its floor, over one tile.
 *
 * <p>Work of one example: products 0.58 MFLOP in the first convolution, 3.2 in the second, 0.8 in the dense layer, for
 * each of forward, weight gradient and (but for the first) input derivative; 14 400 and 32 000 numbers of columns; 11
 * 520 and 3 200 numbers before pooling. {@code largeProduct}, 2·1024³ FLOP, is the rate to compare with.
 *
 * <p>{@code OMP_NUM_THREADS=1 java -jar benchmarks/target/benchmarks.jar KernelBenchmark -p tile=32}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class KernelBenchmark {
    private static final int SIDE = 1_024;
    private static final Window FIRST = new Window(1, 28, 28, 5, 5, 1, 1, 0, 0, 1, 1, 24, 24);
    private static final Window FIRST_POOL = new Window(20, 24, 24, 2, 2, 2, 2, 0, 0, 1, 1, 12, 12);
    private static final Window SECOND = new Window(20, 12, 12, 5, 5, 1, 1, 0, 0, 1, 1, 8, 8);

    @Param({"16", "32", "64"})
    int tile;

    @Param("cpu")
    String backend;

    private Compute compute;
    private Buffer image;
    private Convolution first;
    private Convolution second;
    private Buffer pooled;
    private Buffer slots;
    private Buffer dense;
    private Buffer flat;
    private Buffer hidden;
    private Buffer large;
    private Buffer largeResult;

    /** The buffers of a convolution over a tile. */
    private final class Convolution {
        final Matrix weight;
        final Matrix columns;
        final Matrix output;
        final Buffer bias;

        Convolution(Window window, int outputs) {
            int positions = window.positions() * tile;
            weight = Matrix.of(random(outputs * window.patchLength()), outputs, window.patchLength());
            columns = Matrix.of(random(window.patchLength() * positions), window.patchLength(), positions);
            output = Matrix.of(random(outputs * positions), outputs, positions);
            bias = random(outputs);
        }

        void forward() {
            compute.linear().multiply(1, weight, columns, 0, output);
        }

        void weightGradient() {
            compute.linear().multiply(1, output, columns.transposed(), 0, weight);
        }

        void inputDerivative() {
            compute.linear().multiply(1, weight.transposed(), output, 0, columns);
        }
    }

    /** Allocates and draws everything. */
    @Setup
    public void allocate() {
        compute = Backends.create(backend);
        image = random(FIRST.inputLength() * tile);
        first = new Convolution(FIRST, 20);
        second = new Convolution(SECOND, 50);
        pooled = random(SECOND.inputLength() * tile);
        slots = compute.allocate(SECOND.inputLength() * tile);
        dense = random(500 * 800);
        flat = random(800 * tile);
        hidden = random(500 * tile);
        large = random(SIDE * SIDE);
        largeResult = compute.allocate(SIDE * SIDE);
    }

    /** Closes the backend; the process ends with the fork, and the buffers with it. */
    @TearDown
    public void close() {
        compute.close();
    }

    private Buffer random(int length) {
        return compute.of(new Random(length).doubles(length, -0.1, 0.1).toArray());
    }

    @Benchmark
    public Object largeProduct() {
        Matrix square = Matrix.of(large, SIDE, SIDE);
        compute.linear().multiply(1, square, square, 0, Matrix.of(largeResult, SIDE, SIDE));
        return largeResult;
    }

    @Benchmark
    public Object firstColumns() {
        compute.windows().imageToColumns(FIRST, tile, image, first.columns.buffer());
        return first;
    }

    @Benchmark
    public Object firstForward() {
        first.forward();
        return first;
    }

    @Benchmark
    public Object firstWeightGradient() {
        first.weightGradient();
        return first;
    }

    @Benchmark
    public Object firstBias() {
        compute.elements().addBias(20, FIRST.positions() * tile, first.bias, first.output.buffer());
        return first;
    }

    @Benchmark
    public Object firstBiasGradient() {
        compute.reductions().addRowSums(20, FIRST.positions() * tile, first.output.buffer(), first.bias);
        return first;
    }

    @Benchmark
    public Object pool() {
        compute.windows().maxPool(FIRST_POOL, tile, first.output.buffer(), pooled, slots);
        return pooled;
    }

    @Benchmark
    public Object poolBackward() {
        compute.windows().maxPoolBackward(FIRST_POOL, tile, slots, pooled, first.output.buffer());
        return first;
    }

    @Benchmark
    public Object secondColumns() {
        compute.windows().imageToColumns(SECOND, tile, pooled, second.columns.buffer());
        return second;
    }

    @Benchmark
    public Object secondForward() {
        second.forward();
        return second;
    }

    @Benchmark
    public Object secondWeightGradient() {
        second.weightGradient();
        return second;
    }

    @Benchmark
    public Object secondInputDerivative() {
        second.inputDerivative();
        return second;
    }

    @Benchmark
    public Object secondColumnsBack() {
        compute.windows().columnsToImage(SECOND, tile, second.columns.buffer(), pooled);
        return pooled;
    }

    @Benchmark
    public Object relu() {
        int length = SECOND.inputLength() * tile;
        compute.elements().activate(Activation.RELU, 0, length, pooled, pooled);
        return pooled;
    }

    @Benchmark
    public Object denseForward() {
        compute.linear()
                .multiply(1, Matrix.of(dense, 500, 800), Matrix.of(flat, 800, tile), 0, Matrix.of(hidden, 500, tile));
        return hidden;
    }

    @Benchmark
    public Object denseWeightGradient() {
        Matrix delta = Matrix.of(hidden, 500, tile);
        Matrix inputs = Matrix.of(flat, 800, tile);
        compute.linear().multiply(1, delta, inputs.transposed(), 0, Matrix.of(dense, 500, 800));
        return dense;
    }

    @Benchmark
    public Object denseInputDerivative() {
        Matrix weight = Matrix.of(dense, 500, 800);
        compute.linear().multiply(1, weight.transposed(), Matrix.of(hidden, 500, tile), 0, Matrix.of(flat, 800, tile));
        return flat;
    }
}

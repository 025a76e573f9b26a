package org.expunge.influence.curvature.kronecker;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.LinearKernels;
import org.expunge.influence.compute.LinearKernels.Product;
import org.expunge.influence.compute.Matrix;

/** One layer's matrices V of some vectors on a compute, one below the other, while they are multiplied. */
final class KroneckerStack implements AutoCloseable {
    private final Compute compute;
    private final KroneckerBlock block;
    private final KroneckerShape shape;
    private final int count;
    private final Buffer stack;
    private final Buffer between;

    private KroneckerStack(Compute compute, KroneckerBlock block, int count) {
        this.compute = compute;
        this.block = block;
        this.shape = block.shape();
        this.count = count;
        int numbers = Math.multiplyExact(count, shape.length());
        this.stack = compute.allocate(numbers);
        try {
            this.between = compute.allocate(numbers);
        } catch (RuntimeException e) {
            stack.close();
            throw e;
        }
    }

    /**
     * Multiplies some layers' parts of some vectors, with products of all layers together.
     *
     * @param blocks the layers
     * @param v vectors
     * @param scales what each is divided by on its way in, and multiplied by on its way out
     * @param to vectors, of which the layers' parts are overwritten
     * @param start flat index at which the vectors start: 0 for whole ones
     */
    static void multiply(
            Compute compute, List<KroneckerBlock> blocks, double[][] v, double[] scales, double[][] to, int start) {
        List<KroneckerStack> stacks = new ArrayList<>();
        try {
            for (KroneckerBlock block : blocks) {
                KroneckerStack stack = new KroneckerStack(compute, block, v.length);
                stacks.add(stack);
                stack.write(v, scales, start);
            }
            LinearKernels linear = compute.linear();
            rotate(linear, stacks, vectors -> vectors.all().transposed(), EigenvectorBuffers::outputs);
            stacks.forEach(KroneckerStack::divide);
            rotate(
                    linear,
                    stacks,
                    EigenvectorBuffers::all,
                    vectors -> vectors.outputs().transposed());
            stacks.forEach(stack -> stack.read(scales, to, start));
        } finally {
            stacks.forEach(KroneckerStack::close);
        }
    }

    private void write(double[][] v, double[] scales, int start) {
        int length = shape.length();
        for (int k = 0; k < count; k++) {
            compute.write(shape.gather(v[k], start, 1 / scales[k]), 0, stack, k * length, length);
        }
    }

    private void divide() {
        compute.elements().multiplyRows(count, shape.length(), stack, block.shares(), stack);
    }

    private void read(double[] scales, double[][] to, int start) {
        int length = shape.length();
        double[] product = new double[length];
        for (int k = 0; k < count; k++) {
            compute.read(stack, k * length, product, 0, length);
            shape.scatter(product, scales[k] / block.damping(), to[k], start);
        }
    }

    /** Replaces each V by {@code left · V · right}. */
    private static void rotate(
            LinearKernels linear,
            List<KroneckerStack> stacks,
            Function<EigenvectorBuffers, Matrix> right,
            Function<EigenvectorBuffers, Matrix> left) {
        linear.multiplyGroup(stacks.stream()
                .map(stack -> stack.byRight(right.apply(stack.block.vectors())))
                .toList());
        List<Product> single = new ArrayList<>();
        for (KroneckerStack stack : stacks) {
            Matrix factor = left.apply(stack.block.vectors());
            if (stack.count == 1) {
                single.add(new Product(1, factor, stack.first(stack.between), 0, stack.first(stack.stack)));
            } else {
                stack.multiplyByLeft(linear, factor);
            }
        }
        linear.multiplyGroup(single);
    }

    private Product byRight(Matrix right) {
        int rows = count * shape.outputs();
        int columns = shape.columns();
        return new Product(1, Matrix.of(stack, rows, columns), right, 0, Matrix.of(between, rows, columns));
    }

    private void multiplyByLeft(LinearKernels linear, Matrix left) {
        int step = shape.length();
        linear.multiplyBatch(count, 1, left, 0, first(between), step, 0, first(stack), step);
    }

    private Matrix first(Buffer of) {
        return Matrix.of(of, shape.outputs(), shape.columns());
    }

    @Override
    public void close() {
        stack.close();
        between.close();
    }
}

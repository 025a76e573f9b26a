package org.expunge.influence.curvature;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.GradientSums;
import org.expunge.influence.network.GradientSum;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Pass;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Tensors;
import org.expunge.influence.network.TileReplays;
import org.expunge.influence.network.Weights;

/**
 * A curvature of the mean loss over some rows, by products: what its kinds share. The network is in inference (running
 * statistics, no dropout).
 *
 * <p><b>Shapes.</b> {@code p × p}, in the order of {@link Network#layout}.
 *
 * <p><b>Units.</b> Loss per squared parameter; the mean over rows, never the sum.
 *
 * <p><b>Accuracy.</b> A product is summed in the precision of the engine over the tiles of one worker, then in double
 * over workers: exact to rounding on a double backend, to some {@code 1e-6} relative on a float32 one. The vector is
 * scaled by a power of two on its way in, so that tiny ones do not underflow in float32.
 *
 * <p><b>Cost.</b> Memory is a pass a worker and {@code workers + 1} vectors on the device; while several vectors are
 * multiplied, so many for each of the at most 16 that go through the tiles together. Not for use by several threads at
 * once.
 */
public abstract sealed class LossOperator implements RowOperator, AutoCloseable
        permits GaussNewton, Hessian, EmpiricalFisher {
    /** Vectors that go through the tiles together; by then the forward pass they share is a small part. */
    private static final int TOGETHER = 16;

    private final Network network;
    private final Dataset data;
    private final WeightDecay decay;
    private final int[] all;
    private final Weights weights;
    private final Passes passes;
    private final List<Product> products = new ArrayList<>();

    /**
     * Opens the operator of the mean loss plus a penalty.
     *
     * @param engine where products run
     * @param model the network and its parameters
     * @param data the rows, at least 1
     * @param decay adds {@code l2} to the diagonal of decayed parameters
     * @throws IllegalArgumentException if there are no rows
     */
    LossOperator(Engine engine, Model model, Dataset data, WeightDecay decay) {
        checkArgument(data.size() >= 1, "%s has no rows, so its mean loss has no curvature", data.name());
        this.network = model.network();
        this.data = data;
        this.decay = decay;
        this.all = IntStream.range(0, data.size()).toArray();
        this.weights = Weights.of(engine.compute(), model);
        this.passes = new Passes(engine, weights);
    }

    /** Returns the method's name, as in tables and files. */
    public abstract String method();

    /** Returns the rows whose mean loss is curved. */
    public final Dataset data() {
        return data;
    }

    /** Returns the penalty whose curvature is added. */
    public final WeightDecay decay() {
        return decay;
    }

    @Override
    public final int dimension() {
        return network.layout().length();
    }

    @Override
    public final void apply(double[] x, double[] y) {
        applyAll(new double[][] {x}, new double[][] {y});
    }

    @Override
    public final int rows() {
        return data.size();
    }

    @Override
    public final void applyAll(double[][] x, double[][] y) {
        applyAll(all, x, y);
    }

    @Override
    public final void applyAll(int[] rows, double[][] x, double[][] y) {
        checkArgument(rows.length >= 1, "there must be a row to average over");
        checkArgument(x.length == y.length, "there are %s vectors but room for %s products", x.length, y.length);
        for (int k = 0; k < x.length; k++) {
            network.layout().check(x[k]);
            network.layout().check(y[k]);
        }
        for (int from = 0; from < x.length; from += TOGETHER) {
            applyTogether(rows, x, y, from, Math.min(x.length, from + TOGETHER));
        }
        keepOne();
    }

    private void applyTogether(int[] rows, double[][] x, double[][] y, int from, int to) {
        List<Product> opened = products(to - from);
        for (int k = from; k < to; k++) {
            opened.get(k - from).begin(x[k]);
        }
        passes.forEachTile(data, rows, (worker, pass, row) -> {
            prepareTile(pass);
            opened.forEach(product -> {
                GradientSum sums = product.sums.of(worker);
                product.tiles.get(worker).run(pass, 0, () -> addTile(pass, product.direction, sums));
            });
        });
        for (int k = from; k < to; k++) {
            opened.get(k - from).finish(y[k], rows.length);
            decay.addProduct(network, 1, x[k], y[k]);
        }
    }

    private List<Product> products(int count) {
        while (products.size() < count) {
            products.add(new Product(passes.engine(), network));
        }
        return products.subList(0, count);
    }

    /** Gives back what only several vectors need. */
    private void keepOne() {
        while (products.size() > 1) {
            products.remove(products.size() - 1).close();
        }
    }

    /** Does, on a tile just forwarded, what directions have in common; nothing by default. */
    void prepareTile(Pass pass) {}

    /**
     * Adds the tile's part of the product along {@code direction}, summed over its rows, to {@code sums}.
     *
     * @param pass the pass, forwarded and prepared
     */
    abstract void addTile(Pass pass, Tensors direction, GradientSum sums);

    /** Writes the loss Hessian times the tangent at the logits. */
    static void lossCurvature(Pass pass, Buffer to) {
        Network network = pass.network();
        pass.compute()
                .losses()
                .hessianProduct(
                        network.loss(),
                        network.outputs(),
                        pass.batch(),
                        pass.logits(),
                        pass.targets(),
                        pass.outputTangent(),
                        to);
    }

    @Override
    public final void close() {
        products.forEach(Product::close);
        passes.close();
        weights.close();
    }

    /** One vector on its way through the tiles. */
    private static final class Product implements AutoCloseable {
        private final Tensors direction;
        private final GradientSums sums;
        private final List<TileReplays> tiles;
        private double scale;

        Product(Engine engine, Network network) {
            this.direction = new Tensors(engine.compute(), network.layout());
            this.sums = new GradientSums(engine, network.layout());
            this.tiles = Stream.generate(TileReplays::new)
                    .limit(engine.workers().count())
                    .toList();
        }

        void begin(double[] x) {
            scale = ParameterVector.powerOfTwoNear(x);
            direction.write(Arrays.stream(x).map(value -> value / scale).toArray());
            sums.clear();
        }

        void finish(double[] y, int rows) {
            sums.read(scale / rows, y);
        }

        @Override
        public void close() {
            tiles.forEach(TileReplays::close);
            sums.close();
            direction.close();
        }
    }
}

package org.expunge.influence.curvature;

import static com.google.common.base.Preconditions.checkArgument;

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
 * <p><b>Cost.</b> Memory is a pass a worker and {@code workers + 2} vectors on the device. Not for use by several
 * threads at once.
 */
public abstract sealed class LossOperator implements LinearOperator, AutoCloseable
        permits GaussNewton, Hessian, EmpiricalFisher {
    private final Network network;
    private final Dataset data;
    private final WeightDecay decay;
    private final Weights weights;
    private final Passes passes;
    private final Tensors direction;
    private final GradientSums sums;

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
        this.weights = Weights.of(engine.compute(), model);
        this.passes = new Passes(engine, weights);
        this.direction = new Tensors(engine.compute(), network.layout());
        this.sums = new GradientSums(engine, network.layout());
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
        network.layout().check(x);
        network.layout().check(y);
        double scale = ParameterVector.powerOfTwoNear(x);
        direction.write(scaled(x, 1 / scale));
        sums.clear();
        passes.forEachTile(data, (worker, pass, from) -> addTile(pass, direction, sums.of(worker)));
        sums.read(scale / data.size(), y);
        decay.addProduct(network, 1, x, y);
    }

    /**
     * Adds the tile's part of the product along {@code direction}, summed over its rows, to {@code sums}.
     *
     * @param pass the pass, forwarded
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

    private static double[] scaled(double[] x, double factor) {
        double[] y = x.clone();
        for (int i = 0; i < y.length; i++) {
            y[i] *= factor;
        }
        return y;
    }

    @Override
    public final void close() {
        sums.close();
        direction.close();
        passes.close();
        weights.close();
    }
}

package org.expunge.influence.curvature;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.GradientSums;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Pass;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Tensors;
import org.expunge.influence.network.Weights;

/**
 * The Jacobians {@code J_i} of the network's last pre-activations, one under the other, by products from either side;
 * or the factor {@code B} of the Gauss-Newton matrix {@code C = BᵀB} of the mean loss, with rows {@code √(1/n) S_iᵀ
 * J_i} and {@code S_i S_iᵀ = Λ_i}. The network is in inference.
 *
 * <p><b>Shapes.</b> {@code nK × p}; output k of row i is in line {@code iK + k}.
 *
 * <p><b>Units.</b> Pre-activation per parameter; for the factor the square root of loss, per parameter.
 *
 * <p><b>Accuracy.</b> As {@link LossOperator}. Least squares with {@code B} ({@code ‖Bx − c‖² + λ‖x‖²}) solves in
 * {@code C + λI} without squaring its condition number.
 *
 * <p><b>Cost.</b> A forward and a tangent pass for a product, a forward and a backward pass for a transposed one.
 * Memory is a pass a worker and {@code workers + 1} vectors on the device. Not for use by several threads at once.
 *
 * <p><b>Source.</b> B. A. Pearlmutter, "Fast Exact Multiplication by the Hessian", Neural Computation 6(1), 1994, for
 * the tangent; for softmax {@code S = diag(√π) − π√πᵀ}, as {@code √πᵀ√π = 1}.
 */
public final class Jacobian implements RectangularOperator, AutoCloseable {
    /** What a row of the data contributes. */
    public enum Lines {
        /** {@code J_i}: the derivatives of its pre-activations. */
        PRE_ACTIVATIONS,
        /** {@code √(1/n) S_iᵀ J_i}, so that {@code AᵀA} is the Gauss-Newton matrix of the mean loss. */
        GAUSS_NEWTON_FACTOR
    }

    private final Network network;
    private final Dataset data;
    private final Lines lines;
    private final Weights weights;
    private final Passes passes;
    private final Tensors direction;
    private final GradientSums sums;

    /**
     * Opens the operator.
     *
     * @param engine where products run
     * @param model the network and its parameters
     * @param data n rows, at least 1; targets take no part
     * @param lines what a row contributes
     * @throws IllegalArgumentException if there are no rows, or too many to number the lines
     */
    public Jacobian(Engine engine, Model model, Dataset data, Lines lines) {
        checkArgument(data.size() >= 1, "%s has no rows, so there is no Jacobian", data.name());
        this.network = model.network();
        long count = (long) data.size() * network.outputs();
        checkArgument(count <= Integer.MAX_VALUE, "%s lines are too many to number", count);
        this.data = data;
        this.lines = lines;
        this.weights = Weights.of(engine.compute(), model);
        this.passes = new Passes(engine, weights);
        this.direction = new Tensors(engine.compute(), network.layout());
        this.sums = new GradientSums(engine, network.layout());
    }

    @Override
    public int rows() {
        return data.size() * network.outputs();
    }

    @Override
    public int columns() {
        return network.layout().length();
    }

    @Override
    public void apply(double[] x, double[] y) {
        checkLines(y);
        double scale = ParameterVector.powerOfTwoNear(x);
        direction.write(Arrays.stream(x).map(value -> value / scale).toArray());
        passes.forEachTile(data, (worker, pass, from) -> {
            pass.tangent(direction);
            int batch = pass.batch();
            double[] tile = new double[network.outputs() * batch];
            pass.compute().read(pass.outputTangent(), 0, tile, 0, tile.length);
            double[] line = new double[network.outputs()];
            double[][] predictions = predictions(pass);
            for (int b = 0; b < batch; b++) {
                for (int k = 0; k < line.length; k++) {
                    line[k] = scale * tile[k * batch + b];
                }
                if (lines == Lines.GAUSS_NEWTON_FACTOR) {
                    multiplyByRoot(predictions[b], line, true);
                }
                System.arraycopy(line, 0, y, (from + b) * line.length, line.length);
            }
        });
    }

    @Override
    public void applyTransposed(double[] y, double[] x) {
        checkLines(y);
        network.layout().check(x);
        double scale = ParameterVector.powerOfTwoNear(y);
        sums.clear();
        passes.forEachTile(data, (worker, pass, from) -> {
            int batch = pass.batch();
            double[] tile = new double[network.outputs() * batch];
            double[] line = new double[network.outputs()];
            double[][] predictions = predictions(pass);
            for (int b = 0; b < batch; b++) {
                for (int k = 0; k < line.length; k++) {
                    line[k] = y[(from + b) * line.length + k] / scale;
                }
                if (lines == Lines.GAUSS_NEWTON_FACTOR) {
                    multiplyByRoot(predictions[b], line, false);
                }
                for (int k = 0; k < line.length; k++) {
                    tile[k * batch + b] = line[k];
                }
            }
            Buffer delta = pass.outputDelta();
            pass.compute().write(tile, 0, delta, 0, tile.length);
            pass.backward(sums.of(worker));
        });
        sums.read(scale, x);
    }

    private double[][] predictions(Pass pass) {
        return lines == Lines.GAUSS_NEWTON_FACTOR ? pass.predictions() : new double[0][];
    }

    private void checkLines(double[] y) {
        checkArgument(y.length == rows(), "there are %s numbers but the Jacobian has %s lines", y.length, rows());
    }

    /** Multiplies by {@code √(1/n) Sᵀ}, or by {@code √(1/n) S}. */
    private void multiplyByRoot(double[] prediction, double[] line, boolean isTransposed) {
        int outputs = line.length;
        if (network.loss() == Loss.SOFTMAX_CROSS_ENTROPY) {
            multiplyBySoftmaxRoot(prediction, line, isTransposed);
        }
        for (int k = 0; k < outputs; k++) {
            double curvature = switch (network.loss()) {
                case SOFTMAX_CROSS_ENTROPY -> 1;
                case SIGMOID_CROSS_ENTROPY -> prediction[k] * (1 - prediction[k]);
                case MEAN_SQUARED_ERROR -> 2.0 / outputs;
                case SQUARED_ERROR -> 2;
            };
            line[k] *= Math.sqrt(curvature / data.size());
        }
    }

    private static void multiplyBySoftmaxRoot(double[] prediction, double[] line, boolean isTransposed) {
        double along = 0;
        for (int k = 0; k < line.length; k++) {
            along += line[k] * (isTransposed ? prediction[k] : Math.sqrt(prediction[k]));
        }
        for (int k = 0; k < line.length; k++) {
            double root = Math.sqrt(prediction[k]);
            line[k] = isTransposed ? root * (line[k] - along) : root * line[k] - prediction[k] * along;
        }
    }

    @Override
    public void close() {
        sums.close();
        direction.close();
        passes.close();
        weights.close();
    }
}

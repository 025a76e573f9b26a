package org.expunge.influence.score.perturbation;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.GradientSums;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.LayerConsumer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Tensors;
import org.expunge.influence.network.Weights;
import org.expunge.influence.score.QuerySolver;

/**
 * The derivative of a training row's score with respect to the row's features: {@code ∂/∂x_i [g_qᵀ C⁻¹ g_i]}. Moving
 * row i by δ and training anew changes the query's loss by about {@code −(1/n) (∂score/∂x_i)ᵀ δ}.
 *
 * <p><b>Shapes.</b> n rows of d features each give {@code n × d}.
 *
 * <p><b>Units.</b> Score for each unit of a feature, as the network sees it (after normalisation).
 *
 * <p><b>Accuracy.</b> Exact derivatives, in the precision of the engine; at kinks (ReLU, maximum pooling) those of the
 * active piece. The direction is scaled by a power of two on its way in, so that tiny ones do not underflow.
 *
 * <p><b>Cost.</b> For each query one solve, and one forward, one tangent and one backward pass with its tangent over
 * the rows.
 *
 * <p><b>Source.</b> P. W. Koh and P. Liang, "Understanding Black-box Predictions via Influence Functions", ICML 2017,
 * section 2.2, with the sign of {@link org.expunge.influence.score}: theirs is the negative.
 */
public final class InputPerturbation {
    private final Engine engine;
    private final Model model;

    /**
     * Differentiates at a model.
     *
     * @param engine where to compute
     * @param model the model
     */
    public InputPerturbation(Engine engine, Model model) {
        this.engine = engine;
        this.model = model;
    }

    /**
     * Returns the derivatives of the rows' scores for one query.
     *
     * @param rows n rows with the labels that they were trained with
     * @param query one row with the label that is asked about
     * @param solver for the model's parameters
     * @return {@code n × d}
     * @throws IllegalArgumentException if there is not exactly 1 query
     */
    public double[][] derivatives(Dataset rows, Dataset query, QuerySolver solver) {
        checkArgument(query.size() == 1, "%s holds %s rows but one query is needed", query.name(), query.size());
        return derivatives(rows, solver.solve(new PerExample(engine).sumGradient(model, query)));
    }

    /**
     * Returns {@code ∂/∂x_i ⟨s, g_i⟩} for each row.
     *
     * @param rows n rows with the labels that they were trained with
     * @param s p finite numbers, most often {@code C⁻¹ g_q}
     * @return {@code n × d}
     */
    public double[][] derivatives(Dataset rows, double[] s) {
        model.network().layout().check(s);
        double scale = ParameterVector.powerOfTwoNear(s);
        double[] scaled = Arrays.stream(s).map(value -> value / scale).toArray();
        double[][] derivatives = new double[rows.size()][];
        try (Weights weights = Weights.of(engine.compute(), model);
                GradientSums sums = new GradientSums(engine, model.network().layout());
                Passes passes = new Passes(engine, weights, true);
                Tensors direction = Tensors.of(engine.compute(), model.network().layout(), scaled)) {
            passes.forEachTile(rows, (worker, pass, from) -> {
                pass.lossDelta();
                pass.backward(LayerConsumer.NONE);
                pass.tangent(direction);
                pass.lossDeltaTangent();
                pass.backwardTangent(sums.of(worker).sums());
                double[][] tile = pass.inputDeltaTangent();
                for (int b = 0; b < tile.length; b++) {
                    derivatives[from + b] =
                            Arrays.stream(tile[b]).map(value -> scale * value).toArray();
                }
            });
        }
        return derivatives;
    }
}

package org.expunge.influence.score;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.network.Model;

/**
 * {@code ⟨g_q, g_i⟩} at one model, usually the trained one.
 *
 * <p><b>Units.</b> Loss squared per squared parameter; large losses dominate ({@link Cosine} and {@link Gas} do not let
 * them).
 *
 * <p><b>Source.</b> Z. Yang, H. Yue, J. Chen, H. Liu, "Revisit, Extend, and Enhance Hessian-Free Influence Functions",
 * arXiv:2405.17490, 2024: the inverse Hessian replaced by the identity.
 */
public final class InnerProduct extends TrajectoryEstimator {
    /**
     * Scores at one model.
     *
     * @param engine where to compute
     * @param model the model
     * @param options how to cut the work
     */
    public InnerProduct(Engine engine, Model model, Options options) {
        super("inner-product", engine, single(model), options, Measure.INNER_PRODUCT, false);
    }
}

package org.expunge.influence.curvature.store;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.EmpiricalFisher;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.Hessian;
import org.expunge.influence.curvature.LossOperator;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;

/** The curvatures that are known by their products. */
public enum CurvatureKind {
    /** {@link GaussNewton}. */
    GAUSS_NEWTON,
    /** {@link Hessian}. */
    HESSIAN,
    /** {@link EmpiricalFisher}. */
    EMPIRICAL_FISHER;

    /** Opens the curvature of the mean loss over some rows; the caller closes it. */
    LossOperator open(Engine engine, Model model, Dataset data, WeightDecay decay) {
        return switch (this) {
            case GAUSS_NEWTON -> new GaussNewton(engine, model, data, decay);
            case HESSIAN -> new Hessian(engine, model, data, decay);
            case EMPIRICAL_FISHER -> new EmpiricalFisher(engine, model, data, decay);
        };
    }
}

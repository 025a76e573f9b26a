package org.expunge.unlearning.inversion;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;

/**
 * Where a curvature is taken.
 *
 * @param engine where products run; stays the caller's to close
 * @param model the network and its parameters
 * @param data the rows whose mean loss it is of, at least 1
 * @param decay the penalty that is part of it
 */
public record Linearization(Engine engine, Model model, Dataset data, WeightDecay decay) {
    /** Opens products with the Gauss-Newton matrix and the penalty; the caller's to close. */
    GaussNewton gaussNewton() {
        return new GaussNewton(engine, model, data, decay);
    }

    /** Returns the same without the penalty. */
    Linearization withoutDecay() {
        return new Linearization(engine, model, data, WeightDecay.NONE);
    }
}

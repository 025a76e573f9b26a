package org.expunge.influence.score.target;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;

/**
 * A number that is to be low, and its derivative at the logits of validation rows, so that one backward pass gives its
 * gradient. Implementations are immutable.
 */
public interface Target {
    /** Returns a short name for tables and files. */
    String name();

    /**
     * Returns the rows at which the model is run: by default those given. They are constants of the derivative.
     *
     * @param engine where to compute
     * @param model the model
     * @param validation m rows
     * @return m rows with the same targets and groups
     */
    default Dataset rows(Engine engine, Model model, Dataset validation) {
        return validation;
    }

    /**
     * Computes the value and its derivative.
     *
     * @param outputs of the rows, in order
     * @param rows what {@link #rows} gave: their targets and groups
     * @throws IllegalArgumentException if the rows do not have what the target needs: classes, groups, enough rows
     */
    TargetValue at(Outputs outputs, Dataset rows);

    /** Returns {@code |f|}: lowering it closes a gap whichever way it points. */
    default Target absolute() {
        return new AbsoluteTarget(this);
    }
}

package org.expunge.influence.score.target;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;

/**
 * The mean loss on attacked rows, {@code mean ℓ(x′_j, y_j; θ)}. The attack is made against the model that is scored and
 * then held still: how x′ moves with θ takes no part in the derivative.
 *
 * @param adversary makes the attack
 */
public record Robustness(Adversary adversary) implements Target {
    @Override
    public String name() {
        return "robustness-" + adversary.name();
    }

    @Override
    public Dataset rows(Engine engine, Model model, Dataset validation) {
        return adversary.attack(engine, model, validation);
    }

    @Override
    public TargetValue at(Outputs outputs, Dataset rows) {
        return new Utility(Utility.Kind.LOSS).at(outputs, rows);
    }
}

package org.expunge.unlearning.method.selected;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.unlearning.ForgetSet;

/** What the rows to forget pulled at: {@code (Σ_F g_i + m·l2·Dθ) / n_R}. */
final class RemovalGradient {
    private RemovalGradient() {}

    static double[] of(Engine engine, Model model, ForgetSet rows, WeightDecay decay) {
        double[] gradient = new PerExample(engine).sumGradient(model, rows.forget());
        decay.addProduct(model.network(), rows.forget().size(), model.parameters(), gradient);
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] /= rows.retain().size();
        }
        return gradient;
    }
}

package org.expunge.influence.score.hydra;

import java.util.List;
import org.expunge.influence.training.Optimizer;

/** How the parameters at the end depend on a gradient in each step, where the only curvature is weight decay. */
final class StepWeights {
    private StepWeights() {}

    /**
     * Goes back from the end.
     *
     * @param optimizer the update rule
     * @param learningRates η of each step
     * @param l2 weight decay of the parameter
     * @return c_t of each step
     */
    static double[] of(Optimizer optimizer, List<Double> learningRates, double l2) {
        double[] weights = new double[learningRates.size()];
        double ofVelocity = 0;
        double ofWeights = 1;
        for (int t = weights.length - 1; t >= 0; t--) {
            StepMap map = StepMap.of(optimizer, learningRates.get(t));
            weights[t] = map.ofDerivative(ofVelocity, ofWeights);
            double[] before = map.back(ofVelocity, ofWeights, l2);
            ofVelocity = before[0];
            ofWeights = before[1];
        }
        return weights;
    }
}

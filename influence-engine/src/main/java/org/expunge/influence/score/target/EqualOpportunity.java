package org.expunge.influence.score.target;

import java.util.Arrays;
import org.expunge.influence.data.Dataset;

/**
 * The gap in losses between two groups among rows whose label is the positive class: {@code mean_{second} ℓ −
 * mean_{first} ℓ}. Signed, positive where the first group is served better, as {@link DemographicParity} is.
 *
 * <p><b>Source.</b> M. Donini, L. Oneto, S. Ben-David, J. Shawe-Taylor and M. Pontil, "Empirical Risk Minimization
 * Under Fairness Constraints", NeurIPS 2018; as an influence target P. Li and H. Liu, ICML 2022.
 *
 * @param groups the two groups
 * @param positive the positive class
 */
public record EqualOpportunity(Groups groups, int positive) implements Target {
    @Override
    public String name() {
        return "equal-opportunity";
    }

    @Override
    public TargetValue at(Outputs outputs, Dataset rows) {
        int[] sides = groups.sides(rows);
        for (int j = 0; j < sides.length; j++) {
            sides[j] = rows.label(j) == positive ? sides[j] : 0;
        }
        double[] shares = GroupMeans.shares(name(), groups, sides);
        double value = 0;
        double[][] derivative = new double[shares.length][];
        for (int j = 0; j < shares.length; j++) {
            double share = -shares[j];
            value += share * outputs.loss(j);
            double[] row = outputs.lossDerivative(j);
            Arrays.setAll(row, k -> share * row[k]);
            derivative[j] = row;
        }
        return new TargetValue(value, derivative);
    }
}

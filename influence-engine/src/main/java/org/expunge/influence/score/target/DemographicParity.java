package org.expunge.influence.score.target;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import org.expunge.influence.data.Dataset;

/**
 * The gap in positive predictions between two groups: {@code mean_{first} p − mean_{second} p}, with p the probability
 * of the positive class. Signed; {@link #absolute} closes it whichever way it points.
 *
 * <p><b>Source.</b> P. Li and H. Liu, "Achieving Fairness at No Utility Cost via Data Reweighing with Influence", ICML
 * 2022, section 3, with the sign of the first group less the second.
 *
 * @param groups the two groups
 * @param positive the positive class
 */
public record DemographicParity(Groups groups, int positive) implements Target {
    @Override
    public String name() {
        return "demographic-parity";
    }

    @Override
    public TargetValue at(Outputs outputs, Dataset rows) {
        Probabilities probabilities = new Probabilities(name(), outputs);
        checkArgument(
                positive >= 0 && positive < probabilities.classes(),
                "the positive class %s is not one of the %s classes",
                positive,
                probabilities.classes());
        double[] shares = GroupMeans.shares(name(), groups, groups.sides(rows));
        double value = 0;
        double[][] derivative = new double[shares.length][];
        for (int j = 0; j < shares.length; j++) {
            double share = shares[j];
            value += share * probabilities.of(j, positive);
            double[] row = probabilities.derivative(j, positive);
            Arrays.setAll(row, k -> share * row[k]);
            derivative[j] = row;
        }
        return new TargetValue(value, derivative);
    }
}

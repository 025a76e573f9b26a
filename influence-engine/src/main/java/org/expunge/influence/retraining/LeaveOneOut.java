package org.expunge.influence.retraining;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * What a measure gains when a row, or a group, is removed and the model trained again: {@code mean_r [U(D ∖ i, r) −
 * U(D, r)]}. Of a query's loss, positive for proponents: the unit of scores divided by n.
 *
 * <p><b>Accuracy.</b> For networks the noise of the seeds is far larger than the effect of a row; the standard errors
 * say so. Meant for convex models, and for groups.
 *
 * @param effects m × k: of each output and removed row
 * @param standardErrors m × k, over repetitions; NaN with one
 */
public record LeaveOneOut(double[][] effects, double[][] standardErrors) {
    /**
     * Takes effects from retrainings.
     *
     * @param outputs of {@link Subsets#leavingOut}, best with paired seeds: the first subset is the full one
     */
    public static LeaveOneOut of(SubsetOutputs outputs) {
        int removals = outputs.subsets().count() - 1;
        checkArgument(
                outputs.subsets().rowsOf(0).length == outputs.subsets().rows(),
                "the first subset must have all rows; see Subsets.leavingOut");
        double[][][] values = outputs.values();
        double[][] effects = new double[outputs.outputs()][removals];
        double[][] errors = new double[outputs.outputs()][removals];
        for (int k = 0; k < removals; k++) {
            for (int q = 0; q < effects.length; q++) {
                double[] differences = new double[outputs.repetitions()];
                for (int r = 0; r < differences.length; r++) {
                    differences[r] = values[k + 1][r][q] - values[0][r][q];
                }
                Moments moments = Moments.of(differences);
                effects[q][k] = moments.mean();
                errors[q][k] = moments.standardError();
            }
        }
        return new LeaveOneOut(effects, errors);
    }
}

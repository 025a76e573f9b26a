package org.expunge.influence.retraining;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * What a measure gains when a row, or a group, is removed and the model trained again: {@code mean_r [U(D ∖ i, r) −
 * U(D, r)]}. Of a query's loss, positive for proponents: the unit of scores divided by n.
 *
 * <p><b>Accuracy.</b> For networks the noise of the seeds is far larger than the effect of a row; the standard errors
 * say so. Meant for convex models, and for groups.
 */
public final class LeaveOneOut {
    private final Moments[][] moments;

    private LeaveOneOut(Moments[][] moments) {
        this.moments = moments;
    }

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
        Moments[][] moments = new Moments[outputs.outputs()][removals];
        for (int k = 0; k < removals; k++) {
            for (int q = 0; q < moments.length; q++) {
                double[] differences = new double[outputs.repetitions()];
                for (int r = 0; r < differences.length; r++) {
                    differences[r] = values[k + 1][r][q] - values[0][r][q];
                }
                moments[q][k] = Moments.of(differences);
            }
        }
        return new LeaveOneOut(moments);
    }

    /** Returns m × k effects: of each output and removed row. */
    public double[][] effects() {
        return Moments.means(moments);
    }

    /** Returns m × k standard errors over repetitions; NaN with one. */
    public double[][] standardErrors() {
        return Moments.standardErrors(moments);
    }
}

package org.expunge.influence.training;

import java.util.Arrays;
import org.expunge.influence.data.Dataset;

/** Which rows of a trajectory are wanted, and where each stands among them. */
public final class TrackedRows {
    private final int[] positions;

    /**
     * Finds rows by id.
     *
     * @param trajectory the training
     * @param wanted rows of its training set, in any order
     * @throws IllegalArgumentException if a row is not in it; the message names the row
     */
    public TrackedRows(Trajectory trajectory, Dataset wanted) {
        Dataset train = trajectory.train();
        this.positions = new int[train.size()];
        Arrays.fill(positions, -1);
        for (int i = 0; i < wanted.size(); i++) {
            positions[train.rowOf(wanted.id(i))] = i;
        }
    }

    /** Returns the rows of a step that are wanted, as indices into the trajectory's training set. */
    public int[] of(Trajectory.Step step) {
        return Arrays.stream(step.rows()).filter(row -> positions[row] >= 0).toArray();
    }

    /** Returns where a row of the trajectory's training set stands among those wanted; −1 if it is not. */
    public int position(int row) {
        return positions[row];
    }
}

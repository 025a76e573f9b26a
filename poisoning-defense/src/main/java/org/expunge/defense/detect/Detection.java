package org.expunge.defense.detect;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Doubles;
import com.google.common.primitives.Ints;
import java.util.Arrays;
import java.util.List;
import org.expunge.defense.trace.RowRanking;

/**
 * What a detector says of the training rows.
 *
 * @param ranking a finite score for each row, larger = more suspicious
 * @param flagged rows that the detector's own rule picks out, ascending
 * @param notes what a reader should know of this result
 */
public record Detection(RowRanking ranking, List<Integer> flagged, List<String> notes) {
    /** Copies the lists. */
    public Detection {
        flagged = List.copyOf(flagged);
        notes = List.copyOf(notes);
    }

    /**
     * Puts a detection together.
     *
     * @param detector whose it is
     * @param scores one finite number a row
     * @param flagged row indices, in any order
     * @param notes what a reader should know
     */
    static Detection of(Detector detector, double[] scores, int[] flagged, String... notes) {
        for (int i = 0; i < scores.length; i++) {
            checkArgument(Double.isFinite(scores[i]), "%s gave row %s a score of %s", detector.name(), i, scores[i]);
        }
        int[] ascending = flagged.clone();
        Arrays.sort(ascending);
        return new Detection(
                new RowRanking(detector.name(), Doubles.asList(scores)), Ints.asList(ascending), List.of(notes));
    }

    /** Returns whether each of n rows is flagged; a new array. */
    public boolean[] flags() {
        boolean[] flags = new boolean[ranking.scores().size()];
        flagged.forEach(row -> flags[row] = true);
        return flags;
    }
}

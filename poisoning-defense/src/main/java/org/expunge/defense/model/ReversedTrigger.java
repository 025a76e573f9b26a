package org.expunge.defense.model;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;

/**
 * The smallest change found that turns inputs into a class.
 *
 * @param label the class
 * @param norm sum of the mask: how many pixels or features are replaced
 * @param success share of rows of other classes that it turns into the class
 * @param mask for each pixel (or feature of a table), how much of it is replaced, in [0, 1]
 * @param pattern what replaces each feature, in the units of the normalised rows
 */
public record ReversedTrigger(int label, double norm, double success, List<Double> mask, List<Double> pattern) {
    /** Copies the lists. */
    public ReversedTrigger {
        mask = List.copyOf(mask);
        pattern = List.copyOf(pattern);
        checkArgument(
                pattern.size() % mask.size() == 0,
                "a pattern of %s features has no mask of %s",
                pattern.size(),
                mask.size());
    }

    /**
     * Puts the trigger on rows.
     *
     * @param rows normalised rows
     * @return the changed rows, with their ids and labels
     */
    public Dataset stamp(Dataset rows) {
        int width = rows.shape().length();
        checkArgument(width == pattern.size(), "a trigger of %s features, rows of %s", pattern.size(), width);
        double[] values = new double[Math.multiplyExact(rows.size(), width)];
        for (int i = 0; i < rows.size(); i++) {
            double[] row = rows.row(i);
            for (int j = 0; j < width; j++) {
                double m = mask.get(j % mask.size());
                values[i * width + j] = (1 - m) * row[j] + m * pattern.get(j);
            }
        }
        return rows.withFeatures(Features.of(values, width));
    }
}

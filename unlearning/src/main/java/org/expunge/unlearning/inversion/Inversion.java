package org.expunge.unlearning.inversion;

import java.util.List;
import org.expunge.influence.curvature.ParameterVector;

/**
 * What an {@link Inverter} answered.
 *
 * @param solutions one for each λ, in order
 * @param products curvature products over all rows that were spent together
 * @param gradientPasses gradient passes over all rows that were spent together, as when factors are fitted
 */
public record Inversion(List<Solution> solutions, int products, int gradientPasses) {
    /** Copies the list. */
    public Inversion {
        solutions = List.copyOf(solutions);
    }

    /**
     * The answer for one λ.
     *
     * @param damping λ
     * @param direction {@code x}, length {@code p}
     * @param products products spent when it was reached; for a closed form the one that measures its residual
     * @param relativeResidual {@code ‖b − (C + l2·D + λI) x‖ / ‖b‖}; for a closed form {@code C} is the Gauss-Newton
     *     matrix, so that the residual says how near the form is to it
     * @param outcome how it ended, in a few words
     */
    public record Solution(
            double damping, ParameterVector direction, int products, double relativeResidual, String outcome) {}
}

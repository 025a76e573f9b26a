package org.expunge.unlearning.method.selected;

import java.util.List;
import java.util.function.DoubleFunction;
import org.expunge.unlearning.method.Candidate;

/**
 * Finds the longest step that is acceptable: of those given, and then between it and the next longer one, which was
 * not.
 */
final class LongestStep {
    /** Halvings of the ratio between the two: of steps that double, the longest is then known to 9 %. */
    private static final int HALVINGS = 3;

    private LongestStep() {}

    /**
     * Tries steps.
     *
     * @param steps longest first
     * @param offer offers the candidate of a step to the search
     */
    static void search(List<Double> steps, DoubleFunction<Candidate> offer) {
        for (int i = 0; i < steps.size(); i++) {
            if (offer.apply(steps.get(i)).isAcceptable()) {
                if (i > 0) {
                    refine(steps.get(i), steps.get(i - 1), offer);
                }
                return;
            }
        }
    }

    private static void refine(double acceptable, double tooLong, DoubleFunction<Candidate> offer) {
        double low = acceptable;
        double high = tooLong;
        for (int k = 0; k < HALVINGS; k++) {
            double between = Math.sqrt(low * high);
            if (offer.apply(between).isAcceptable()) {
                low = between;
            } else {
                high = between;
            }
        }
    }
}

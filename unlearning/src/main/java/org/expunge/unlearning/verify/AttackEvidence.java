package org.expunge.unlearning.verify;

import java.util.List;
import org.expunge.unlearning.membership.Estimate;
import org.expunge.unlearning.membership.Interval;
import org.jspecify.annotations.Nullable;

/**
 * What an attack beyond the population found, with its floors: one line a model, doing nothing and retraining among
 * them.
 *
 * @param attack its name
 * @param subject what was attacked: the released model, or the method on this recipe and these rows
 * @param models trainings behind it
 * @param seconds wall time
 * @param lines the figures of each model
 * @param gate its answer
 * @param limits what it cannot show, in words
 */
public record AttackEvidence(
        String attack,
        String subject,
        int models,
        double seconds,
        List<Line> lines,
        GateResult gate,
        List<String> limits) {
    /** Copies the lists. */
    public AttackEvidence {
        lines = List.copyOf(lines);
        limits = List.copyOf(limits);
    }

    /**
     * The figures of one model.
     *
     * @param model such as {@code before}, {@code after}, {@code retrained}
     * @param figures the same kinds in the same order in every line
     */
    public record Line(String model, List<Figure> figures) {
        /** Copies the list. */
        public Line {
            figures = List.copyOf(figures);
        }
    }

    /**
     * One figure.
     *
     * @param name what it is
     * @param value the figure
     * @param interval its 95 % interval; null where there is none
     * @param forgotten what it is where nothing is known of the rows; null where only a retrained model can say
     */
    public record Figure(
            String name,
            double value,
            @Nullable Interval interval,
            @Nullable Double forgotten) {
        static Figure of(String name, Estimate estimate, double forgotten) {
            return new Figure(name, estimate.value(), estimate.interval(), forgotten);
        }

        static Figure of(String name, double value) {
            return new Figure(name, value, null, null);
        }
    }
}

package org.expunge.unlearning.method;

import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.EpochMetrics;
import org.expunge.influence.training.TrainingResult;
import org.expunge.unlearning.Cost;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Guarantee;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;

/**
 * Trains again on the remaining rows, by the same recipe and with the same seed: the reference that every other method
 * is held against.
 *
 * <p><b>Shapes.</b> Any network.
 *
 * <p><b>Accuracy.</b> Exact: the forgotten rows are never read. What else was fitted on them (a normaliser, early
 * stopping's validation rows) is the caller's to make anew.
 *
 * <p><b>Cost.</b> One full training.
 *
 * <p><b>Source.</b> The definition of exact unlearning, as in Y. Cao and J. Yang, "Towards Making Systems Forget with
 * Machine Unlearning", IEEE S&amp;P 2015.
 */
public final class Retrain implements UnlearningMethod {
    /**
     * What was done.
     *
     * @param seed the seed of the training
     * @param rows rows that it learned from
     * @param epochs epochs run
     */
    public record Details(long seed, int rows, int epochs) {}

    private final Retraining training;
    private final long seed;

    /**
     * Makes the method.
     *
     * @param training the recipe
     * @param seed the seed that made the model; another one gives an equally exact model
     */
    public Retrain(Retraining training, long seed) {
        this.training = training;
        this.seed = seed;
    }

    @Override
    public String name() {
        return "retrain";
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.EXACT;
    }

    @Override
    public UnlearningResult forget(Model model, ForgetSet rows, Dataset validation) {
        if (rows.isEmpty()) {
            return UnlearningResult.nothingToRemove(model, this);
        }
        long start = System.nanoTime();
        TrainingResult trained = training.retrain(rows.retain(), validation, seed);
        int epochs =
                trained.metrics().stream().mapToInt(EpochMetrics::epoch).max().orElse(0);
        long passes = (long) epochs * rows.retain().size();
        return new UnlearningResult(
                trained.model(),
                UnlearningResult.Outcome.REMOVED,
                name(),
                guarantee(),
                new Details(seed, rows.retain().size(), epochs),
                new Cost((System.nanoTime() - start) * 1e-9, passes, 0, 0));
    }
}

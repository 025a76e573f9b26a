package org.expunge.unlearning.method.finetune;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.Ordering;
import java.util.List;
import org.expunge.influence.training.CheckpointPolicy;
import org.expunge.influence.training.EarlyStopping;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.unlearning.method.CandidateSearch;
import org.expunge.unlearning.method.UtilityGuard;

/**
 * How a model is trained on, and what is tried. The seed is that of {@code search}; it decides the order of rows,
 * dropout, and what else a method draws.
 *
 * @param optimizer the update rule, from a fresh state
 * @param learningRates constant rates to try, at least 1, ascending, each above 0; each starts at the model given
 * @param epochs epochs at each rate, at least 1; the model after each is a candidate
 * @param batchSize rows of a minibatch, at least 1
 * @param l2 the penalty of the training, {@code ½ · l2 · ‖w‖²} over weights, 0 or more
 * @param search how candidates are judged
 */
public record Tuning(
        Optimizer optimizer,
        List<Double> learningRates,
        int epochs,
        int batchSize,
        double l2,
        CandidateSearch.Options search) {
    /**
     * What made a candidate.
     *
     * @param learningRate the rate
     * @param epoch epochs done
     */
    public record Strength(double learningRate, int epoch) {}

    private static final int EPOCHS = 5;
    private static final int BATCH_SIZE = 32;

    /**
     * Adam, whose steps do not vanish with the gradients of a fitted model, at 3e-4 to 3e-3 for 5 epochs each; accuracy
     * may fall by two points, within which models that are trained on vary.
     */
    public static final Tuning DEFAULT = new Tuning(
            Optimizer.of(Optimizer.Kind.ADAM),
            List.of(3e-4, 1e-3, 3e-3),
            EPOCHS,
            BATCH_SIZE,
            0,
            CandidateSearch.Options.DEFAULT.withGuard(UtilityGuard.DEFAULT.withMaxAccuracyDrop(0.02)));

    /** Copies the list and checks the ranges. */
    public Tuning {
        learningRates = List.copyOf(learningRates);
        checkArgument(
                !learningRates.isEmpty() && Ordering.natural().isStrictlyOrdered(learningRates),
                "learningRates must ascend and have at least one, got %s",
                learningRates);
        checkArgument(
                learningRates.stream().allMatch(rate -> rate > 0 && Double.isFinite(rate)),
                "learningRates must be above 0, got %s",
                learningRates);
        checkArgument(epochs >= 1, "epochs must be at least 1, got %s", epochs);
        checkArgument(batchSize >= 1, "batchSize must be at least 1, got %s", batchSize);
        checkArgument(l2 >= 0 && Double.isFinite(l2), "l2 must be 0 or more, got %s", l2);
    }

    /** Returns the same with another update rule. */
    public Tuning withOptimizer(Optimizer value) {
        return new Tuning(value, learningRates, epochs, batchSize, l2, search);
    }

    /** Returns the same with other rates to try. */
    public Tuning withLearningRates(List<Double> value) {
        return new Tuning(optimizer, value, epochs, batchSize, l2, search);
    }

    /** Returns the same with another number of epochs at each rate. */
    public Tuning withEpochs(int value) {
        return new Tuning(optimizer, learningRates, value, batchSize, l2, search);
    }

    /** Returns the same with another batch size. */
    public Tuning withBatchSize(int value) {
        return new Tuning(optimizer, learningRates, epochs, value, l2, search);
    }

    /** Returns the same with the penalty of another recipe. */
    public Tuning withL2(double value) {
        return new Tuning(optimizer, learningRates, epochs, batchSize, value, search);
    }

    /** Returns the same with candidates judged in another way. */
    public Tuning withSearch(CandidateSearch.Options value) {
        return new Tuning(optimizer, learningRates, epochs, batchSize, l2, value);
    }

    /** Returns the seed of everything that is drawn. */
    public long seed() {
        return search.seed();
    }

    /** Returns how the trainer runs at one rate. */
    TrainingOptions training(double learningRate) {
        return new TrainingOptions(
                optimizer,
                Schedule.constant(learningRate),
                epochs,
                batchSize,
                l2,
                CheckpointPolicy.lastOnly(),
                EarlyStopping.NONE,
                seed());
    }
}

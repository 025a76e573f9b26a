package org.expunge.influence.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Ints;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.retraining.QueryFunctional;
import org.expunge.influence.retraining.RetrainedQueries;
import org.expunge.influence.retraining.Retrainings;
import org.expunge.influence.retraining.SubsetTask;
import org.expunge.influence.training.Checkpoint;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.Seeds;

/**
 * What any detector of wrong classes has to beat: the loss a row has anyway.
 *
 * <p><b>Cost.</b> A pass over the rows for each checkpoint, and one training for each fold.
 */
public final class MislabelControls {
    /** The loss under the last model. */
    public static final String FINAL_LOSS = "final loss";
    /** The mean loss under all checkpoints. */
    public static final String MEAN_LOSS = "mean loss over training";
    /** The loss under a model trained without the row's fold. */
    public static final String OUT_OF_FOLD_LOSS = "out-of-fold loss";
    /** The squared norm of the row's gradient at the last model. */
    public static final String GRADIENT_NORM = "squared gradient norm";

    private final Engine engine;
    private final int folds;

    /**
     * Prepares controls.
     *
     * @param engine where to compute; stays the caller's
     * @param folds at least 2
     */
    public MislabelControls(Engine engine, int folds) {
        checkArgument(folds >= 2, "folds must be at least 2, got %s", folds);
        this.engine = engine;
        this.folds = folds;
    }

    /**
     * Scores rows.
     *
     * @param train n rows with the classes they carry, at least as many as folds
     * @param checkpoints of a training on them, at least one; the last holds the model
     * @param recipe trains without a fold
     * @param seed of these trainings, and of the folds
     * @return n numbers by control, larger = more suspect
     */
    public Map<String, double[]> scores(Dataset train, List<Checkpoint> checkpoints, Recipe recipe, long seed) {
        PerExample perExample = new PerExample(engine);
        Model last = checkpoints.get(checkpoints.size() - 1).model();
        Map<String, double[]> scores = new LinkedHashMap<>();
        scores.put(FINAL_LOSS, perExample.losses(last, train));
        double[] mean = new double[train.size()];
        for (Checkpoint checkpoint : checkpoints) {
            double[] losses = perExample.losses(checkpoint.model(), train);
            Arrays.setAll(mean, i -> mean[i] + losses[i] / checkpoints.size());
        }
        scores.put(MEAN_LOSS, mean);
        scores.put(OUT_OF_FOLD_LOSS, outOfFold(train, recipe, seed));
        double[] norms = perExample.norms(last, train).total();
        scores.put(GRADIENT_NORM, Arrays.stream(norms).map(g -> g * g).toArray());
        return scores;
    }

    private double[] outOfFold(Dataset train, Recipe recipe, long seed) {
        checkArgument(train.size() >= folds, "%s rows do not make %s folds", train.size(), folds);
        int[] foldOf = IntStream.range(0, train.size()).map(i -> i % folds).toArray();
        Collections.shuffle(Ints.asList(foldOf), new Random(Seeds.derive(seed, folds)));
        SubsetTask task = new RetrainedQueries(recipe, train, train.select(new int[0]), train, QueryFunctional.LOSS);
        double[] losses = new double[train.size()];
        Retrainings.forEach(engine, folds, (single, fold) -> {
            int[] others = IntStream.range(0, foldOf.length)
                    .filter(i -> foldOf[i] != fold)
                    .toArray();
            double[] measured = task.measure(single, others, Seeds.derive(seed, fold));
            for (int i = 0; i < losses.length; i++) {
                if (foldOf[i] == fold) { // never write another fold's entry: folds run at once
                    losses[i] = measured[i];
                }
            }
        });
        return losses;
    }
}

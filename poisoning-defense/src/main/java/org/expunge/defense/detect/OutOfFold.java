package org.expunge.defense.detect;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.retraining.Retrainings;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.Retrainer;
import org.expunge.influence.training.Seeds;

/**
 * Probabilities for each row by a model that was not trained on it, nor on a copy of it.
 *
 * <p><b>Cost.</b> One training a fold, as many at once as there are workers.
 */
final class OutOfFold {
    /** Trains without a fold and answers for it. */
    @FunctionalInterface
    interface FoldModel {
        /**
         * Trains and answers.
         *
         * @param single where to compute, with one worker
         * @param train the rows outside the fold
         * @param held the rows of the fold
         * @param fold its number
         * @return for each held row, a probability a class
         */
        double[][] probabilities(Engine single, Dataset train, Dataset held, int fold);
    }

    private OutOfFold() {}

    /** Trains by a recipe. */
    static FoldModel by(Recipe recipe, Dataset validation, long seed) {
        return (single, train, held, fold) -> {
            var trained = new Retrainer(single, recipe).retrain(train, validation, Seeds.derive(seed, fold));
            return byClass(new Evaluator(single).evaluate(trained.model(), held).predictions());
        };
    }

    /** Returns n × C probabilities. */
    static double[][] probabilities(Engine engine, Dataset train, int[] foldOf, int folds, FoldModel model) {
        double[][] probabilities = new double[train.size()][];
        Retrainings.forEach(engine, folds, (single, fold) -> {
            int[] held = rows(foldOf, fold, true);
            int[] rest = rows(foldOf, fold, false);
            checkArgument(rest.length > 0, "fold %s holds all %s rows; ask for more folds", fold, train.size());
            if (held.length > 0) {
                double[][] answers = model.probabilities(single, train.select(rest), train.select(held), fold);
                for (int i = 0; i < held.length; i++) {
                    probabilities[held[i]] = answers[i];
                }
            }
        });
        return probabilities;
    }

    /**
     * Deals rows to folds, so that each label is spread evenly and copies stay together.
     *
     * @param train n rows
     * @param copies sets of copies
     * @param folds how many
     * @param seed decides the order in which sets are dealt
     * @return for each row, its fold
     */
    static int[] deal(Dataset train, CopySets copies, int folds, long seed) {
        checkArgument(train.size() >= folds, "%s rows do not make %s folds", train.size(), folds);
        List<List<Integer>> units = units(copies);
        Collections.shuffle(units, new Random(seed));
        units.sort(Comparator.comparingInt(unit -> -unit.size())); // stable: single rows stay shuffled
        int[] foldOf = new int[train.size()];
        int[][] ofLabel = new int[train.classes()][folds];
        int[] sizes = new int[folds];
        for (List<Integer> unit : units) {
            int label = train.label(unit.get(0));
            int fold = IntStream.range(0, folds)
                    .boxed()
                    .min(Comparator.<Integer>comparingInt(f -> ofLabel[label][f])
                            .thenComparingInt(f -> sizes[f]))
                    .orElseThrow();
            for (int row : unit) {
                foldOf[row] = fold;
                ofLabel[train.label(row)][fold]++;
            }
            sizes[fold] += unit.size();
        }
        return foldOf;
    }

    private static List<List<Integer>> units(CopySets copies) {
        List<List<Integer>> units = new ArrayList<>(copies.sets());
        boolean[] isCopy = new boolean[copies.setOf().size()];
        copies.sets().forEach(set -> set.forEach(row -> isCopy[row] = true));
        for (int i = 0; i < isCopy.length; i++) {
            if (!isCopy[i]) {
                units.add(List.of(i));
            }
        }
        return units;
    }

    private static int[] rows(int[] foldOf, int fold, boolean isHeld) {
        return IntStream.range(0, foldOf.length)
                .filter(i -> (foldOf[i] == fold) == isHeld)
                .toArray();
    }

    private static double[][] byClass(double[][] predictions) {
        double[][] probabilities = new double[predictions.length][];
        for (int i = 0; i < predictions.length; i++) {
            double[] p = predictions[i];
            probabilities[i] = p.length == 1 ? new double[] {1 - p[0], p[0]} : p;
        }
        return probabilities;
    }
}

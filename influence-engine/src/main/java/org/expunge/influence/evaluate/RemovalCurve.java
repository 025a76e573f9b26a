package org.expunge.influence.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.retraining.LastHidden;
import org.expunge.influence.retraining.LeaveOneOut;
import org.expunge.influence.retraining.Moments;
import org.expunge.influence.retraining.Retrainings;
import org.expunge.influence.retraining.SubsetTask;
import org.expunge.influence.retraining.Subsets;
import org.expunge.influence.score.TopK;

/**
 * What really happens to a query when the rows that a ranking puts first for it are removed and the model is trained
 * again: the rise of its loss, by number of rows removed.
 *
 * <p><b>Units.</b> Those of the measure. Standard errors are over queries, each a mean over seeds.
 *
 * <p><b>Accuracy.</b> Only worth something beside the baselines: {@link #random} and {@link #nearestNeighbours}.
 *
 * <p><b>Cost.</b> {@code R (1 + rankings · sizes · m)} trainings.
 *
 * <p><b>Source.</b> The counterfactual evaluation of A. Ilyas et al., "Datamodels: Predicting Predictions from Training
 * Data", ICML 2022, section 4.
 */
public final class RemovalCurve {
    /**
     * A point of a curve.
     *
     * @param ranking what ranked the rows
     * @param removed how many of each query's foremost rows were removed
     * @param rise of the measure, mean over queries
     */
    public record Point(String ranking, int removed, Moments rise) {}

    private final Engine engine;
    private final SubsetTask task;
    private final Retrainings.Options options;

    /**
     * Prepares curves.
     *
     * @param engine where to compute; stays the caller's
     * @param task trains on n rows and measures m queries
     * @param options how often; paired seeds are less noisy
     */
    public RemovalCurve(Engine engine, SubsetTask task, Retrainings.Options options) {
        this.engine = engine;
        this.task = task;
        this.options = options;
    }

    /**
     * Draws the curves.
     *
     * @param rankings by name, m × n: rows with the largest numbers are removed first, ties by row
     * @param sizes numbers of rows to remove, each from 1 to n − 1
     * @return a point for each ranking and size, in their order
     */
    public List<Point> points(Map<String, double[][]> rankings, List<Integer> sizes) {
        checkArgument(!rankings.isEmpty() && !sizes.isEmpty(), "curves need rankings and sizes");
        double[][] any = rankings.values().iterator().next();
        int queries = any.length;
        int rows = any[0].length;
        List<int[]> groups = new ArrayList<>();
        for (double[][] ranking : rankings.values()) {
            for (int size : sizes) {
                checkArgument(size >= 1 && size < rows, "%s of %s rows cannot be removed", size, rows);
                for (double[] scores : ranking) {
                    groups.add(TopK.of(scores, size, TopK.End.PROPONENTS).stream()
                            .mapToInt(TopK.Ranked::row)
                            .toArray());
                }
            }
        }
        double[][] effects = LeaveOneOut.of(
                        new Retrainings(engine, task).run(Subsets.leavingOut(rows, groups), options))
                .effects();
        List<Point> points = new ArrayList<>();
        int group = 0;
        for (String name : rankings.keySet()) {
            for (int size : sizes) {
                double[] rises = new double[queries];
                for (int q = 0; q < queries; q++) {
                    rises[q] = effects[q][group++];
                }
                points.add(new Point(name, size, Moments.of(rises)));
            }
        }
        return points;
    }

    /** Returns m × n random numbers: a ranking that knows nothing. */
    public static double[][] random(int queries, int rows, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[][] numbers = new double[queries][rows];
        for (double[] row : numbers) {
            Arrays.setAll(row, i -> random.nextDouble());
        }
        return numbers;
    }

    /** Returns m × n negative squared distances between what the last layer is given. */
    public static double[][] nearestNeighbours(Engine engine, Model model, Dataset train, Dataset queries) {
        double[][] rows = LastHidden.features(engine, model, train);
        double[][] wanted = LastHidden.features(engine, model, queries);
        double[][] nearness = new double[wanted.length][rows.length];
        for (int q = 0; q < wanted.length; q++) {
            for (int i = 0; i < rows.length; i++) {
                for (int j = 0; j < wanted[q].length; j++) {
                    nearness[q][i] -= (rows[i][j] - wanted[q][j]) * (rows[i][j] - wanted[q][j]);
                }
            }
        }
        return nearness;
    }
}

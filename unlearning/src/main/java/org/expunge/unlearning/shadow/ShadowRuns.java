package org.expunge.unlearning.shadow;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.retraining.RetrainingBank;
import org.expunge.influence.retraining.Retrainings;
import org.expunge.influence.retraining.SubsetOutputs;
import org.expunge.influence.retraining.Subsets;
import org.jspecify.annotations.Nullable;

/** The numbers of all runs, taken apart. */
final class ShadowRuns {
    /** The models of one run, in the order of their numbers. */
    enum Subject {
        BEFORE(0),
        AFTER(1),
        RETRAINED(2);

        private final int position;

        Subject(int position) {
            this.position = position;
        }
    }

    private static final int ACCURACIES = 2;

    private final boolean[][] isIn;
    private final double[][] numbers;
    private final int candidates;

    private ShadowRuns(SubsetOutputs outputs) {
        this.isIn = outputs.subsets().masks();
        this.numbers = outputs.means(); // of one repetition each
        this.candidates = outputs.subsets().rows();
    }

    /**
     * Makes the runs, as many at once as the engine has workers, or reads them.
     *
     * @param bank where they are kept, so that a killed audit goes on where it stood; null to keep them in memory
     */
    static ShadowRuns make(Engine engine, ShadowSetting setting, Probe probe, int runs, long seed, @Nullable Path bank)
            throws IOException {
        Subsets halves = Halves.draw(setting.candidates().size(), runs, seed);
        ShadowTask task = new ShadowTask(setting, probe);
        Retrainings.Options options = new Retrainings.Options(1, Retrainings.SeedPlan.FRESH, seed);
        return new ShadowRuns(
                bank == null
                        ? new Retrainings(engine, task).run(halves, options)
                        : RetrainingBank.fill(bank, engine, task, halves, options));
    }

    /** Returns T × c: whether a row was learned and forgotten in a run. */
    boolean[][] isIn() {
        return isIn;
    }

    /** Returns T × c: what the probe measured. */
    double[][] measured(Subject subject) {
        int from = offset(subject);
        return Arrays.stream(numbers)
                .map(run -> Arrays.copyOfRange(run, from, from + candidates))
                .toArray(double[][]::new);
    }

    /** Returns what the probe measured of forgotten rows, or of rows that a run never had: T/2 × c. */
    double[][] measured(Subject subject, boolean side) {
        double[][] all = measured(subject);
        double[][] some = new double[all.length / 2][candidates];
        for (int t = 0; t < all.length; t++) {
            for (int c = 0; c < candidates; c++) {
                if (isIn[t][c] == side) {
                    some[t / 2][c] = all[t][c];
                }
            }
        }
        return some;
    }

    /** Returns the accuracy on base rows in each run. */
    double[] baseAccuracies(Subject subject) {
        return column(offset(subject) + candidates);
    }

    /** Returns the accuracy on test rows in each run. */
    double[] testAccuracies(Subject subject) {
        return column(offset(subject) + candidates + 1);
    }

    /** Returns in how many runs the method gave a new model. */
    int removed() {
        return (int) Arrays.stream(column(numbers[0].length - 1)).sum();
    }

    int count() {
        return numbers.length;
    }

    private int offset(Subject subject) {
        return subject.position * (candidates + ACCURACIES);
    }

    private double[] column(int column) {
        return Arrays.stream(numbers).mapToDouble(run -> run[column]).toArray();
    }
}

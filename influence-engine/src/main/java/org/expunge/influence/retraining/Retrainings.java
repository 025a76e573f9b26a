package org.expunge.influence.retraining;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.training.Seeds;

/**
 * Trains on every subset with every seed, as many at once as the engine has workers.
 *
 * <p><b>Shapes.</b> s subsets, R repetitions, m outputs.
 *
 * <p><b>Accuracy.</b> Each training runs on one worker, so its bits do not depend on how many there are.
 *
 * <p><b>Cost.</b> {@code s · R} trainings and measurements.
 */
public final class Retrainings {
    /** Which trainings share a seed. */
    public enum SeedPlan {
        /** Every training has its own, so that what is common to subsets is the rows alone. */
        FRESH,
        /** Repetition r has the same for all subsets, so that their differences hold less noise. */
        PAIRED
    }

    /**
     * How often to train, and from which seeds.
     *
     * @param repetitions R, at least 1
     * @param plan which trainings share a seed
     * @param seed the root
     */
    public record Options(int repetitions, SeedPlan plan, long seed) {
        /** Five fresh seeds a subset, root 0. */
        public static final Options DEFAULT = new Options(5, SeedPlan.FRESH, 0);

        /** Checks the number. */
        public Options {
            checkArgument(repetitions >= 1, "repetitions must be at least 1, got %s", repetitions);
        }

        /** Returns the seed of one training. */
        long seed(int subset, int repetition) {
            return plan == SeedPlan.PAIRED
                    ? Seeds.derive(seed, repetition)
                    : Seeds.derive(Seeds.derive(seed, subset), repetition);
        }
    }

    /** Takes measurements, and tells which of them are there already; called by several threads at once. */
    interface Cells {
        boolean isDone(int subset, int repetition);

        void put(int subset, int repetition, double[] values);
    }

    private record Cell(int subset, int repetition) {}

    private final Engine engine;
    private final SubsetTask task;

    /**
     * Prepares trainings.
     *
     * @param engine where to compute; stays the caller's
     * @param task what to train and measure
     */
    public Retrainings(Engine engine, SubsetTask task) {
        this.engine = engine;
        this.task = task;
    }

    /** Trains on every subset and keeps the measurements in memory. */
    public SubsetOutputs run(Subsets subsets, Options options) {
        double[][][] values = new double[subsets.count()][options.repetitions()][];
        fill(subsets, options, new Cells() {
            @Override
            public boolean isDone(int subset, int repetition) {
                return false;
            }

            @Override
            public void put(int subset, int repetition, double[] measured) {
                values[subset][repetition] = measured;
            }
        });
        return new SubsetOutputs(subsets, values);
    }

    /** Trains for every cell that is not there yet. */
    void fill(Subsets subsets, Options options, Cells cells) {
        List<Cell> missing = new ArrayList<>();
        for (int s = 0; s < subsets.count(); s++) {
            for (int r = 0; r < options.repetitions(); r++) {
                if (!cells.isDone(s, r)) {
                    missing.add(new Cell(s, r));
                }
            }
        }
        forEach(engine, missing.size(), (single, t) -> {
            Cell cell = missing.get(t);
            double[] values =
                    task.measure(single, subsets.rowsOf(cell.subset()), options.seed(cell.subset(), cell.repetition()));
            for (double value : values) {
                if (!Double.isFinite(value)) {
                    throw new ArithmeticException("training on subset " + cell.subset() + " with repetition "
                            + cell.repetition() + " gave a measure of " + value);
                }
            }
            cells.put(cell.subset(), cell.repetition(), values);
        });
    }

    /** One of several pieces of work that each get an engine of one worker. */
    public interface Piece {
        /** Does piece number {@code piece}. */
        void run(Engine single, int piece);
    }

    /** Shares pieces out over the workers of an engine; each gets an engine of one worker. */
    public static void forEach(Engine engine, int pieces, Piece piece) {
        List<Workers> singles = new ArrayList<>();
        try {
            for (int w = 0; w < engine.workers().count(); w++) {
                singles.add(new Workers(1));
            }
            engine.workers()
                    .run(
                            pieces,
                            (worker, p) ->
                                    piece.run(new Engine(engine.compute(), singles.get(worker), engine.tile()), p));
        } finally {
            singles.forEach(Workers::close);
        }
    }
}

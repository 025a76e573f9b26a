package org.expunge.defense.sanitize;

import com.google.common.math.Quantiles;
import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;

/**
 * Removes the foremost rows of a ranking in growing sets, trains without them each time, and stops when enough of the
 * inputs that they are said to be behind are no longer taken for the class; then sees whether the rows themselves,
 * which now are not trained on, are taken for another class as well, whether as many random rows of the class would
 * have done, and whether held-out members of the class are still known without the set.
 */
final class Annealing {
    static final int ANY_OTHER = -1;

    private final Training training;
    private final Predictor predictor;
    private final Sanitizer.Confirming rule;
    private final Dataset rows;
    private final Dataset targets;
    private final Dataset heldOut;
    private final int label;
    private final int trueLabel;

    /**
     * Makes a trial.
     *
     * @param rule what confirms a cluster
     * @param rows the training rows
     * @param targets the inputs
     * @param calibration held-out rows believed clean, with their true labels
     * @param label the class that the inputs are taken for
     * @param trueLabel the class that they are to be taken for instead; {@link #ANY_OTHER} for any
     */
    Annealing(
            Training training,
            Predictor predictor,
            Sanitizer.Confirming rule,
            Dataset rows,
            Dataset targets,
            Dataset calibration,
            int label,
            int trueLabel) {
        this.training = training;
        this.predictor = predictor;
        this.rule = rule;
        this.rows = rows;
        this.targets = targets;
        this.heldOut = calibration.select(IntStream.range(0, calibration.size())
                .filter(i -> calibration.label(i) == label)
                .toArray());
        this.label = label;
        this.trueLabel = trueLabel;
    }

    /**
     * What is no longer taken for the class when some rows are removed, as shares of inputs, held-out rows and these.
     */
    private record Trial(double flips, double lost, double rowFlips) {
        private static final Trial NONE = new Trial(0, 0, 0);
    }

    /** Most rows that may be removed, and what says so. */
    record Cap(int rows, Confirmation.Limit limit) {}

    /**
     * Tries.
     *
     * @param ranked indices of rows of the class, foremost first
     * @param cap most rows to remove
     * @param seed decides the random control
     */
    Confirmation confirm(int[] ranked, Cap cap, long seed) {
        List<Confirmation.Step> curve = new ArrayList<>();
        int count = 0;
        Trial trial = Trial.NONE;
        for (int next = rule.firstStep(rows.size());
                count < cap.rows() && trial.flips() < rule.flipShare();
                next = rule.nextStep(count)) {
            count = Math.min(cap.rows(), next);
            trial = without(Arrays.copyOf(ranked, count));
            curve.add(new Confirmation.Step(count, trial.flips(), trial.lost()));
        }
        if (count == 0 || trial.flips() < rule.flipShare()) {
            return new Confirmation(
                    curve,
                    count,
                    trial.flips(),
                    trial.rowFlips(),
                    Double.NaN,
                    Double.NaN,
                    heldOut.size(),
                    cap.limit(),
                    false,
                    curve.size());
        }
        List<Trial> random = random(ranked, count, seed);
        double flips =
                Quantiles.median().compute(random.stream().map(Trial::flips).toList());
        double lost = trial.lost()
                - Quantiles.median().compute(random.stream().map(Trial::lost).toList());
        boolean isMissed = lost > rule.mostLost() && Math.round(lost * heldOut.size()) > 1;
        boolean confirmed = trial.rowFlips() >= rule.rowFlipShare() && flips < rule.mostRandomFlips() && !isMissed;
        return new Confirmation(
                curve,
                count,
                trial.flips(),
                trial.rowFlips(),
                flips,
                heldOut.size() == 0 ? Double.NaN : lost,
                heldOut.size(),
                Confirmation.Limit.NONE,
                confirmed,
                curve.size() + rule.randomDraws());
    }

    private Trial without(int[] gone) {
        Model model = training.train(rows.without(gone)).model();
        return new Trial(
                taken(model, targets, trueLabel), taken(model, heldOut, ANY_OTHER), mistaken(model, rows.select(gone)));
    }

    /** Returns the share of rows that are taken for a class, or for any but {@link #label}. */
    private double taken(Model model, Dataset data, int wanted) {
        return data.size() == 0
                ? 0
                : Arrays.stream(predictor.labels(model, data))
                                .filter(y -> wanted == ANY_OTHER ? y != label : y == wanted)
                                .count()
                        / (double) data.size();
    }

    /** Returns the share of rows that are taken for another class than their own. */
    private double mistaken(Model model, Dataset gone) {
        int[] predicted = predictor.labels(model, gone);
        return IntStream.range(0, predicted.length)
                        .filter(i -> predicted[i] != gone.label(i))
                        .count()
                / (double) predicted.length;
    }

    private List<Trial> random(int[] pool, int count, long seed) {
        Random random = new Random(seed);
        List<Trial> trials = new ArrayList<>();
        for (int draw = 0; draw < rule.randomDraws(); draw++) {
            List<Integer> shuffled = new ArrayList<>(Ints.asList(pool));
            Collections.shuffle(shuffled, random);
            trials.add(without(Ints.toArray(shuffled.subList(0, count))));
        }
        return trials;
    }
}

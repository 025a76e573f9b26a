package org.expunge.defense.sanitize;

import com.google.common.math.Quantiles;
import com.google.common.primitives.Booleans;
import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;

/**
 * Removes the foremost rows of a ranking in growing sets, trains without them each time, and stops when enough of the
 * inputs that they are said to be behind are no longer taken for their class; then sees whether the rows themselves,
 * which now are not trained on, are taken for another class as well, whether as many random rows of the same classes
 * would have done, and whether held-out members of these classes are still known without the set.
 */
final class Annealing {
    private final Training training;
    private final Predictor predictor;
    private final Sanitizer.Confirming rule;
    private final Dataset rows;
    private final Targets targets;
    private final Targets heldOut;
    private final Goal goal;

    /** What the targets must come to: enough of them to be taken for another class. */
    record Goal(boolean isOfFirst, OptionalInt firstLabel) {
        static final Goal SHARE = new Goal(false, OptionalInt.empty());

        /** Returns the same, and that the first of them is taken for a class; for any other where none is given. */
        static Goal withFirst(OptionalInt label) {
            return new Goal(true, label);
        }
    }

    /**
     * Rows and the classes that they are taken for with the suspected rows.
     *
     * @param data n rows
     * @param labels n classes
     */
    record Targets(Dataset data, List<Integer> labels) {
        /** Copies the list. */
        Targets {
            labels = List.copyOf(labels);
        }

        /** Returns the rows of some classes, with their labels. */
        static Targets of(Dataset data, Collection<Integer> labels) {
            return of(data.select(IntStream.range(0, data.size())
                    .filter(i -> labels.contains(data.label(i)))
                    .toArray()));
        }

        private static Targets of(Dataset data) {
            return new Targets(
                    data,
                    IntStream.range(0, data.size()).map(data::label).boxed().toList());
        }

        private int size() {
            return labels.size();
        }
    }

    /**
     * Makes a trial.
     *
     * @param rule what confirms a cluster
     * @param rows the training rows
     * @param targets the inputs, with the classes that they are taken for
     * @param heldOut held-out rows of these classes believed clean, with their true labels
     * @param goal what the inputs must come to
     */
    Annealing(
            Training training,
            Predictor predictor,
            Sanitizer.Confirming rule,
            Dataset rows,
            Targets targets,
            Targets heldOut,
            Goal goal) {
        this.training = training;
        this.predictor = predictor;
        this.rule = rule;
        this.rows = rows;
        this.targets = targets;
        this.heldOut = heldOut;
        this.goal = goal;
    }

    /**
     * What is no longer taken for its class when some rows are removed, as shares of inputs, held-out rows and these.
     *
     * @param isFirstRight whether the first input came to what it must come to
     */
    private record Trial(double flips, double lost, double rowFlips, boolean isFirstRight) {
        private static final Trial NONE = new Trial(0, 0, 0, false);

        boolean reaches(double share) {
            return flips >= share && isFirstRight;
        }
    }

    /** Most rows that may be removed, and what says so. */
    record Cap(int rows, Confirmation.Limit limit) {}

    /**
     * Tries.
     *
     * @param ranked indices of rows of the classes, foremost first
     * @param first size of the smallest set
     * @param cap most rows to remove
     * @param going the rows that are to go where so many foremost ones are confirmed, these first
     * @param seed decides the random control
     */
    Confirmation confirm(int[] ranked, int first, Cap cap, IntFunction<List<Integer>> going, long seed) {
        List<Confirmation.Step> curve = new ArrayList<>();
        int count = 0;
        Trial trial = Trial.NONE;
        for (int next = first; count < cap.rows() && !trial.reaches(rule.flipShare()); next = rule.nextStep(count)) {
            count = Math.min(cap.rows(), next);
            trial = without(Arrays.copyOf(ranked, count));
            curve.add(new Confirmation.Step(count, trial.flips(), trial.lost()));
        }
        if (count == 0 || !trial.reaches(rule.flipShare())) {
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
        int[] all = going.apply(count).stream()
                .limit(cap.rows())
                .mapToInt(Integer::intValue)
                .toArray();
        // rows that are left of an attack teach the model those that were removed
        boolean isPart = trial.rowFlips() < rule.rowFlipShare() && all.length > count;
        double rowFlips = isPart ? Math.max(trial.rowFlips(), without(all).rowFlips()) : trial.rowFlips();
        List<Trial> random = random(Arrays.copyOf(ranked, count), seed);
        double flips =
                Quantiles.median().compute(random.stream().map(Trial::flips).toList());
        double lost = trial.lost()
                - Quantiles.median().compute(random.stream().map(Trial::lost).toList());
        boolean isMissed = lost > rule.mostLost() && Math.round(lost * heldOut.size()) > 1;
        boolean confirmed = rowFlips >= rule.rowFlipShare() && flips < rule.mostRandomFlips() && !isMissed;
        return new Confirmation(
                curve,
                count,
                trial.flips(),
                rowFlips,
                flips,
                heldOut.size() == 0 ? Double.NaN : lost,
                heldOut.size(),
                Confirmation.Limit.NONE,
                confirmed,
                curve.size() + (isPart ? 1 : 0) + rule.randomDraws());
    }

    private Trial without(int[] gone) {
        Model model = training.train(rows.without(gone)).model();
        boolean[] flipped = flipped(model, targets);
        boolean isFirstRight = !goal.isOfFirst() || flipped[0];
        if (goal.firstLabel().isPresent()) {
            int first = predictor.labels(model, targets.data().select(new int[] {0}))[0];
            isFirstRight = first == goal.firstLabel().getAsInt();
            flipped[0] = isFirstRight;
        }
        return new Trial(
                share(flipped),
                share(flipped(model, heldOut)),
                share(flipped(model, Targets.of(rows.select(gone)))),
                isFirstRight);
    }

    /** Returns which rows are taken for another class than theirs. */
    private boolean[] flipped(Model model, Targets of) {
        boolean[] flipped = new boolean[of.size()];
        if (flipped.length > 0) {
            int[] predicted = predictor.labels(model, of.data());
            for (int i = 0; i < flipped.length; i++) {
                flipped[i] = predicted[i] != of.labels().get(i);
            }
        }
        return flipped;
    }

    private static double share(boolean[] flipped) {
        return flipped.length == 0 ? 0 : Booleans.countTrue(flipped) / (double) flipped.length;
    }

    /** Removes random rows, as many of each class as the set holds. */
    private List<Trial> random(int[] set, long seed) {
        Random random = new Random(seed);
        List<Trial> trials = new ArrayList<>();
        for (int draw = 0; draw < rule.randomDraws(); draw++) {
            List<Integer> drawn = new ArrayList<>();
            int[] labels =
                    Arrays.stream(set).map(rows::label).sorted().distinct().toArray();
            for (int label : labels) {
                List<Integer> ofLabel = IntStream.range(0, rows.size())
                        .filter(row -> rows.label(row) == label)
                        .boxed()
                        .collect(Collectors.toCollection(ArrayList::new));
                Collections.shuffle(ofLabel, random);
                long count = Arrays.stream(set)
                        .filter(row -> rows.label(row) == label)
                        .count();
                drawn.addAll(ofLabel.subList(0, (int) count));
            }
            trials.add(without(Ints.toArray(drawn)));
        }
        return trials;
    }
}

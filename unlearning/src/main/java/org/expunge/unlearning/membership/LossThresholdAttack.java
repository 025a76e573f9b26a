package org.expunge.unlearning.membership;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;

/**
 * Calls a row forgotten where its loss is at most some threshold: the population attack on membership.
 *
 * <p><b>Shapes.</b> One loss a row.
 *
 * <p><b>Units.</b> The AUC is a probability; accuracy is over as many rows never seen as forgotten ones, so guessing
 * gives one half.
 *
 * <p><b>Accuracy.</b> 95 % intervals: DeLong's for the AUC, Wilson's for the accuracy. The threshold is chosen on the
 * other folds only, as the best threshold on the same rows is biased upwards. The attack looks at the population: it
 * can miss single rows that are still known.
 *
 * <p><b>Cost.</b> Sorting the losses, and {@code folds · m log m} for the thresholds.
 *
 * <p><b>Source.</b> S. Yeom, I. Giacomelli, M. Fredrikson and S. Jha, "Privacy Risk in Machine Learning: Analyzing the
 * Connection to Overfitting", CSF 2018, section 3; balanced folds as in the starting kit of the NeurIPS 2023 unlearning
 * challenge.
 */
public final class LossThresholdAttack {
    /**
     * How the attack is run.
     *
     * @param minRows fewest rows on each side, at least {@code folds}
     * @param folds parts of the cross-validation, at least 2
     * @param seed decides folds and which rows never seen are used
     */
    public record Options(int minRows, int folds, long seed) {
        /** At least 20 rows on each side: with fewer, an AUC's 95 % interval is wider than ±0.18. 5 folds. */
        public static final Options DEFAULT = new Options(20, 5, 0);

        /** Checks the ranges. */
        public Options {
            checkArgument(folds >= 2, "folds must be at least 2, got %s", folds);
            checkArgument(minRows >= folds, "minRows must be at least the %s folds, got %s", folds, minRows);
        }
    }

    private final Options options;

    /** Keeps the options. */
    public LossThresholdAttack(Options options) {
        this.options = options;
    }

    /**
     * Attacks one model.
     *
     * @param forget the forgotten rows
     * @param forgetLosses their losses under the model
     * @param unseen rows never trained on
     * @param unseenLosses their losses under the model
     * @return what it found; the same rows are compared for every model
     */
    public AttackOutcome attack(Dataset forget, double[] forgetLosses, Dataset unseen, double[] unseenLosses) {
        int needed = options.minRows();
        if (forget.size() < needed || unseen.size() < needed) {
            return new AttackOutcome.TooFewRows(forget.size(), unseen.size(), needed);
        }
        ClassMatch match = ClassMatch.of(forget, unseen, options.seed());
        double[] nonMembers = Arrays.stream(match.rows())
                .mapToDouble(row -> unseenLosses[row])
                .toArray();
        LossAuc auc = LossAuc.of(forgetLosses, nonMembers);
        int balanced = Math.min(forgetLosses.length, nonMembers.length);
        int right = toldRight(forgetLosses, nonMembers, balanced);
        double width = Interval.Z95 * auc.standardError();
        return new AttackOutcome.Measured(
                auc.value(),
                new Interval(Math.max(0, auc.value() - width), Math.min(1, auc.value() + width)),
                right / (2.0 * balanced),
                Interval.ofShare(right, 2 * balanced),
                forgetLosses.length,
                nonMembers.length,
                match.isMatched());
    }

    private int toldRight(double[] members, double[] nonMembers, int balanced) {
        Random random = new Random(options.seed());
        int[] ins = shuffled(members.length, random);
        int[] outs = shuffled(nonMembers.length, random);
        int right = 0;
        for (int fold = 0; fold < options.folds(); fold++) {
            int held = fold;
            double[] otherIns = losses(members, ins, balanced, i -> i % options.folds() != held);
            double[] otherOuts = losses(nonMembers, outs, balanced, i -> i % options.folds() != held);
            double threshold = bestThreshold(otherIns, otherOuts);
            right += count(losses(members, ins, balanced, i -> i % options.folds() == held), threshold, true);
            right += count(losses(nonMembers, outs, balanced, i -> i % options.folds() == held), threshold, false);
        }
        return right;
    }

    private static int[] shuffled(int length, Random random) {
        int[] order = IntStream.range(0, length).toArray();
        ClassMatch.shuffle(order, random);
        return order;
    }

    private static double[] losses(double[] losses, int[] order, int limit, java.util.function.IntPredicate isWanted) {
        return IntStream.range(0, limit)
                .filter(isWanted)
                .mapToDouble(i -> losses[order[i]])
                .toArray();
    }

    /** A threshold at which most rows are told right: halfway from the lowest such member's loss to the next loss. */
    private static double bestThreshold(double[] ins, double[] outs) {
        double[] sortedIns = ins.clone();
        double[] sortedOuts = outs.clone();
        Arrays.sort(sortedIns);
        Arrays.sort(sortedOuts);
        double best = Double.NEGATIVE_INFINITY;
        int bestScore = 0;
        int outsBelow = 0;
        for (int i = 0; i < sortedIns.length; i++) {
            while (outsBelow < sortedOuts.length && sortedOuts[outsBelow] <= sortedIns[i]) {
                outsBelow++;
            }
            if (i + 1 - outsBelow > bestScore) {
                bestScore = i + 1 - outsBelow;
                best = halfway(
                        sortedIns[i],
                        Math.min(
                                i + 1 < sortedIns.length ? sortedIns[i + 1] : Double.POSITIVE_INFINITY,
                                outsBelow < sortedOuts.length ? sortedOuts[outsBelow] : Double.POSITIVE_INFINITY));
            }
        }
        return best;
    }

    private static double halfway(double loss, double next) {
        return Double.isFinite(next) ? loss + (next - loss) / 2 : loss;
    }

    private static int count(double[] losses, double threshold, boolean isMember) {
        return (int) Arrays.stream(losses)
                .filter(loss -> (loss <= threshold) == isMember)
                .count();
    }
}

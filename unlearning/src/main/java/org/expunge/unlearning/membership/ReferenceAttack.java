package org.expunge.unlearning.membership;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;

/**
 * RMIA: is the true class of a row likelier under the model than under models that never saw it, by more than for other
 * rows? One or two reference models are enough.
 *
 * <p><b>Shapes.</b> One probability of the true class for each row and model.
 *
 * <p><b>Units.</b> Scores are shares of the population that a row dominates, in [0, 1].
 *
 * <p><b>Accuracy.</b> DeLong's interval for the AUC, Wilson's for the true positives, over rows: the accident of which
 * reference models were trained is not in it. It fades where references are many.
 *
 * <p><b>Cost.</b> A sort of the population, and a search for each row.
 *
 * <p><b>Source.</b> S. Zarifzadeh, P. Liu and R. Shokri, "Low-Cost High-Power Membership Inference Attacks", ICML 2024,
 * equations 5 and 10, with γ = 1 and the offline approximation of the mean over all models.
 */
public final class ReferenceAttack {
    /**
     * How the attack is run.
     *
     * @param slope a of {@code p̂ = ((1 + a) p̄ + 1 − a) / 2}: how the mean over models that did and did not see a row
     *     follows from those that did not; in [0, 1]
     * @param falsePositives rate at which true positives are reported, in (0, 1)
     */
    public record Options(double slope, double falsePositives) {
        /** A slope of 0.3, true positives at 1 % false ones. */
        public static final Options DEFAULT = new Options(0.3, 0.01);

        /** Checks the ranges. */
        public Options {
            checkArgument(slope >= 0 && slope <= 1, "slope must be in [0, 1], got %s", slope);
            checkArgument(
                    falsePositives > 0 && falsePositives < 1,
                    "falsePositives must be in (0, 1), got %s",
                    falsePositives);
        }
    }

    /** Probabilities of the true class. */
    public static final class Probabilities {
        private final double[] target;
        private final double[][] references;

        /**
         * Holds probabilities.
         *
         * @param target of each row, by the model under attack; copied
         * @param references models × rows, by models that never saw the rows; at least one model; copied
         */
        public Probabilities(double[] target, double[][] references) {
            checkArgument(references.length >= 1, "the attack needs at least one reference model");
            for (double[] reference : references) {
                checkArgument(
                        reference.length == target.length,
                        "a reference has %s rows but the model %s",
                        reference.length,
                        target.length);
            }
            this.target = target.clone();
            this.references = Arrays.stream(references).map(double[]::clone).toArray(double[][]::new);
        }
    }

    /**
     * What the attack reached.
     *
     * @param auc chance that the score of a forgotten row exceeds that of a row never seen; one half where forgotten
     * @param truePositives share of forgotten rows found with at most {@code falsePositives} of the others called so
     * @param falsePositives that rate
     * @param members forgotten rows
     * @param nonMembers rows never seen
     * @param references reference models
     */
    public record Found(
            Estimate auc, Estimate truePositives, double falsePositives, int members, int nonMembers, int references) {}

    private final Options options;

    /** Keeps the options. */
    public ReferenceAttack(Options options) {
        this.options = options;
    }

    /**
     * Attacks one model.
     *
     * @param members of the forgotten rows, at least 1
     * @param unseen of rows that neither the model nor a reference was trained on, at least 2; they are the population
     *     as well, each row without itself
     * @param nonMembers which of these rows are held against the forgotten ones: those of {@link ClassMatch}
     * @return what it reached
     */
    public Found attack(Probabilities members, Probabilities unseen, int[] nonMembers) {
        double[] population = ratios(unseen);
        double[] sorted = population.clone();
        Arrays.sort(sorted);
        double[] ins = Arrays.stream(ratios(members))
                .map(ratio -> below(sorted, ratio) / (double) sorted.length)
                .toArray();
        double[] outs = Arrays.stream(nonMembers)
                .mapToDouble(row -> below(sorted, population[row]) / (sorted.length - 1.0)) // never below itself
                .toArray();
        LossAuc auc = LossAuc.of(negated(ins), negated(outs));
        int hits = found(ins, outs);
        return new Found(
                new Estimate(auc.value(), Interval.around(auc.value(), auc.standardError())),
                new Estimate((double) hits / ins.length, Interval.ofShare(hits, ins.length)),
                options.falsePositives(),
                ins.length,
                outs.length,
                members.references.length);
    }

    private double[] ratios(Probabilities rows) {
        double[] ratios = new double[rows.target.length];
        double a = options.slope();
        for (int i = 0; i < ratios.length; i++) {
            double mean = 0;
            for (double[] reference : rows.references) {
                mean += reference[i] / rows.references.length;
            }
            ratios[i] = rows.target[i] / (((1 + a) * mean + 1 - a) / 2);
        }
        return ratios;
    }

    /** Returns how many of the sorted values lie below a value. */
    private static int below(double[] sorted, double value) {
        int at = Arrays.binarySearch(sorted, value);
        if (at < 0) {
            return -at - 1;
        }
        while (at > 0 && sorted[at - 1] == value) {
            at--;
        }
        return at;
    }

    private int found(double[] ins, double[] outs) {
        double[] sorted = outs.clone();
        Arrays.sort(sorted);
        int allowed = (int) (options.falsePositives() * outs.length);
        double threshold = sorted[sorted.length - 1 - allowed];
        return (int) Arrays.stream(ins).filter(score -> score > threshold).count();
    }

    private static double[] negated(double[] values) {
        return Arrays.stream(values).map(v -> -v).toArray();
    }
}

package org.expunge.influence.retraining;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Doubles;
import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * AME: what a source (a row, or a group that stands for one) adds on average to a measure, over subsets in which each
 * other source is with chance p, for p drawn from a few values. Found by a sparse regression on far fewer trainings
 * than there are sources, with the sources told from chance by knockoffs.
 *
 * <p><b>Units.</b> Those of the measure; negate a loss ({@link SubsetTask#negated}) for proponents to be positive.
 *
 * <p><b>Accuracy.</b> The penalty pulls {@link Result#effects} towards 0; {@link Result#refitted} are free of that for
 * the sources selected. Selection keeps the expected share of false ones at or below the rate asked for.
 *
 * <p><b>Cost.</b> Of order {@code k log n} trainings for k sources that matter; trainings on few sources should take as
 * many steps as on all ({@link RetrainedQueries.Length#STEPS}).
 *
 * <p><b>Source.</b> J. Lin, A. Zhang, M. Lécuyer, J. Li, A. Panda and S. Sen, "Measuring the Effect of Training Data on
 * Deep Learning Predictions via Randomized Experiments", ICML 2022: featurisation of section 3 with {@code β = AME/v},
 * so effects are {@code v β}; R. Barber and E. Candès, "Controlling the False Discovery Rate via Knockoffs", Annals of
 * Statistics 43(5), 2015, the knockoff+ threshold.
 */
public final class AverageMarginalEffect {
    /**
     * How to draw and to regress.
     *
     * @param proportions the values of p, each in (0, 1)
     * @param crossValidation how the penalty is chosen
     * @param falseDiscoveryRate q, in (0, 1)
     * @param seed decides subsets and knockoffs
     */
    public record Options(
            List<Double> proportions,
            LassoCrossValidation.Options crossValidation,
            double falseDiscoveryRate,
            long seed) {
        /** p of .2, .4, .6 and .8; a false discovery rate of .1; seed 0. */
        public static final Options DEFAULT =
                new Options(List.of(0.2, 0.4, 0.6, 0.8), LassoCrossValidation.Options.DEFAULT, 0.1, 0);

        /** Checks the ranges. */
        public Options {
            proportions = List.copyOf(proportions);
            checkArgument(!proportions.isEmpty(), "there are no proportions");
            checkArgument(
                    proportions.stream().allMatch(p -> p > 0 && p < 1),
                    "proportions must be in (0, 1), got %s",
                    proportions);
            checkArgument(
                    falseDiscoveryRate > 0 && falseDiscoveryRate < 1,
                    "falseDiscoveryRate must be in (0, 1), got %s",
                    falseDiscoveryRate);
        }
    }

    /**
     * Subsets to train on.
     *
     * @param subsets s subsets of n sources
     * @param proportions the index of p of each
     */
    public record Design(Subsets subsets, List<Integer> proportions) {
        /** Copies the list. */
        public Design {
            proportions = List.copyOf(proportions);
        }
    }

    /**
     * Estimates for one output.
     *
     * @param effects n average marginal effects, many of them 0
     * @param selected sources told from chance, ascending; possibly none
     * @param refitted effects of the sources selected, by least squares without a penalty
     * @param statistics n knockoff statistics {@code |β| − |β̃|}
     * @param lambda the penalty chosen
     */
    public record Result(
            List<Double> effects,
            List<Integer> selected,
            List<Double> refitted,
            List<Double> statistics,
            double lambda) {
        /** Copies the lists. */
        public Result {
            effects = List.copyOf(effects);
            selected = List.copyOf(selected);
            refitted = List.copyOf(refitted);
            statistics = List.copyOf(statistics);
        }
    }

    private static final long KNOCKOFFS = 0x6B6E6F636B6F6666L;

    private final Options options;

    /** Estimates with options. */
    public AverageMarginalEffect(Options options) {
        this.options = options;
    }

    /**
     * Draws subsets.
     *
     * @param sources n, at least 1
     * @param count s, at least 2
     */
    public Design design(int sources, int count) {
        checkArgument(count >= 2, "a regression needs at least 2 subsets, got %s", count);
        SplittableRandom random = new SplittableRandom(options.seed());
        int[] proportions = new int[count];
        boolean[][] masks = new boolean[count][sources];
        for (int s = 0; s < count; s++) {
            proportions[s] = random.nextInt(options.proportions().size());
            fill(masks[s], options.proportions().get(proportions[s]), random);
        }
        return new Design(Subsets.of(masks), Ints.asList(proportions));
    }

    /**
     * Estimates from measurements.
     *
     * @param design s subsets from {@link #design}
     * @param outputs s numbers, one a subset
     */
    public Result estimate(Design design, double[] outputs) {
        int n = design.subsets().rows();
        checkArgument(
                outputs.length == design.subsets().count(),
                "%s measurements of %s subsets",
                outputs.length,
                design.subsets().count());
        double[][] sources = columns(design.subsets().masks(), design.proportions());
        double[][] knockoffs = columns(knockoffs(design), design.proportions());
        double[][] buckets = buckets(design.proportions());
        List<double[]> all = new ArrayList<>(List.of(sources));
        all.addAll(List.of(knockoffs));
        all.addAll(List.of(buckets));
        double[] factors = new double[all.size()];
        Arrays.fill(factors, 0, 2 * n, 1);
        Lasso lasso = new Lasso(Lasso.Options.of(all.size(), outputs.length));
        Lasso.Fit fit = new LassoCrossValidation(lasso, options.crossValidation())
                .fit(new Lasso.Problem(all.toArray(double[][]::new), outputs, factors));
        double[] beta = fit.coefficients();
        double[] statistics = new double[n];
        Arrays.setAll(statistics, i -> Math.abs(beta[i]) - Math.abs(beta[n + i]));
        int[] selected = select(statistics);
        double scale = meanInverseVariance();
        double[] effects = new double[n];
        Arrays.setAll(effects, i -> scale * beta[i]);
        return new Result(
                Doubles.asList(effects),
                Ints.asList(selected),
                Doubles.asList(refit(sources, buckets, selected, outputs)),
                Doubles.asList(statistics),
                fit.lambda());
    }

    /** {@code v = E_p[1 / (p (1 − p))]}. */
    double meanInverseVariance() {
        return options.proportions().stream()
                .mapToDouble(p -> 1 / (p * (1 - p)))
                .average()
                .orElseThrow();
    }

    /** The smallest threshold t with {@code (1 + #{W ≤ −t}) / #{W ≥ t} ≤ q}, and what lies above it. */
    private int[] select(double[] statistics) {
        double[] thresholds = Arrays.stream(statistics)
                .map(Math::abs)
                .filter(t -> t > 0)
                .sorted()
                .toArray();
        for (double t : thresholds) {
            long below = Arrays.stream(statistics).filter(w -> w <= -t).count();
            int[] above = IntStream.range(0, statistics.length)
                    .filter(i -> statistics[i] >= t)
                    .toArray();
            if ((1 + below) / (double) Math.max(1, above.length) <= options.falseDiscoveryRate()) {
                return above;
            }
        }
        return new int[0];
    }

    private double[] refit(double[][] sources, double[][] buckets, int[] selected, double[] outputs) {
        List<double[]> columns = new ArrayList<>();
        for (int i : selected) {
            columns.add(sources[i]);
        }
        columns.addAll(List.of(buckets));
        double[] beta = new Lasso(Lasso.Options.DEFAULT).leastSquares(columns.toArray(double[][]::new), outputs);
        double scale = meanInverseVariance();
        return Arrays.stream(beta, 0, selected.length).map(b -> scale * b).toArray();
    }

    /** Masks drawn anew with the chance of each subset. */
    private boolean[][] knockoffs(Design design) {
        SplittableRandom random = new SplittableRandom(options.seed() ^ KNOCKOFFS);
        boolean[][] masks =
                new boolean[design.proportions().size()][design.subsets().rows()];
        for (int s = 0; s < masks.length; s++) {
            fill(masks[s], options.proportions().get(design.proportions().get(s)), random);
        }
        return masks;
    }

    private static void fill(boolean[] mask, double proportion, SplittableRandom random) {
        for (int i = 0; i < mask.length; i++) {
            mask[i] = random.nextDouble() < proportion;
        }
    }

    /** {@code 1/p} where a source is in, {@code −1/(1 − p)} where it is not. */
    private double[][] columns(boolean[][] masks, List<Integer> proportions) {
        double[][] columns = new double[masks[0].length][masks.length];
        for (int s = 0; s < masks.length; s++) {
            double p = options.proportions().get(proportions.get(s));
            for (int i = 0; i < columns.length; i++) {
                columns[i][s] = masks[s][i] ? 1 / p : -1 / (1 - p);
            }
        }
        return columns;
    }

    /** The intercept of each p. */
    private double[][] buckets(List<Integer> proportions) {
        double[][] buckets = new double[options.proportions().size()][proportions.size()];
        for (int s = 0; s < proportions.size(); s++) {
            buckets[proportions.get(s)][s] = 1;
        }
        return buckets;
    }
}

package org.expunge.unlearning.method.dampening;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.unlearning.Cost;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Guarantee;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.method.Candidate;
import org.expunge.unlearning.method.CandidateSearch;
import org.expunge.unlearning.method.SearchLog;
import org.expunge.unlearning.method.UtilityGuard;

/**
 * Shrinks the parameters that matter more to the rows to forget than to all rows: {@code θ ← θ · min(λ I_D / I_F, 1)}
 * where {@code I_F / I_D} is above a threshold. Nothing is trained.
 *
 * <p>The threshold is a quantile of the ratios, not the constant of the paper: that constant means something else for
 * every model, and, as importances there are squares of minibatch means, for every batch size. Here each row's gradient
 * is squared before rows are averaged.
 *
 * <p><b>Shapes.</b> Any network and loss; importances have length {@code p}.
 *
 * <p><b>Accuracy.</b> Empirical. For each importance and λ the share of parameters that are dampened grows until a
 * candidate costs too much; all compete under the guarded search.
 *
 * <p><b>Cost.</b> A gradient of each row for each importance, and for each candidate a forward pass over all rows.
 *
 * <p><b>Source.</b> J. Foster, S. Schoepf and A. Brintrup, "Fast Machine Unlearning without Retraining through
 * Selective Synaptic Dampening", AAAI 2024, equations 3 to 5; quantiles and search are ours.
 */
public final class SelectiveSynapticDampening implements UnlearningMethod {
    /**
     * What is tried.
     *
     * @param importances what makes a parameter important, each tried by itself; at least 1
     * @param quantiles shares of the parameters that are left as they are, descending, each in [0, 1]; at least 1
     * @param strengths λ, each above 0, the smaller the stronger; at least 1
     * @param search how candidates are judged
     */
    public record Options(
            List<Importance> importances,
            List<Double> quantiles,
            List<Double> strengths,
            CandidateSearch.Options search) {
        /**
         * With labels and without; 0.05 to 30 % of the parameters, λ of 1, 0.3 and 0.1; accuracy may fall by 2 points.
         */
        public static final Options DEFAULT = new Options(
                List.of(Importance.values()),
                List.of(0.9995, 0.999, 0.998, 0.995, 0.99, 0.98, 0.95, 0.9, 0.8, 0.7),
                List.of(1.0, 0.3, 0.1),
                CandidateSearch.Options.DEFAULT.withGuard(UtilityGuard.DEFAULT.withMaxAccuracyDrop(0.02)));

        /** Copies the lists and checks the ranges. */
        public Options {
            importances = List.copyOf(importances);
            quantiles = List.copyOf(quantiles);
            strengths = List.copyOf(strengths);
            checkArgument(
                    !importances.isEmpty() && !quantiles.isEmpty() && !strengths.isEmpty(),
                    "there must be an importance, a quantile and a λ to try");
            quantiles.forEach(q -> checkArgument(q >= 0 && q <= 1, "quantiles must be in [0, 1], got %s", q));
            strengths.forEach(s -> checkArgument(s > 0 && Double.isFinite(s), "strengths must be above 0, got %s", s));
            for (int i = 1; i < quantiles.size(); i++) {
                checkArgument(quantiles.get(i) < quantiles.get(i - 1), "quantiles must descend, got %s", quantiles);
            }
        }

        /** Returns the same options by other importances. */
        public Options withImportances(List<Importance> value) {
            return new Options(value, quantiles, strengths, search);
        }

        /** Returns the same options with other shares to leave as they are. */
        public Options withQuantiles(List<Double> value) {
            return new Options(importances, value, strengths, search);
        }

        /** Returns the same options with other λ. */
        public Options withStrengths(List<Double> value) {
            return new Options(importances, quantiles, value, search);
        }

        /** Returns the same options with candidates judged in another way. */
        public Options withSearch(CandidateSearch.Options value) {
            return new Options(importances, quantiles, strengths, value);
        }
    }

    /**
     * What made a candidate.
     *
     * @param importance what parameters were compared by
     * @param quantile the share of parameters that was to be left as it is
     * @param threshold the ratio above which parameters were dampened
     * @param strength λ
     * @param selected how many parameters lie above the threshold
     */
    public record Strength(Importance importance, double quantile, double threshold, double strength, int selected) {}

    /**
     * What was tried.
     *
     * @param options the settings
     * @param search every candidate, of {@link Strength}, and the one taken
     * @param limits what the method does not do, in words
     */
    public record Details(Options options, SearchLog search, List<String> limits) {
        /** Copies the list. */
        public Details {
            limits = List.copyOf(limits);
        }
    }

    private final Engine engine;
    private final Options options;

    /**
     * Makes the method.
     *
     * @param engine where it runs; stays the caller's to close
     * @param options what is tried
     */
    public SelectiveSynapticDampening(Engine engine, Options options) {
        this.engine = engine;
        this.options = options;
    }

    @Override
    public String name() {
        return "ssd";
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.EMPIRICAL;
    }

    @Override
    public UnlearningResult forget(Model model, ForgetSet rows, Dataset validation) {
        if (rows.isEmpty()) {
            return UnlearningResult.nothingToRemove(model, this);
        }
        long start = System.nanoTime();
        CandidateSearch search = new CandidateSearch(engine, model, rows, validation, options.search());
        for (Importance importance : options.importances()) {
            Dampening dampening = dampening(importance, model, rows);
            options.strengths().forEach(strength -> tryQuantiles(search, model, importance, dampening, strength));
        }
        return new UnlearningResult(
                search.bestModel(),
                search.outcome(),
                name(),
                guarantee(),
                new Details(options, search.log(), limits(search)),
                new Cost(
                        (System.nanoTime() - start) * 1e-9,
                        (long) options.importances().size()
                                * (rows.forget().size() + rows.retain().size()),
                        0,
                        search.evaluatedRows()));
    }

    private Dampening dampening(Importance importance, Model model, ForgetSet rows) {
        double[] onForget = importance.of(engine, model, rows.forget());
        double[] onRetain = importance.of(engine, model, rows.retain());
        return new Dampening(
                onForget,
                Importance.joined(
                        onForget, rows.forget().size(), onRetain, rows.retain().size()));
    }

    /** Dampens more and more parameters until that costs too much. */
    private void tryQuantiles(
            CandidateSearch search, Model model, Importance importance, Dampening dampening, double strength) {
        for (double quantile : options.quantiles()) {
            double threshold = dampening.threshold(quantile);
            Candidate tried = search.consider(
                    new Strength(importance, quantile, threshold, strength, dampening.selected(threshold)),
                    dampening.applied(model.parameters(), threshold, strength));
            if (tried.decision() == Candidate.Decision.UTILITY_FELL
                    || tried.decision() == Candidate.Decision.NOT_FINITE) {
                return;
            }
        }
    }

    private static List<String> limits(CandidateSearch search) {
        List<String> limits = new ArrayList<>();
        limits.add("Nothing is proved; verification says how much was forgotten.");
        limits.add("A normalisation that was fitted with the rows is kept; its means and scales still reflect them.");
        search.log().noOp().ifPresent(limits::add);
        return limits;
    }
}

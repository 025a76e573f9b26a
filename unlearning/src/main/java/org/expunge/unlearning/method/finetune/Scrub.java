package org.expunge.unlearning.method.finetune;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.target.Outputs;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Guarantee;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.method.CandidateFigures;
import org.expunge.unlearning.method.CandidateSearch;
import org.expunge.unlearning.method.SearchLog;

/**
 * A student S, which starts as the old model T, leaves its teacher on the rows to forget and stays with it on the
 * others: max-steps on {@code −KL(T ‖ S)} over F alternate by epochs with min-steps on {@code γ CE(R) + α KL(T ‖ S)}
 * over R. Rewinding then takes the model whose error on F is nearest its error on rows never seen.
 *
 * <p><b>Shapes.</b> Any network and loss. KL is summed over outputs and averaged over the rows of a minibatch, at
 * temperature τ and times τ².
 *
 * <p><b>Accuracy.</b> Empirical. The teacher answers in inference mode. As KL has no slope while S is T, the first
 * epoch has min-steps alone, and max-steps follow in the next ones; without this the first max-steps of a network
 * without dropout do nothing. Rewinding compares each model with itself on validation rows of the classes of F, where
 * the paper fixes the error of the last model as the reference; accepted models alone are compared, over all rates.
 *
 * <p><b>Cost.</b> A forward pass of the teacher; for each learning rate {@code epochs} passes over R and
 * {@code maxEpochs} over F; and for each epoch a forward pass over all rows.
 *
 * <p><b>Source.</b> M. Kurmanji, P. Triantafillou, J. Hayes and E. Triantafillou, "Towards Unbounded Machine
 * Unlearning", NeurIPS 2023, equation 3 and section 3.1.
 */
public final class Scrub implements UnlearningMethod {
    /**
     * How to train on.
     *
     * @param tuning rates, epochs and how candidates are judged
     * @param maxEpochs epochs with max-steps, from the second on, at least 1 and below the epochs of the tuning
     * @param passes how often such an epoch goes through F before its min-steps: numbers to try, each at least 1
     * @param gamma γ, the weight of the labels of R, 0 or more
     * @param alpha α, the weight of the teacher on R, 0 or more
     * @param temperature τ of KL, above 0
     * @param isRewound whether the model is taken whose error on F is nearest to that on rows never seen; otherwise,
     *     and where a class is forgotten as a whole, the model that any other method would take
     */
    public record Options(
            Tuning tuning,
            int maxEpochs,
            List<Integer> passes,
            double gamma,
            double alpha,
            double temperature,
            boolean isRewound) {
        private static final int EPOCHS = 7;

        /**
         * The paper's constants for small sets (γ 1, α 0.5, τ 2), three epochs of max-steps among seven, with one pass
         * over F and with five, rewound.
         */
        public static final Options DEFAULT =
                new Options(Tuning.DEFAULT.withEpochs(EPOCHS), 3, List.of(1, 5), 1, 0.5, 2, true);

        /** Copies the list and checks the ranges. */
        public Options {
            passes = List.copyOf(passes);
            checkArgument(
                    !passes.isEmpty() && passes.stream().allMatch(p -> p >= 1),
                    "passes must be at least 1, got %s",
                    passes);
            checkArgument(
                    maxEpochs >= 1 && maxEpochs < tuning.epochs(),
                    "maxEpochs must be in [1, %s), got %s",
                    tuning.epochs(),
                    maxEpochs);
            checkArgument(gamma >= 0 && Double.isFinite(gamma), "gamma must be 0 or more, got %s", gamma);
            checkArgument(alpha >= 0 && Double.isFinite(alpha), "alpha must be 0 or more, got %s", alpha);
            checkArgument(
                    temperature > 0 && Double.isFinite(temperature),
                    "temperature must be above 0, got %s",
                    temperature);
        }

        /** Returns the same options with another tuning. */
        public Options withTuning(Tuning value) {
            return new Options(value, maxEpochs, passes, gamma, alpha, temperature, isRewound);
        }

        /** Returns the same options with other numbers of passes to try. */
        public Options withPasses(List<Integer> value) {
            return new Options(tuning, maxEpochs, value, gamma, alpha, temperature, isRewound);
        }

        /** Returns the same options, rewound or not. */
        public Options withRewinding(boolean value) {
            return new Options(tuning, maxEpochs, passes, gamma, alpha, temperature, value);
        }
    }

    /**
     * What made a candidate.
     *
     * @param passes passes over F in an epoch of max-steps
     * @param learningRate the rate
     * @param epoch epochs done
     */
    public record Strength(int passes, double learningRate, int epoch) {}

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
     * @param options how to train on
     */
    public Scrub(Engine engine, Options options) {
        this.engine = engine;
        this.options = options;
    }

    @Override
    public String name() {
        return "scrub";
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
        TuningSearch search = new TuningSearch(engine, options.tuning(), model, candidates(model, rows, validation));
        Outputs teacher = Outputs.of(engine, model, rows.retain().concat(rows.forget()));
        for (int passes : options.passes()) {
            search.tune(
                    new ScrubObjective(rows, teacher, options, passes),
                    (rate, epoch) -> new Strength(passes, rate, epoch));
        }
        return search.result(this, new Details(options, search.log(), search.limits()), teacher.rows());
    }

    private CandidateSearch candidates(Model model, ForgetSet rows, Dataset validation) {
        CandidateSearch.Options search = options.tuning().search();
        return options.isRewound() && CandidateSearch.isBounded(rows, search)
                ? new CandidateSearch(engine, model, rows, validation, search, Scrub::nearness)
                : new CandidateSearch(engine, model, rows, validation, search);
    }

    /** Of errors, or where there are no classes, of losses. */
    private static double nearness(CandidateFigures figures) {
        Double forget = figures.forget().accuracy();
        Double unseen = figures.unseenAccuracy();
        return forget == null || unseen == null
                ? -Math.abs(figures.forget().loss() - figures.unseenLoss())
                : -Math.abs(forget - unseen);
    }
}

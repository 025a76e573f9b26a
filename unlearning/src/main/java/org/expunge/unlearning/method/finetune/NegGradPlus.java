package org.expunge.unlearning.method.finetune;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Guarantee;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.method.SearchLog;

/**
 * Lowers the loss of the remaining rows and raises that of the rows to forget: {@code α CE(R) − (1 − α) CE(F)}.
 *
 * <p><b>Shapes.</b> Any network and loss. A minibatch holds {@code batchSize} rows of R and, where {@code α < 1}, at
 * least as many of F as long as there are so many; both have their own mean.
 *
 * <p><b>Accuracy.</b> Empirical. The loss on F has no bound, so that a strong step destroys the model: the guarded
 * search decides how far to go. With batch normalisation, the rows of F are in the minibatch and hence in its moments.
 *
 * <p><b>Cost.</b> For each α and learning rate {@code epochs} passes over R and as many rows of F beside them, and for
 * each epoch a forward pass over all rows.
 *
 * <p><b>Source.</b> M. Kurmanji, P. Triantafillou, J. Hayes and E. Triantafillou, "Towards Unbounded Machine
 * Unlearning", NeurIPS 2023, section 4 (NegGrad+).
 */
public final class NegGradPlus implements UnlearningMethod {
    /**
     * How to train on.
     *
     * @param tuning rates, epochs and how candidates are judged
     * @param alphas α to try, the weight of R, each in (0, 1]; at 1 the method is {@link FineTune}
     */
    public record Options(Tuning tuning, List<Double> alphas) {
        /** The default tuning at α of 0.95. */
        public static final Options DEFAULT = new Options(Tuning.DEFAULT, List.of(0.95));

        /** Copies the list and checks the range. */
        public Options {
            alphas = List.copyOf(alphas);
            checkArgument(!alphas.isEmpty(), "there must be an alpha to try");
            alphas.forEach(a -> checkArgument(a > 0 && a <= 1, "alpha must be in (0, 1], got %s", a));
        }

        /** Returns the same options with another tuning. */
        public Options withTuning(Tuning value) {
            return new Options(value, alphas);
        }

        /** Returns the same options with other weights to try. */
        public Options withAlphas(List<Double> value) {
            return new Options(tuning, value);
        }
    }

    /**
     * What made a candidate.
     *
     * @param alpha α
     * @param learningRate the rate
     * @param epoch epochs done
     */
    public record Strength(double alpha, double learningRate, int epoch) {}

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
    public NegGradPlus(Engine engine, Options options) {
        this.engine = engine;
        this.options = options;
    }

    @Override
    public String name() {
        return "neg-grad-plus";
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
        Tuning tuning = options.tuning();
        TuningSearch search = new TuningSearch(
                engine, tuning, model, rows, validation, f -> f.forget().loss());
        for (double alpha : options.alphas()) {
            search.tune(
                    new NegGradObjective(rows, alpha, tuning.batchSize(), tuning.seed()),
                    (rate, epoch) -> new Strength(alpha, rate, epoch));
        }
        return search.result(this, new Details(options, search.log(), search.limits()), 0);
    }
}

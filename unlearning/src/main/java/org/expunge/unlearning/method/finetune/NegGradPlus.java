package org.expunge.unlearning.method.finetune;

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
 * Lowers the loss of the remaining rows and raises that of the rows to forget, {@code α CE(R) − (1 − α) CE(F)}, and
 * then repairs by training on R alone.
 *
 * <p><b>Shapes.</b> Any network and loss. A minibatch holds {@code batchSize} rows of R and, while F takes part, as
 * many of F or all of it, more where F is large; both have their own mean.
 *
 * <p><b>Accuracy.</b> Empirical. The loss on F has no bound, so that a strong step destroys the model: the guarded
 * search decides how far to go. With batch normalisation, the rows of F are in the minibatch and hence in its moments.
 *
 * <p><b>Cost.</b> For each α and learning rate {@code epochs} passes over R and, in those of the phase, as many rows of
 * F beside them; for each epoch a forward pass over all rows.
 *
 * <p><b>Source.</b> M. Kurmanji, P. Triantafillou, J. Hayes and E. Triantafillou, "Towards Unbounded Machine
 * Unlearning", NeurIPS 2023, section 4 (NegGrad+); the epochs of repair are ours.
 */
public final class NegGradPlus implements UnlearningMethod {
    /**
     * How to train on.
     *
     * @param tuning rates, epochs and how candidates are judged
     * @param phase when, and how much, the rows to forget count; with all weight on the others this is {@link FineTune}
     */
    public record Options(Tuning tuning, ForgetPhase phase) {
        /** The default tuning, with the rows to forget in its first epoch, at α of 0.8 and 0.5. */
        public static final Options DEFAULT = new Options(Tuning.DEFAULT, new ForgetPhase(List.of(0.8, 0.5), 1));

        /** Returns the same options with another tuning. */
        public Options withTuning(Tuning value) {
            return new Options(value, phase);
        }

        /** Returns the same options with another phase. */
        public Options withPhase(ForgetPhase value) {
            return new Options(tuning, value);
        }
    }

    /**
     * What was tried.
     *
     * @param options the settings
     * @param search every candidate, of {@link ForgetPhase.Strength}, and the one taken
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
        TuningSearch search = new TuningSearch(engine, options.tuning(), model, rows, validation);
        search.tune(options.phase(), alpha -> objective(rows, alpha));
        return search.result(this, new Details(options, search.log(), search.limits()), 0);
    }

    PairedObjective objective(ForgetSet rows, double alpha) {
        return new PairedObjective(
                rows, alpha, alpha - 1, (data, epoch) -> data.targets(), options.phase(), options.tuning());
    }
}

package org.expunge.unlearning.method.finetune;

import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Objective;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Guarantee;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.method.SearchLog;

/**
 * Trains on with the remaining rows alone, {@code CE(R)}, and hopes that the others fade: catastrophic forgetting.
 *
 * <p><b>Shapes.</b> Any network and loss.
 *
 * <p><b>Accuracy.</b> Empirical. On a model that fits its rows the gradient on R is all but zero, and little is
 * forgotten whatever the rate; then the search says that nothing changed.
 *
 * <p><b>Cost.</b> {@code epochs} passes over R for each learning rate, and for each epoch a forward pass over all rows.
 *
 * <p><b>Source.</b> The baseline of A. Golatkar, A. Achille and S. Soatto, "Eternal Sunshine of the Spotless Net", CVPR
 * 2020, section 5; the search is ours.
 */
public final class FineTune implements UnlearningMethod {
    /**
     * How to train on.
     *
     * @param tuning rates, epochs and how candidates are judged
     */
    public record Options(Tuning tuning) {
        /** The default tuning. */
        public static final Options DEFAULT = new Options(Tuning.DEFAULT);

        /** Returns the same options with another tuning. */
        public Options withTuning(Tuning value) {
            return new Options(value);
        }
    }

    /**
     * What was tried.
     *
     * @param options the settings
     * @param search every candidate, of {@link Tuning.Strength}, and the one taken
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
    public FineTune(Engine engine, Options options) {
        this.engine = engine;
        this.options = options;
    }

    @Override
    public String name() {
        return "fine-tune";
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
        TuningSearch search = new TuningSearch(engine, tuning, model, rows, validation);
        search.tune(Objective.ownLoss(rows.retain(), tuning.batchSize(), tuning.seed()), Tuning.Strength::new);
        return search.result(this, new Details(options, search.log(), search.limits()), 0);
    }
}

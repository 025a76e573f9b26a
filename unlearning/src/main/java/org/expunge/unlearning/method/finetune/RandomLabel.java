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
 * Trains on with the remaining rows as they are and the rows to forget under wrong labels: {@code CE(R) + CE(F, y)}
 * with {@code y} drawn uniformly among the other classes, anew in every epoch.
 *
 * <p><b>Shapes.</b> Networks that tell classes apart. R and F are shuffled together; every row weighs the same.
 *
 * <p><b>Accuracy.</b> Empirical. What it teaches is uncertainty, and more of it than rows never seen have gives the
 * rows away as well; the guarded search refuses that.
 *
 * <p><b>Cost.</b> {@code epochs} passes over R and F for each learning rate, and for each epoch a forward pass over all
 * rows.
 *
 * <p><b>Source.</b> L. Graves, V. Nagisetty and V. Ganesh, "Amnesiac Machine Learning", AAAI 2021, section 4.1; labels
 * are redrawn as in C. Fan et al., "SalUn", ICLR 2024.
 */
public final class RandomLabel implements UnlearningMethod {
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
    public RandomLabel(Engine engine, Options options) {
        this.engine = engine;
        this.options = options;
    }

    @Override
    public String name() {
        return "random-label";
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
        checkArgument(
                rows.forget().classes() >= 2,
                "%s has %s classes, but there must be a wrong label to draw; use neg-grad-plus",
                rows.forget().name(),
                rows.forget().classes());
        Tuning tuning = options.tuning();
        TuningSearch search = new TuningSearch(
                engine, tuning, model, rows, validation, f -> f.forget().loss());
        search.tune(new RandomLabelObjective(rows, tuning.batchSize(), tuning.seed()), Tuning.Strength::new);
        return search.result(this, new Details(options, search.log(), search.limits()), 0);
    }
}

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
 * Trains on with the remaining rows as they are and the rows to forget under wrong labels, {@code α CE(R) + (1 − α)
 * CE(F, y)} with {@code y} drawn uniformly among the other classes, anew in every epoch; then repairs by training on R
 * alone.
 *
 * <p><b>Shapes.</b> Networks that tell classes apart. Minibatches are those of {@link NegGradPlus}.
 *
 * <p><b>Accuracy.</b> Empirical. What it teaches is uncertainty, and more of it than rows never seen have gives the
 * rows away as well; the guarded search refuses that.
 *
 * <p><b>Cost.</b> That of {@link NegGradPlus}.
 *
 * <p><b>Source.</b> L. Graves, V. Nagisetty and V. Ganesh, "Amnesiac Machine Learning", AAAI 2021, section 4.1; labels
 * are redrawn as in C. Fan et al., "SalUn", ICLR 2024.
 */
public final class RandomLabel implements UnlearningMethod {
    /**
     * How to train on.
     *
     * @param tuning rates, epochs and how candidates are judged
     * @param phase when, and how much, the rows to forget count; with all weight on the others this is {@link FineTune}
     */
    public record Options(Tuning tuning, ForgetPhase phase) {
        /** The default tuning, with the rows to forget in its first epoch, at α of 0.95 and 0.8. */
        public static final Options DEFAULT = new Options(Tuning.DEFAULT, new ForgetPhase(List.of(0.95, 0.8), 1));

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
        TuningSearch search = new TuningSearch(engine, options.tuning(), model, rows, validation);
        search.tune(options.phase(), alpha -> objective(rows, alpha));
        return search.result(this, new Details(options, search.log(), search.limits()), 0);
    }

    PairedObjective objective(ForgetSet rows, double alpha) {
        RandomLabels labels =
                new RandomLabels(rows.retain().size(), options.tuning().seed());
        return new PairedObjective(rows, alpha, 1 - alpha, labels, options.phase(), options.tuning());
    }
}

package org.expunge.cli.unlearn;

import java.util.Optional;
import java.util.function.Function;
import org.expunge.influence.compute.Engine;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.method.CandidateSearch;
import org.expunge.unlearning.method.dampening.SelectiveSynapticDampening;
import org.expunge.unlearning.method.finetune.FineTune;
import org.expunge.unlearning.method.finetune.ForgetPhase;
import org.expunge.unlearning.method.finetune.NegGradPlus;
import org.expunge.unlearning.method.finetune.RandomLabel;
import org.expunge.unlearning.method.finetune.Scrub;
import org.expunge.unlearning.method.finetune.Tuning;

/** Plans the methods that train a model on, and the one that dampens it. */
final class TuningMethods {
    /** Makes a method of a tuning. */
    @FunctionalInterface
    private interface Maker {
        UnlearningMethod of(Engine engine, Tuning tuning);
    }

    private TuningMethods() {}

    static RemovalRecipe fineTune(RemovalOptions options) {
        return tuned(
                options,
                FineTune.Options.DEFAULT.tuning(),
                (engine, tuning) -> new FineTune(engine, new FineTune.Options(tuning)));
    }

    static RemovalRecipe negGradPlus(RemovalOptions options) {
        ForgetPhase phase = phase(options, NegGradPlus.Options.DEFAULT.phase());
        return tuned(
                options,
                NegGradPlus.Options.DEFAULT.tuning(),
                (engine, tuning) -> new NegGradPlus(engine, new NegGradPlus.Options(tuning, phase)));
    }

    static RemovalRecipe randomLabel(RemovalOptions options) {
        ForgetPhase phase = phase(options, RandomLabel.Options.DEFAULT.phase());
        return tuned(
                options,
                RandomLabel.Options.DEFAULT.tuning(),
                (engine, tuning) -> new RandomLabel(engine, new RandomLabel.Options(tuning, phase)));
    }

    static RemovalRecipe scrub(RemovalOptions options) {
        return tuned(
                options,
                Scrub.Options.DEFAULT.tuning(),
                (engine, tuning) -> new Scrub(engine, Scrub.Options.DEFAULT.withTuning(tuning)));
    }

    static RemovalRecipe dampening(RemovalOptions options) {
        SelectiveSynapticDampening.Options usual = SelectiveSynapticDampening.Options.DEFAULT;
        Function<RemovalBench, CandidateSearch.Options> search = search(options, usual.search());
        return bench -> new SelectiveSynapticDampening(bench.engine(), usual.withSearch(search.apply(bench)));
    }

    private static ForgetPhase phase(RemovalOptions options, ForgetPhase usual) {
        return new ForgetPhase(options.alphas().orElse(usual.alphas()), usual.epochs());
    }

    private static RemovalRecipe tuned(RemovalOptions options, Tuning usual, Maker maker) {
        Tuning given = usual.withLearningRates(options.rates().orElse(usual.learningRates()));
        Function<RemovalBench, CandidateSearch.Options> search = search(options, usual.search());
        return bench -> maker.of(
                bench.engine(), given.withL2(bench.recipe().training().l2()).withSearch(search.apply(bench)));
    }

    private static Function<RemovalBench, CandidateSearch.Options> search(
            RemovalOptions options, CandidateSearch.Options usual) {
        Optional<Long> seed = options.seed();
        return bench -> usual.withSeed(seed.orElseGet(() -> bench.recipe().seed()));
    }
}

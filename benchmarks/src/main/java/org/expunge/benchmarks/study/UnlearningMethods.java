package org.expunge.benchmarks.study;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.expunge.influence.compute.Engine;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.method.CandidateSearch;
import org.expunge.unlearning.method.CorrectLabels;
import org.expunge.unlearning.method.InfluenceRemoval;
import org.expunge.unlearning.method.LabelCorrection;
import org.expunge.unlearning.method.Retrain;
import org.expunge.unlearning.method.Retraining;
import org.expunge.unlearning.method.dampening.SelectiveSynapticDampening;
import org.expunge.unlearning.method.finetune.FineTune;
import org.expunge.unlearning.method.finetune.NegGradPlus;
import org.expunge.unlearning.method.finetune.RandomLabel;
import org.expunge.unlearning.method.finetune.Scrub;
import org.expunge.unlearning.method.finetune.Tuning;
import org.expunge.unlearning.method.selected.GeneralizedInfluenceRemoval;
import org.expunge.unlearning.method.selected.LCodec;
import org.expunge.unlearning.policy.ApproximateRungs;
import org.expunge.unlearning.policy.AutoPolicy;
import org.expunge.unlearning.policy.Rung;

/** Every way to forget that needs no more than a model, its recipe and its rows, at its defaults. */
final class UnlearningMethods {
    private UnlearningMethods() {}

    /**
     * Makes the methods.
     *
     * @param engine where they run
     * @param recipe how the model was trained
     * @param epochs for how long
     * @param seed the seed that it was trained with
     */
    static List<UnlearningMethod> all(Engine engine, Retraining recipe, int epochs, long seed) {
        return List.of(
                new Retrain(recipe, seed),
                auto(engine, recipe, epochs, seed),
                new InfluenceRemoval(engine, InfluenceRemoval.Options.DEFAULT),
                new GeneralizedInfluenceRemoval(engine, GeneralizedInfluenceRemoval.Options.DEFAULT),
                new LCodec(engine, LCodec.Options.DEFAULT),
                new SelectiveSynapticDampening(engine, SelectiveSynapticDampening.Options.DEFAULT),
                new NegGradPlus(engine, NegGradPlus.Options.DEFAULT),
                new RandomLabel(engine, RandomLabel.Options.DEFAULT),
                new Scrub(engine, Scrub.Options.DEFAULT),
                new FineTune(engine, FineTune.Options.DEFAULT));
    }

    private static AutoPolicy auto(Engine engine, Retraining recipe, int epochs, long seed) {
        return new AutoPolicy(
                engine,
                AutoPolicy.Options.DEFAULT,
                new ApproximateRungs(engine, 0, epochs).all(),
                new Rung.Usable(
                        "retrain", rows -> ApproximateRungs.trained(rows, epochs), () -> new Retrain(recipe, seed)));
    }

    /** The same, told that a model without the rows should get them wrong, and those that need the true labels. */
    static List<UnlearningMethod> forPoison(Engine engine, Retraining recipe, long seed, Poison poison) {
        return List.of(
                new Retrain(recipe, seed),
                new InfluenceRemoval(engine, InfluenceRemoval.Options.DEFAULT.withBoundByUnseenRows(false)),
                new LabelCorrection(engine, truth(poison), LabelCorrection.Options.DEFAULT),
                new GeneralizedInfluenceRemoval(engine, GeneralizedInfluenceRemoval.Options.DEFAULT),
                new LCodec(engine, LCodec.Options.DEFAULT),
                new FineTune(engine, FineTune.Options.DEFAULT.withTuning(forPoison(Tuning.DEFAULT))),
                new NegGradPlus(engine, NegGradPlus.Options.DEFAULT.withTuning(forPoison(Tuning.DEFAULT))),
                new RandomLabel(engine, RandomLabel.Options.DEFAULT.withTuning(forPoison(Tuning.DEFAULT))),
                new Scrub(engine, Scrub.Options.DEFAULT.withTuning(forPoison(Scrub.Options.DEFAULT.tuning()))),
                new SelectiveSynapticDampening(
                        engine,
                        SelectiveSynapticDampening.Options.DEFAULT.withSearch(
                                forPoison(SelectiveSynapticDampening.Options.DEFAULT.search()))));
    }

    private static Tuning forPoison(Tuning tuning) {
        return tuning.withSearch(forPoison(tuning.search()));
    }

    /** What remains may be poisoned as well. */
    private static CandidateSearch.Options forPoison(CandidateSearch.Options search) {
        return search.withBoundByUnseenRows(false).withTrustInRetain(false);
    }

    private static CorrectLabels truth(Poison poison) {
        return CorrectLabels.given(poison.trueLabels().entrySet().stream()
                .collect(Collectors.toMap(e -> poison.train().id(e.getKey()), Map.Entry::getValue)));
    }
}

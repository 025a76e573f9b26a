package org.expunge.unlearning.shadow;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.training.Evaluator;
import org.expunge.unlearning.membership.Confidence;

/** Confidences of the candidates in their true classes. */
final class ConfidenceProbe implements Probe {
    @Override
    public Prepared prepare(Engine engine, ShadowSetting setting, long seed) {
        Evaluator evaluator = new Evaluator(engine);
        Dataset candidates = setting.candidates();
        return new Prepared(
                candidates,
                model -> Confidence.of(model.network().loss(), evaluator.evaluate(model, candidates), candidates));
    }

    @Override
    public String identity() {
        return "confidence";
    }
}

package org.expunge.unlearning.shadow;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.retraining.SubsetTask;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.Seeds;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.UnlearningResult;

/**
 * One run: learns B and half of C, forgets that half, and measures the model before, the model after and one that was
 * trained on B alone. The numbers are, for each of these three, one a candidate, then the accuracies on B and on test
 * rows; the last says whether the method gave a new model.
 */
final class ShadowTask implements SubsetTask {
    private static final String RETRAINING = "shadow-retraining";

    private final ShadowSetting setting;
    private final Probe probe;

    ShadowTask(ShadowSetting setting, Probe probe) {
        this.setting = setting;
        this.probe = probe;
    }

    @Override
    public double[] measure(Engine engine, int[] rows, long seed) {
        Probe.Prepared prepared = probe.prepare(engine, setting, seed);
        Dataset base = setting.base();
        Dataset all = base.concat(prepared.learned().select(rows));
        int[] forgotten = IntStream.range(base.size(), all.size()).toArray();
        Model before = train(engine, all, seed);
        UnlearningResult result =
                setting.subject().on(engine, seed).forget(before, ForgetSet.of(all, forgotten), setting.validation());
        Model retrained = train(engine, base, new Seeds(seed).of(RETRAINING));
        DoubleStream.Builder numbers = DoubleStream.builder();
        Evaluator evaluator = new Evaluator(engine);
        for (Model model : List.of(before, result.model(), retrained)) {
            for (double number : prepared.measurement().of(model)) {
                numbers.add(number);
            }
            numbers.add(evaluator.evaluate(model, base).accuracy());
            numbers.add(evaluator.evaluate(model, setting.test()).accuracy());
        }
        return numbers.add(result.outcome() == UnlearningResult.Outcome.REMOVED ? 1 : 0)
                .build()
                .toArray();
    }

    private Model train(Engine engine, Dataset rows, long seed) {
        return setting.training()
                .train(engine, rows, setting.validation(), seed)
                .model();
    }

    @Override
    public SortedMap<String, String> inputs() {
        SortedMap<String, String> inputs = new TreeMap<>(setting.digests());
        inputs.put("probe", probe.identity());
        return inputs;
    }
}

package org.expunge.defense.sanitize;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.expunge.defense.attack.Attack;
import org.expunge.defense.attack.AttackGate;
import org.expunge.defense.attack.PlantedAttack;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.StratifiedSplit;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.preset.Presets;
import org.expunge.influence.training.CheckpointPolicy;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.influence.training.TrainingResult;

/** Real digits under an attack: some 1 040 training rows, a stream of 300 clean and 40 attacked inputs. */
final class DigitsWorld implements Training {
    private final Engine engine;
    private final long seed;
    private final PlantedAttack planted;
    private final Dataset train;
    private final Dataset validation;
    private final Dataset test;
    private final Dataset attacked;

    DigitsWorld(Engine engine, long seed, Function<Partition, Attack> plan) throws IOException {
        this.engine = engine;
        this.seed = seed;
        Partition parts = new StratifiedSplit(0.17, 0.25, seed)
                .split(DataSpec.parse("digits").load().train());
        Attack attack = plan.apply(parts);
        planted = attack.plant(parts.train());
        Normalizer scale = Normalizer.fit(planted.train(), new Normalizer.Options(Normalizer.Kind.SCALE, 16));
        train = scale.apply(planted.train());
        validation = scale.apply(parts.validation());
        test = scale.apply(parts.test());
        Dataset inputs = scale.apply(attack.attackInputs(parts.test()));
        attacked =
                inputs.withIds(inputs.ids().stream().map(id -> id + "-attacked").toList());
    }

    @Override
    public TrainingResult train(Dataset rows) {
        TrainingOptions options = TrainingOptions.DEFAULT
                .withOptimizer(Optimizer.sgd())
                .withSchedule(Schedule.cosine(0.2))
                .withEpochs(20)
                .withBatchSize(32)
                .withL2(1e-4)
                .withCheckpoints(CheckpointPolicy.spread(10))
                .withSeed(seed);
        return new Trainer(engine, options)
                .train(
                        Initializer.XAVIER.initialise(Presets.mlp(train.shape(), 10, List.of(48)), seed),
                        rows,
                        validation,
                        TrainingListener.NONE);
    }

    Dataset train() {
        return train;
    }

    Dataset validation() {
        return validation;
    }

    /** Clean inputs, then attacked ones from all over the test rows. */
    Dataset stream(int clean, int attackedInputs) {
        int step = Math.max(1, attacked.size() / attackedInputs);
        int[] some = IntStream.range(0, Math.min(attackedInputs, attacked.size()))
                .map(i -> i * step)
                .toArray();
        return test.select(IntStream.range(0, clean).toArray()).concat(attacked.select(some));
    }

    Dataset attacked() {
        return attacked;
    }

    Set<String> planted() {
        return Set.copyOf(planted.adversarialIds());
    }

    double attackSuccess(Model model) {
        int[] predicted = new Evaluator(engine).evaluate(model, attacked).predictedLabels();
        return AttackGate.successRate(predicted, planted.attack().targetClass());
    }

    double accuracy(Model model) {
        return new Evaluator(engine).evaluate(model, test).accuracy();
    }

    long plantedAmong(List<String> ids) {
        return ids.stream().filter(planted()::contains).count();
    }
}

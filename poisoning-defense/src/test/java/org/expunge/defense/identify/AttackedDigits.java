package org.expunge.defense.identify;

import com.google.common.primitives.Ints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.defense.attack.PatchAttack;
import org.expunge.defense.attack.PatchTrigger;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.StratifiedSplit;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.preset.Presets;
import org.expunge.influence.score.TrajectoryEstimator;
import org.expunge.influence.training.CheckpointPolicy;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.influence.training.TrainingResult;

/** Embedded digits with some rows of class 1 patched and labelled 0, a small network trained on them, and a stream. */
final class AttackedDigits implements AutoCloseable {
    static final int TARGET = 0;
    private static final int CLEAN = 250;
    private static final int OTHERS = 40;

    private final Engine engine = new Engine(Backends.create("cpu"), new Workers(2), 32);
    private final Normalizer scale;
    private final Partition parts;
    private final PatchAttack attack;
    private final Dataset train;
    private final TrainingResult trained;

    AttackedDigits(int poisonRows, long seed) {
        try {
            parts = new StratifiedSplit(0.17, 0.25, seed)
                    .split(DataSpec.parse("digits").load().train());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        attack = new PatchAttack(
                new PatchAttack.Options(1, TARGET, Math.max(1, poisonRows), new PatchTrigger(2, 3, 0, 16), seed));
        Dataset raw =
                poisonRows == 0 ? parts.train() : attack.plant(parts.train()).train();
        scale = Normalizer.fit(raw, Normalizer.Options.parse("scale:16"));
        train = scale.apply(raw);
        Trainer trainer = new Trainer(
                engine,
                TrainingOptions.DEFAULT
                        .withOptimizer(Optimizer.sgd())
                        .withSchedule(Schedule.cosine(0.2))
                        .withEpochs(15)
                        .withBatchSize(32)
                        .withL2(1e-4)
                        .withCheckpoints(CheckpointPolicy.spread(10))
                        .withSeed(seed));
        Model initial = Initializer.XAVIER.initialise(Presets.mlp(train.shape(), 10, List.of(96, 48)), seed);
        trained = trainer.train(initial, train, validation(), TrainingListener.NONE);
    }

    Engine engine() {
        return engine;
    }

    Model model() {
        return trained.model();
    }

    Dataset train() {
        return train;
    }

    Dataset validation() {
        return scale.apply(parts.validation());
    }

    TrainingResult trained() {
        return trained;
    }

    /** Clean inputs, then triggered ones, whose ids end in {@code +}. */
    Dataset triggered() {
        return stream(attack.attackInputs(parts.test()));
    }

    /** Clean inputs, then noise. */
    Dataset noise(long seed) {
        Random random = new Random(seed);
        Dataset some = first(parts.test(), OTHERS);
        double[] pixels =
                random.doubles((long) some.size() * 64).map(x -> 16 * x).toArray();
        return stream(some.withFeatures(Features.of(pixels, 64)));
    }

    private Dataset stream(Dataset others) {
        Dataset some = first(others, OTHERS);
        Dataset renamed = some.withIds(some.ids().stream().map(id -> id + "+").toList());
        return scale.apply(first(parts.test(), CLEAN).concat(renamed));
    }

    private static Dataset first(Dataset data, int most) {
        return data.select(IntStream.range(0, Math.min(most, data.size())).toArray());
    }

    int[] predicted(Dataset rows) {
        return new Evaluator(engine).evaluate(model(), rows).predictedLabels();
    }

    /** Says which inputs are triggered and taken for the target class. */
    boolean[] targets(Dataset stream) {
        int[] predicted = predicted(stream);
        boolean[] targets = new boolean[predicted.length];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = stream.id(i).endsWith("+") && predicted[i] == TARGET;
        }
        return targets;
    }

    Examination examine(Dataset stream, TargetAudit.Options options) {
        return StandardStatistics.audit(
                        engine, model(), trained.checkpoints(), TrajectoryEstimator.Options.DEFAULT, options)
                .examine(train, validation(), predicted(validation()), stream, predicted(stream));
    }

    /** Returns predicted classes of the validation rows and then of a stream. */
    int[] allPredicted(Dataset stream) {
        return Ints.concat(predicted(validation()), predicted(stream));
    }

    @Override
    public void close() {
        engine.close();
    }
}

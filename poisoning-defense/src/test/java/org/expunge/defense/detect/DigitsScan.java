package org.expunge.defense.detect;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.StratifiedSplit;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.Retrainer;
import org.expunge.influence.training.TrainingResult;

/** The embedded digits, split and normalised, and a small network trained on them: what scans are tried on. */
final class DigitsScan implements AutoCloseable {
    private static final double PIXEL = 16;

    private final Engine engine = new Engine(Backends.create("cpu"), new Workers(2), 32);
    private final Recipe recipe;
    private final Partition raw;
    private final Normalizer normalizer;
    private final long seed;

    DigitsScan(long seed, int epochs) {
        this.seed = seed;
        try {
            this.recipe = Recipe.parse(
                    "{seed: " + seed
                            + ", data: {source: digits}, model: {preset: mlp, hidden: [96, 48], initializer: relu}, "
                            + "training: {optimizer: {kind: sgd}, schedule: {kind: constant, learningRate: 0.1}, "
                            + "batchSize: 32, l2: 1.0E-4, epochs: " + epochs
                            + ", checkpoints: {unit: epochs, interval: 1, atMost: 20}}}",
                    "test");
            this.raw = new StratifiedSplit(0.1, 0.2, seed)
                    .split(DataSpec.parse("digits").load());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.normalizer = Normalizer.fit(raw.train(), Normalizer.Options.parse("scale:" + (int) PIXEL));
    }

    Engine engine() {
        return engine;
    }

    Recipe recipe() {
        return recipe;
    }

    Dataset rawTrain() {
        return raw.train();
    }

    Dataset rawTest() {
        return raw.test();
    }

    Dataset validation() {
        return normalizer.apply(raw.validation());
    }

    Dataset normalised(Dataset rows) {
        return normalizer.apply(rows);
    }

    /** Trains on raw rows and makes a setting of it. */
    ScanSetting setting(Dataset rawRows) {
        Dataset rows = normalizer.apply(rawRows);
        TrainingResult trained = new Retrainer(engine, recipe).retrain(rows, validation(), seed);
        return new ScanSetting(
                engine,
                rows,
                validation(),
                trained.checkpoints(),
                Optional.of(recipe),
                ScanSetting.Options.DEFAULT.withSeed(seed));
    }

    /** Names of detectors that do not train. */
    static List<Detector> cheap() {
        return Detectors.all().stream()
                .filter(d -> !(d instanceof ConfidentLearning) && !(d instanceof SourceProvenance))
                .toList();
    }

    @Override
    public void close() {
        engine.close();
    }
}

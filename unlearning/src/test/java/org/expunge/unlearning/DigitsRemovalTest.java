package org.expunge.unlearning;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.StratifiedSplit;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.preset.Presets;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.unlearning.method.InfluenceRemoval;
import org.expunge.unlearning.method.Retrain;
import org.expunge.unlearning.method.Retraining;
import org.expunge.unlearning.verify.Closeness;
import org.expunge.unlearning.verify.Verdict;
import org.expunge.unlearning.verify.Verification;
import org.expunge.unlearning.verify.Verifier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Fifty of 1 258 digits, at random, from an MLP of 64-64-64-10 that fits all of them; the fast backend. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DigitsRemovalTest {
    private static final double L2 = 1e-4;
    private static final TrainingOptions TRAINING =
            TrainingOptions.DEFAULT.withEpochs(40).withBatchSize(32).withL2(L2);

    private final Engine engine = new Engine(Backends.create("cpu"), new Workers(2), 32);
    private final Retraining recipe = (train, held, seed) -> new Trainer(engine, TRAINING.withSeed(seed))
            .train(
                    Initializer.XAVIER.initialise(Presets.mlp(train.shape(), 10), seed),
                    train,
                    held,
                    TrainingListener.NONE);
    private final Partition data;
    private final ForgetSet rows;
    private final Model before;
    private final List<Model> retrained;

    DigitsRemovalTest() throws IOException {
        Partition raw = new StratifiedSplit(0.15, 0.15, 3)
                .split(DataSpec.parse("digits").load());
        Normalizer normalizer = Normalizer.fit(raw.train(), Normalizer.Options.parse("scale:16"));
        data = new Partition(
                normalizer.apply(raw.train()), normalizer.apply(raw.validation()), normalizer.apply(raw.test()));
        Dataset train = data.train();
        rows = ForgetSet.of(
                train, new Random(5).ints(0, train.size()).distinct().limit(50).toArray());
        before = train(train, 1);
        retrained = List.of(train(rows.retain(), 2), train(rows.retain(), 3));
    }

    @AfterAll
    void closeEngine() {
        engine.close();
    }

    @Test
    void retrainingComesAsNearAsASecondRetrainingAndIsNeverFailed() {
        Verification found = verify(new Retrain(recipe, 1));

        assertThat(found.verdict()).isNotEqualTo(Verdict.FAIL);
        assertThat(distance(found, "after")).isLessThan(0.5 * distance(found, "before"));
    }

    @Test
    void influenceRemovalCoversMostOfTheWayToRetrainingAtNoLossOfAccuracy() {
        InfluenceRemoval.Options options = InfluenceRemoval.Options.DEFAULT.withWeightDecay(new WeightDecay(L2));

        Verification found = verify(new InfluenceRemoval(engine, options));

        // Measured: divergence 0.0221 before, 0.0020 after, 0.0009 between two retrainings. Half is asked for.
        assertThat(found.verdict()).isNotEqualTo(Verdict.FAIL);
        assertThat(distance(found, "after")).isLessThan(0.5 * distance(found, "before"));
    }

    private Verification verify(UnlearningMethod method) {
        UnlearningResult result = method.forget(before, rows, data.validation());
        assertThat(result.outcome()).isEqualTo(UnlearningResult.Outcome.REMOVED);
        return new Verifier(engine, Verifier.Options.DEFAULT)
                .verify(before, result.model(), rows, data.test(), retrained);
    }

    private Model train(Dataset train, long seed) {
        return recipe.retrain(train, data.validation(), seed).model();
    }

    private static double distance(Verification found, String model) {
        return found.closeness().stream()
                .filter(c -> c.model().equals(model))
                .mapToDouble(Closeness::distance)
                .findFirst()
                .orElseThrow();
    }
}

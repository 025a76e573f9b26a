package org.expunge.defense.sanitize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.expunge.defense.attack.PatchAttack;
import org.expunge.defense.attack.PatchTrigger;
import org.expunge.defense.attack.TargetedFlip;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Targets;
import org.expunge.influence.training.TrainingResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The whole defense on real digits and a small network. */
class SanitizedDigitsTest {
    private static final Engine ENGINE = new Engine(Backends.create("cpu"), new Workers(2), 32);
    private static final long SEED = 3;

    @AfterAll
    static void close() {
        ENGINE.close();
    }

    @Test
    void undoesAPatchThatSendsEveryClassToOne() throws Exception {
        DigitsWorld world = new DigitsWorld(ENGINE, SEED, parts -> patch(PatchAttack.EVERY_CLASS));
        TrainingResult first = world.train(world.train());
        assertThat(world.attackSuccess(first.model())).isGreaterThan(0.8);

        SanitizeResult result = Sanitizer.of(ENGINE, world, Sanitizer.Options.DEFAULT)
                .sanitize(first, world.train(), world.validation(), world.stream(300, 40));

        assertThat(result.verdict()).isEqualTo(SanitizeVerdict.SANITIZED);
        assertThat(world.attackSuccess(result.training().model())).isLessThan(0.2);
        long planted = world.plantedAmong(result.removedIds());
        assertThat(planted).isGreaterThanOrEqualTo(14);
        assertThat(result.removedIds().size() - planted).isLessThanOrEqualTo(15);
        assertThat(world.accuracy(result.training().model())).isGreaterThan(world.accuracy(first.model()) - 0.015);
        assertThat(result.removed().get(0).parts())
                .containsOnlyKeys("gas", "tracin-cp", "raw nearness", "hidden nearness");
    }

    @Test
    void findsTheRowsBehindOneFlippedPrediction() throws Exception {
        DigitsWorld world = new DigitsWorld(ENGINE, 0, parts -> TargetedFlip.on(parts.test(), 3, 7, 12));
        TrainingResult first = world.train(world.train());
        assertThat(world.attackSuccess(first.model())).isEqualTo(1);
        Dataset victim = world.attacked();

        SanitizeResult result = IncidentSanitizer.of(ENGINE, world, Sanitizer.Options.DEFAULT)
                .sanitize(
                        first,
                        world.train(),
                        world.validation(),
                        victim,
                        none(victim),
                        OptionalInt.of(victim.label(0)));

        assertThat(result.verdict()).isEqualTo(SanitizeVerdict.SANITIZED);
        assertThat(world.attackSuccess(result.training().model())).isZero();
        assertThat(result.rounds().get(0).confirmation().curve()).hasSizeLessThanOrEqualTo(5);
        assertThat(world.plantedAmong(result.removedIds())).isGreaterThanOrEqualTo(9);
        assertThat(result.removedIds().size() - world.plantedAmong(result.removedIds()))
                .isLessThanOrEqualTo(5);
    }

    @Test
    void removesNothingForAnIncidentThatResemblesNoRowNorForOneThatIsRight() throws Exception {
        DigitsWorld world = new DigitsWorld(ENGINE, SEED, parts -> patch(1));
        TrainingResult first = world.train(world.train());
        double[] noise = new Random(1).doubles(64).toArray();
        Dataset forged = Dataset.of(
                        "noise", world.train().shape(), Features.of(noise, 64), Targets.classes(new int[] {0}, 10))
                .withIds(List.of("forged"));

        SanitizeResult result = IncidentSanitizer.of(ENGINE, world, Sanitizer.Options.DEFAULT)
                .sanitize(first, world.train(), world.validation(), forged, none(forged), OptionalInt.empty());

        assertThat(result.removedIds()).isEmpty();
        assertThat(result.training()).isSameAs(first);
        assertThat(result.verdict()).isEqualTo(SanitizeVerdict.INSUFFICIENT_EVIDENCE);
        Dataset right = world.stream(1, 1).select(new int[] {0});
        OptionalInt predicted = OptionalInt.of(Predictor.of(ENGINE).labels(first.model(), right)[0]);
        assertThatThrownBy(() -> IncidentSanitizer.of(ENGINE, world, Sanitizer.Options.DEFAULT)
                        .sanitize(first, world.train(), world.validation(), right, none(right), predicted))
                .hasMessageContaining("nothing to explain");
    }

    private static PatchAttack patch(int source) {
        return new PatchAttack(new PatchAttack.Options(source, 0, 20, new PatchTrigger(2, 3, 0, 16), SEED));
    }

    private static Dataset none(Dataset like) {
        return like.select(new int[0]);
    }
}

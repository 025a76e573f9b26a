package org.expunge.defense.sanitize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.IntStream;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.defense.trace.TargetClusters;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Targets;
import org.expunge.influence.io.Json;
import org.junit.jupiter.api.Test;

/**
 * Runs the rule on a world where everything is known: a training counts the poison rows it sees, and attacked inputs
 * are misread as long as there are enough of them.
 */
class SanitizerTest {
    private static final int POISON_ROWS = 12;

    private final KnownWorld world = new KnownWorld(400, POISON_ROWS);

    @Test
    void removesTheWholePoisonAndStopsOnceQuiet() {
        SanitizeResult result = sanitize(world, world.inputs(200, 20));

        assertThat(result.verdict()).isEqualTo(SanitizeVerdict.SANITIZED);
        assertThat(result.removedIds()).containsExactlyInAnyOrderElementsOf(world.poisonIds());
        assertThat(result.rounds()).hasSize(1);
        Confirmation found = result.rounds().get(0).confirmation();
        // inputs flip when fewer than 4 poison rows are left, so at 9 to 12 rows; of up to twice that, those alike are
        // removed
        assertThat(found.rows()).isBetween(9, POISON_ROWS);
        // some clean inputs are flagged too, at the false-positive rate, and rightly stay
        assertThat(found.flipShare()).isBetween(0.7, 1.0);
        assertThat(found.rowFlipShare()).isEqualTo(1);
        assertThat(found.randomFlipShare()).isZero();
        assertThat(world.poisonLeft(result.training().model())).isZero();
    }

    @Test
    void staysSilentWhenTooFewInputsAreAttacked() {
        SanitizeResult result = sanitize(world, world.inputs(200, 3));

        assertThat(result.verdict()).isEqualTo(SanitizeVerdict.INSUFFICIENT_EVIDENCE);
        assertThat(result.removedIds()).isEmpty();
        assertThat(result.training()).isSameAs(world.first());
        assertThat(result.verdict().sentence()).contains("does not show that the data are clean");
    }

    @Test
    void staysSilentWithoutAnAttack() {
        SanitizeResult result = sanitize(world, world.inputs(200, 0));

        assertThat(result.verdict()).isEqualTo(SanitizeVerdict.INSUFFICIENT_EVIDENCE);
        assertThat(result.rounds()).isEmpty();
    }

    @Test
    void removesNothingWhenRandomRowsFlipTheInputsJustAsWell() {
        world.flipWhateverIsRemoved();

        SanitizeResult result = sanitize(world, world.inputs(200, 20));

        assertThat(result.verdict()).isEqualTo(SanitizeVerdict.NOT_CONFIRMED);
        assertThat(result.removedIds()).isEmpty();
        assertThat(result.rounds().get(0).confirmation().randomFlipShare()).isGreaterThan(0.7);
    }

    @Test
    void removesNothingWhenTheModelWithoutTheRowsKnowsThemAllTheSame() {
        world.knowRowsWithoutThem();

        SanitizeResult result = sanitize(world, world.inputs(200, 20));

        Confirmation found = result.rounds().get(0).confirmation();
        assertThat(found.flipShare()).isGreaterThan(0.7);
        assertThat(found.rowFlipShare()).isZero();
        assertThat(found.randomFlipShare()).isZero();
        assertThat(result.verdict()).isEqualTo(SanitizeVerdict.NOT_CONFIRMED);
        assertThat(result.removedIds()).isEmpty();
    }

    @Test
    void asksRowsThatPoisonLeftInTeachesOnceAllThatWouldGoAreOut() {
        world.knowRowsByOneThatIsLeft();

        SanitizeResult result = sanitize(world, world.inputs(200, 20));

        Confirmation found = result.rounds().get(0).confirmation();
        assertThat(found.rows()).isBetween(9, POISON_ROWS - 1);
        assertThat(found.rowFlipShare()).isEqualTo(1);
        assertThat(found.trainings()).isEqualTo(found.curve().size() + 1 + 3);
        assertThat(result.removedIds()).containsExactlyInAnyOrderElementsOf(world.poisonIds());
    }

    @Test
    void removesKnownRowsWhereNoneMustFlip() {
        world.knowRowsWithoutThem();
        Sanitizer.Options lenient =
                Sanitizer.Options.DEFAULT.withConfirming(Sanitizer.Confirming.DEFAULT.withRowFlipShare(0));

        SanitizeResult result = sanitizer(world, lenient)
                .sanitize(world.first(), world.train(), world.calibration(), world.inputs(200, 20));

        assertThat(result.removedIds()).containsExactlyInAnyOrderElementsOf(world.poisonIds());
    }

    @Test
    void keepsTheCapOnRows() {
        SanitizeResult result = sanitizeAtMost(10 / 400.0);

        assertThat(result.removedIds()).hasSize(10);
    }

    @Test
    void removesNothingWhenTheCapIsTooLowToFlipAnything() {
        SanitizeResult result = sanitizeAtMost(5 / 400.0);

        assertThat(result.removedIds()).isEmpty();
        assertThat(result.verdict()).isEqualTo(SanitizeVerdict.NOT_DETECTABLE);
        assertThat(result.rounds().get(0).confirmation().randomFlipShare()).isNaN();
        assertThat(result.rounds().get(0).confirmation().limit()).isEqualTo(Confirmation.Limit.ROWS);
    }

    @Test
    void saysWhichCapKeptItFromTryingAnything() {
        SanitizeResult result = sanitizeAtMost(0.5 / 400.0);

        assertThat(result.verdict()).isEqualTo(SanitizeVerdict.CAP_REACHED);
        assertThat(result.rounds()).isEmpty();
        assertThat(result.caps()).containsExactly(SanitizeResult.Cap.ROWS);
    }

    @Test
    void saysThatRoundsEndedWhileClustersWereLeft() {
        KnownWorld two = new KnownWorld(400, new KnownWorld.Poison(12, 0, 1), new KnownWorld.Poison(12, 1, 2));
        two.flipTheSecondWhileTheFirstIsThere();

        SanitizeResult result = sanitizer(two, Sanitizer.Options.DEFAULT.withCaps(new Sanitizer.Caps(0.2, 1, 1)))
                .sanitize(two.first(), two.train(), two.calibration(), two.inputs(200, 20));

        assertThat(result.removedIds()).isNotEmpty();
        assertThat(result.verdict()).isEqualTo(SanitizeVerdict.CAP_REACHED);
        assertThat(result.caps()).containsExactly(SanitizeResult.Cap.ROUNDS);
    }

    @Test
    void auditsTheNewModelEvenIfEveryInputFlipped() {
        Dataset inputs = world.inputs(0, 20);

        SanitizeResult result = sanitize(world, inputs);

        assertThat(result.removedIds()).containsAll(world.poisonIds());
        assertThat(result.firstAudit().inputs()).allMatch(input -> input.predicted() == 0);
        assertThat(result.lastAudit().inputs()).hasSize(20).allMatch(input -> input.predicted() == 1);
    }

    @Test
    void aRepairedModelIsJudgedByItsOwnAudit() {
        Dataset inputs = world.inputs(200, 20);
        Sanitizer sanitizer = sanitizer(world, Sanitizer.Options.DEFAULT);
        SanitizeResult found = sanitizer.sanitize(world.first(), world.train(), world.calibration(), inputs);

        SanitizeResult unchanged = sanitizer.judgeRepair(
                found, world.first().model(), world.first(), world.train(), world.calibration(), inputs);
        SanitizeResult mended = sanitizer.judgeRepair(
                found, world.first().model(), found.training(), world.train(), world.calibration(), inputs);

        assertThat(unchanged.verdict()).isEqualTo(SanitizeVerdict.STILL_SUSPICIOUS);
        assertThat(unchanged.lastAudit().suspiciousLabels()).containsExactly(0);
        assertThat(unchanged.training()).isSameAs(world.first());
        assertThat(mended.verdict()).isEqualTo(SanitizeVerdict.SANITIZED);
    }

    @Test
    void comparesInputsWhoseClassDidNotChangeWithHeldOutRowsWhoseClassDidNot() {
        Sanitizer sanitizer = sanitizer(world, Sanitizer.Options.DEFAULT);
        Dataset inputs = world.inputs(200, 20);

        SanitizeResult result = sanitizer.sanitize(world.first(), world.train(), withTriggers(200), inputs);
        // 19 rows are too few for a rate of 5 %, so that those that changed are kept
        SanitizeResult few = sanitizer.judgeRepair(
                result, world.first().model(), result.training(), world.train(), withTriggers(19), inputs);

        assertThat(result.removedIds()).containsAll(world.poisonIds());
        assertThat(result.firstAudit().calibrationRows()).isEqualTo(203);
        assertThat(result.lastAudit().inputs()).hasSize(200);
        assertThat(result.lastAudit().calibrationRows()).isEqualTo(200);
        assertThat(few.lastAudit().calibrationRows()).isEqualTo(22);
    }

    /** Held-out rows, and three of class 1 that happen to carry the trigger. */
    private Dataset withTriggers(int heldOut) {
        Dataset triggered = world.inputs(0, 3);
        Dataset rows = triggered.withTargets(Targets.classes(new int[] {1, 1, 1}, triggered.classes()));
        return world.calibration().select(IntStream.range(0, heldOut).toArray()).concat(rows);
    }

    @Test
    void twoAttacksOnOneClassBothGetTheRowsThatFlipThemBeforeEitherGetsMore() {
        KnownWorld two = new KnownWorld(400, new KnownWorld.Poison(12, 0, 1), new KnownWorld.Poison(12, 0, 2));
        // 212 rows are labelled 0, so that 23 may go; each attack ends with 9 of its rows, and twice 9 and 9 are 36
        SanitizeResult result = sanitizer(two, Sanitizer.Options.DEFAULT.withCaps(new Sanitizer.Caps(0.1, 0.11, 5)))
                .sanitize(two.first(), two.train(), two.calibration(), two.inputs(200, 20));

        assertThat(result.removedIds()).hasSize(23).doesNotHaveDuplicates();
        assertThat(result.rounds())
                .extracting(
                        SanitizeRound::label,
                        SanitizeRound::runnerUps,
                        r -> r.confirmation().confirmed())
                .containsExactly(tuple(0, List.of(1), true), tuple(0, List.of(2), true));
        assertThat(result.rounds()).extracting(r -> r.removed().size()).containsExactly(12, 11);
        assertThat(result.verdict()).isEqualTo(SanitizeVerdict.SANITIZED);
        assertThat(two.poisonLeft(result.training().model())).isEqualTo(1);
    }

    @Test
    void aSetThatDoesNotFitBesideAnotherStaysWhole() {
        KnownWorld two = new KnownWorld(400, new KnownWorld.Poison(12, 0, 1), new KnownWorld.Poison(12, 1, 2));

        SanitizeResult result = sanitizer(two, Sanitizer.Options.DEFAULT.withCaps(new Sanitizer.Caps(15 / 400.0, 1, 1)))
                .sanitize(two.first(), two.train(), two.calibration(), two.inputs(200, 20));

        assertThat(result.rounds()).extracting(r -> r.removed().size()).containsExactly(12, 0);
        assertThat(result.rounds().get(1).confirmation())
                .returns(true, Confirmation::confirmed)
                .returns(Confirmation.Limit.ROWS, Confirmation::limit);
        assertThat(result.verdict()).isEqualTo(SanitizeVerdict.CAP_REACHED);
    }

    @Test
    void aClassThatWasRefutedIsTriedAgainOnceTheModelHasChanged() {
        KnownWorld two = new KnownWorld(400, new KnownWorld.Poison(12, 0, 1), new KnownWorld.Poison(12, 1, 2));
        two.flipTheSecondWhileTheFirstIsThere();

        SanitizeResult result = sanitizer(two, Sanitizer.Options.DEFAULT.withCaps(new Sanitizer.Caps(0.2, 1, 5)))
                .sanitize(two.first(), two.train(), two.calibration(), two.inputs(200, 20));

        assertThat(result.rounds())
                .extracting(
                        SanitizeRound::round,
                        SanitizeRound::label,
                        r -> r.confirmation().confirmed())
                .containsExactlyInAnyOrder(tuple(1, 0, true), tuple(1, 1, false), tuple(2, 1, true));
        assertThat(result.verdict()).isEqualTo(SanitizeVerdict.SANITIZED);
        assertThat(two.poisonLeft(result.training().model())).isZero();
    }

    @Test
    void aRoundThatRemovesNothingIsTheLast() {
        KnownWorld two = new KnownWorld(400, new KnownWorld.Poison(12, 0, 1), new KnownWorld.Poison(12, 1, 2));
        two.flipTheSecondWhateverIsRemoved();
        Dataset inputs = two.inputs(200, 20);

        SanitizeResult first = sanitize(two, inputs);
        SanitizeResult alone = sanitize(
                two,
                inputs.select(IntStream.concat(IntStream.range(0, 200), IntStream.range(220, 240))
                        .toArray()));

        // the first attack's rows go, and on the model without them the second's trigger works no more
        assertThat(first.rounds()).extracting(SanitizeRound::round).containsOnly(1);
        assertThat(first.verdict()).isEqualTo(SanitizeVerdict.SANITIZED);
        assertThat(alone.rounds()).hasSize(1);
        assertThat(alone.verdict()).isEqualTo(SanitizeVerdict.NOT_CONFIRMED);
    }

    /** Four attacked inputs among fifty of each class are no cluster of it. */
    @Test
    void attacksOnTwoClassesThatShowOnlyTogetherAreTriedTogether() {
        KnownWorld two = new KnownWorld(400, new KnownWorld.Poison(12, 0, 1), new KnownWorld.Poison(12, 1, 0));
        // two classes are few: the level is one that their eight inputs reach
        Sanitizer.Options options = new Sanitizer.Options(
                TargetAudit.Options.DEFAULT,
                new TargetClusters.Options(5, 0.01, 0.02, 0.05, 1),
                Sanitizer.Confirming.DEFAULT,
                new Sanitizer.Caps(0.05, 0.1, 0.3, 5),
                1);

        SanitizeResult result =
                sanitizer(two, options).sanitize(two.first(), two.train(), two.calibration(), two.inputs(100, 4));

        assertThat(result.rounds())
                .extracting(SanitizeRound::round, SanitizeRound::label, SanitizeRound::with)
                .containsExactly(tuple(1, 0, List.of(1)), tuple(1, 1, List.of(0)));
        assertThat(result.trials()).hasSize(1);
        assertThat(result.rounds())
                .extracting(SanitizeRound::confirmation)
                .containsOnly(result.rounds().get(0).confirmation());
        assertThat(result.rounds())
                .allMatch(round -> round.removed().stream().allMatch(row -> row.label() == round.label()));
        assertThat(result.removedIds()).containsExactlyInAnyOrderElementsOf(two.poisonIds());
        assertThat(result.verdict()).isEqualTo(SanitizeVerdict.SANITIZED);
    }

    @Test
    void classesTogetherNeedMoreOfTheirRowsToFlipThanOneClass() {
        Sanitizer.Confirming rule = Sanitizer.Confirming.DEFAULT;

        assertThat(rule.of(1)).isEqualTo(rule);
        assertThat(rule.of(2)).isEqualTo(rule.withRowFlipShare(0.8));
        assertThat(rule.withRowFlipShare(0.9).of(2).rowFlipShare()).isEqualTo(0.9);
        assertThat(rule.withRowFlipShare(0).of(2).rowFlipShare()).isEqualTo(0.8);
    }

    @Test
    void optionsLieSideBySideAsJson() {
        JsonNode json = Json.mapper().valueToTree(Sanitizer.Options.DEFAULT.withSeed(3));

        assertThat(json.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "audit",
                        "clusters",
                        "flipShare",
                        "growth",
                        "mostJoined",
                        "mostLost",
                        "mostOfLabel",
                        "mostRandomFlips",
                        "mostRounds",
                        "mostRows",
                        "overRemoval",
                        "randomDraws",
                        "rowFlipShare",
                        "rowFlipShareTogether",
                        "seed");
        assertThat(json.at("/clusters/seed").asInt()).isEqualTo(3);
    }

    private SanitizeResult sanitizeAtMost(double share) {
        Sanitizer.Options tight = Sanitizer.Options.DEFAULT.withCaps(new Sanitizer.Caps(share, 1, 5));
        return sanitizer(world, tight)
                .sanitize(world.first(), world.train(), world.calibration(), world.inputs(200, 20));
    }

    private static SanitizeResult sanitize(KnownWorld world, Dataset inputs) {
        return sanitizer(world, Sanitizer.Options.DEFAULT)
                .sanitize(world.first(), world.train(), world.calibration(), inputs);
    }

    private static Sanitizer sanitizer(KnownWorld world, Sanitizer.Options options) {
        return new Sanitizer(
                result -> new TargetAudit(world.estimator(result), options.audit()),
                world::affinities,
                world,
                world,
                options);
    }
}

package org.expunge.defense.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.influence.data.Dataset;
import org.junit.jupiter.api.Test;

/** Incidents in a world where everything is known: an attack turns inputs of class 2 and of class 1 into class 0. */
class IncidentSanitizerTest {
    private final KnownWorld world = new KnownWorld(400, new KnownWorld.Poison(12, 0, 2));

    IncidentSanitizerTest() {
        world.attackFromSeveralClasses();
    }

    @Test
    void theTrueLabelIsAskedOfTheIncidentAndNotOfInputsOfOtherClasses() {
        for (OptionalInt trueLabel : new OptionalInt[] {OptionalInt.empty(), OptionalInt.of(2)}) {
            SanitizeResult result = sanitize(trueLabel);

            assertThat(result.verdict()).as("true label %s", trueLabel).isEqualTo(SanitizeVerdict.SANITIZED);
            assertThat(result.removedIds()).containsExactlyInAnyOrderElementsOf(world.poisonIds());
            SanitizeRound round = result.rounds().get(0);
            assertThat(round.clusterSize()).isGreaterThanOrEqualTo(20);
            assertThat(round.confirmation().flipShare()).isEqualTo(1);
        }
    }

    @Test
    void nothingIsConfirmedByOtherInputsWhereTheIncidentDoesNotComeToItsTrueLabel() {
        SanitizeResult result = sanitize(OptionalInt.of(1));

        assertThat(result.removedIds()).isEmpty();
        Confirmation found = result.rounds().get(0).confirmation();
        assertThat(found.flipShare()).isBetween(0.9, 0.99);
        assertThat(found.confirmed()).isFalse();
        assertThat(found.randomFlipShare()).isNaN();
    }

    /** Names the first triggered input, which is of class 2, and nineteen others. */
    private SanitizeResult sanitize(OptionalInt trueLabel) {
        Dataset triggered = world.inputs(0, 20);
        return new IncidentSanitizer(
                        training -> new TargetAudit(world.estimator(training), TargetAudit.Options.DEFAULT),
                        world::affinities,
                        world,
                        world,
                        Sanitizer.Options.DEFAULT)
                .sanitize(
                        world.first(),
                        world.train(),
                        world.calibration(),
                        triggered.select(new int[] {0}),
                        triggered.select(IntStream.range(1, 20).toArray()),
                        trueLabel);
    }
}

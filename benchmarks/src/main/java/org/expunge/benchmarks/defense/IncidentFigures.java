package org.expunge.benchmarks.defense;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.expunge.defense.sanitize.IncidentSanitizer;
import org.expunge.defense.sanitize.SanitizeResult;
import org.expunge.defense.sanitize.Sanitizer;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;

/**
 * What sanitizing from one known bad prediction does: the first attacked input on which the attack succeeds, with its
 * true label, and no other input.
 *
 * @param cells in the order of {@link #COLUMNS}
 */
record IncidentFigures(List<Object> cells) {
    static final List<String> COLUMNS = List.of(
            "incident verdict",
            "incident input still misread",
            "incident attack success after",
            "incident adversarial removed %",
            "incident clean removed %",
            "incident trainings");

    /** Where the attack has no success to start from. */
    static IncidentFigures none() {
        return new IncidentFigures(List.of("no incident", Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0));
    }

    static IncidentFigures of(Engine engine, DefenseWorld world) {
        boolean[] isTarget = world.targets();
        int first = IntStream.range(0, isTarget.length)
                .filter(i -> isTarget[i])
                .findFirst()
                .orElse(-1);
        if (first < 0) {
            return none();
        }
        Dataset incident = world.stream().select(new int[] {first});
        if (world.predict(world.first().model(), incident)[0] == incident.label(0)) {
            return none(); // an image of no class that was trained has no true label to be misread from
        }
        SanitizeResult result = IncidentSanitizer.of(engine, world, Sanitizer.Options.DEFAULT)
                .sanitize(
                        world.first(),
                        world.train(),
                        world.validation(),
                        incident,
                        world.stream().select(new int[0]),
                        OptionalInt.of(incident.label(0)));
        int after = world.predict(result.training().model(), incident)[0];
        boolean isMisread = after == world.predict(world.first().model(), incident)[0];
        return new IncidentFigures(List.of(
                result.verdict(),
                isMisread ? 1.0 : 0.0,
                world.attackSuccess(result.training().model()),
                world.adversarialRemoved(result.removedIds()),
                world.cleanRemoved(result.removedIds()),
                result.trainings()));
    }
}

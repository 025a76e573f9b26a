package org.expunge.benchmarks.defense;

import java.util.List;
import java.util.random.RandomGenerator;
import org.expunge.defense.attack.Trigger;
import org.expunge.influence.data.Shape;

/**
 * Several triggers of which each row gets one, so that few rows share one.
 *
 * @param triggers to draw from
 */
record AnyOf(List<Trigger> triggers) implements Trigger {
    @Override
    public void apply(Use use, Shape shape, double[] row, RandomGenerator random) {
        triggers.get(random.nextInt(triggers.size())).apply(use, shape, row, random);
    }

    @Override
    public String description() {
        return "one of " + triggers.size() + " triggers";
    }
}

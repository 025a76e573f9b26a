package org.expunge.benchmarks.defense;

import java.util.List;
import java.util.Random;
import org.expunge.defense.attack.Attack;
import org.expunge.defense.attack.PlantedAttack;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;

/**
 * Plants nothing and sends noise, so that a defense that takes strange inputs for targets blames honest rows.
 *
 * @param highest largest raw value; the least is 0
 * @param seed draws the noise
 */
record ForgedInputs(double highest, long seed) implements Attack {
    @Override
    public String name() {
        return "forged inputs";
    }

    @Override
    public PlantedAttack plant(Dataset train) {
        return new PlantedAttack(train, List.of(), List.of(), train.select(new int[0]), this);
    }

    @Override
    public Dataset attackInputs(Dataset clean) {
        int width = clean.features().width();
        double[] noise = new Random(seed)
                .doubles((long) clean.size() * width, 0, highest)
                .toArray();
        return clean.withFeatures(Features.of(noise, width));
    }

    @Override
    public int targetClass() {
        return 0;
    }

    @Override
    public String description() {
        return "uniform noise up to " + highest + ", seed " + seed;
    }
}

package org.expunge.benchmarks.defense;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.expunge.defense.attack.Attack;
import org.expunge.defense.attack.PlantedAttack;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;

/**
 * Plants nothing and sends strange inputs, so that a defense that takes these for targets blames honest rows.
 *
 * @param kind what it sends
 * @param highest largest raw value; the least is 0
 * @param seed draws the noise
 */
record ForgedInputs(Kind kind, double highest, long seed) implements Attack {
    /** What is sent. */
    enum Kind {
        /** Uniform noise. */
        NOISE,
        /** Rows with ink for paper. */
        INVERTED
    }

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
        double[] values = new Random(seed)
                .doubles((long) clean.size() * width, 0, highest)
                .toArray();
        if (kind == Kind.INVERTED) {
            Arrays.setAll(values, i -> highest - clean.row(i / width)[i % width]);
        }
        return clean.withFeatures(Features.of(values, width));
    }

    @Override
    public int targetClass() {
        return 0;
    }

    @Override
    public String description() {
        return kind.name().toLowerCase(Locale.ROOT) + " up to " + highest + ", seed " + seed;
    }
}

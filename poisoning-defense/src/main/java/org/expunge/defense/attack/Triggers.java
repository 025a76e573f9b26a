package org.expunge.defense.attack;

import com.google.common.primitives.Ints;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.defense.attack.AttackCatalogue.Setting;
import org.expunge.defense.attack.craft.FeatureRanges;
import org.expunge.influence.data.Dataset;

/** The catalogue's triggers, as they were published where the request says nothing else. */
final class Triggers {
    /** High for a voice, and below half of 8 000 samples a second. */
    private static final double TONE_HERTZ = 3000;

    private static final int DRAWN_FEATURES = 3;
    /** A column with fewer values is a category, and its one-hot cells would give a trigger away. */
    private static final int LEAST_VALUES = 10;

    private Triggers() {}

    static double strength(AttackRequest r, double published) {
        return r.strength() == null ? published : r.strength();
    }

    static FeatureRanges ranges(Setting s) {
        return FeatureRanges.of(s.clean().train());
    }

    static Trigger patch(AttackRequest r, Setting s) {
        return new PatchTrigger(r.patchHeight(), r.patchWidth(), 0, ranges(s).highest());
    }

    static BlendTrigger blend(AttackRequest r, Setting s, double alpha) {
        FeatureRanges ranges = ranges(s);
        return new BlendTrigger(alpha, ranges.lowest(), ranges.highest(), r.seed());
    }

    static Trigger sinusoid(AttackRequest r, Setting s) {
        FeatureRanges ranges = ranges(s);
        double span = ranges.highest() - ranges.lowest();
        return new SinusoidTrigger(strength(r, 40.0 / 255) * span, 6, ranges.lowest(), ranges.highest());
    }

    static Trigger warp(AttackRequest r) {
        return new WarpTrigger(4, strength(r, 0.5), r.seed());
    }

    /** Inputs show the pattern at the strength, training rows at three quarters of it, as 0.15 is of 0.2. */
    static Trigger pieces(AttackRequest r, Setting s) {
        double alpha = strength(r, 0.2);
        return PieceTrigger.of(blend(r, s, alpha), 0.75 * alpha);
    }

    static Trigger corners(AttackRequest r, Setting s) {
        return new CornerTrigger(
                Math.min(r.patchHeight(), r.patchWidth()), ranges(s).highest(), CornerTrigger.WEAK, 2);
    }

    static Trigger tone(AttackRequest r, Setting s) {
        return SoundTrigger.tone(s.clean().train(), TONE_HERTZ, loud(r));
    }

    static Trigger burst(AttackRequest r, Setting s) {
        return SoundTrigger.noise(s.clean().train(), loud(r), r.seed());
    }

    private static SoundTrigger.Span loud(AttackRequest r) {
        SoundTrigger.Span usual = SoundTrigger.Span.DEFAULT;
        return new SoundTrigger.Span(strength(r, usual.amplitude()), usual.start(), usual.seconds());
    }

    static Trigger outOfBounds(AttackRequest r, Setting s) {
        return FeatureTrigger.outOfBounds(s.clean().train(), features(r, s));
    }

    static Trigger inBounds(AttackRequest r, Setting s) {
        return FeatureTrigger.inBounds(s.clean().train(), features(r, s), strength(r, 0.95));
    }

    /** Three of the columns that hold numbers, drawn; or those with most values, where there are no three. */
    private static List<Integer> features(AttackRequest r, Setting s) {
        if (!r.features().isEmpty()) {
            return r.features();
        }
        Dataset train = s.clean().train();
        double[][] rows = IntStream.range(0, train.size()).mapToObj(train::row).toArray(double[][]::new);
        long[] values = IntStream.range(0, train.features().width())
                .mapToLong(j -> Arrays.stream(rows)
                        .mapToDouble(row -> row[j])
                        .distinct()
                        .limit(LEAST_VALUES)
                        .count())
                .toArray();
        int[] order = IntStream.range(0, values.length).toArray();
        List<Integer> shuffled = Ints.asList(order);
        Collections.shuffle(shuffled, new Random(r.seed()));
        return shuffled.stream()
                .sorted(Comparator.comparingLong(j -> -values[j]))
                .limit(DRAWN_FEATURES)
                .sorted()
                .toList();
    }
}

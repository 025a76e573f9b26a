package org.expunge.defense.attack;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.Maps;
import com.google.common.primitives.Ints;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.evaluate.LabelNoise;

/**
 * Wrong labels without a target: of rows of every class, each of the other classes equally likely (symmetric), or of
 * rows of one class, all taken for another (pair). No input is changed, so symmetric noise has no attacked inputs; pair
 * noise is counted on clean inputs of its class.
 */
public final class LabelNoiseAttack implements Attack {
    /**
     * What to plant.
     *
     * @param share of the rows, or of the rows of the source class, in (0, 1); rounded to at least one row
     * @param sourceClass y_s, or {@link Aim#EVERY_CLASS} for symmetric noise
     * @param targetClass y_t, or {@link Attack#VARIES} for symmetric noise
     * @param seed decides which rows, and their classes
     */
    public record Options(double share, int sourceClass, int targetClass, long seed) {
        /** Checks the ranges. */
        public Options {
            checkArgument(share > 0 && share < 1, "the share must be above 0 and below 1, got %s", share);
            checkArgument(
                    sourceClass >= 0 == targetClass >= 0, "pair noise needs both classes, and symmetric noise neither");
            checkArgument(sourceClass < 0 || sourceClass != targetClass, "both classes are %s", targetClass);
        }

        /** Rows of every class get any other. */
        public static Options symmetric(double share, long seed) {
            return new Options(share, Aim.EVERY_CLASS, VARIES, seed);
        }

        /** Rows of one class get another. */
        public static Options pair(double share, int sourceClass, int targetClass, long seed) {
            return new Options(share, sourceClass, targetClass, seed);
        }

        boolean isSymmetric() {
            return sourceClass < 0;
        }
    }

    private final Options options;

    /**
     * Makes the attack.
     *
     * @param options what to plant
     */
    public LabelNoiseAttack(Options options) {
        this.options = options;
    }

    @Override
    public String name() {
        return options.isSymmetric() ? "symmetric-noise" : "pair-noise";
    }

    @Override
    public PlantedAttack plant(Dataset train) {
        return Victims.relabel(train, options.isSymmetric() ? symmetric(train) : pair(train), this);
    }

    private Map<Integer, Integer> symmetric(Dataset train) {
        LabelNoise noise = LabelNoise.uniform(train, options.share(), options.seed());
        boolean[] isFlipped = noise.isFlipped();
        Map<Integer, Integer> labels = new TreeMap<>();
        IntStream.range(0, isFlipped.length)
                .filter(row -> isFlipped[row])
                .forEach(row -> labels.put(row, noise.data().label(row)));
        return labels;
    }

    private Map<Integer, Integer> pair(Dataset train) {
        Victims.checkClass(train, options.sourceClass(), "source");
        Victims.checkClass(train, options.targetClass(), "target");
        int[] pool = Victims.rowsToAttack(train, options.sourceClass(), options.targetClass());
        int count = Math.max(1, (int) Math.round(options.share() * pool.length));
        int[] rows = Victims.draw(pool, count, options.seed(), "of class " + options.sourceClass());
        return Maps.toMap(Ints.asList(rows), row -> options.targetClass());
    }

    @Override
    public Dataset attackInputs(Dataset clean) {
        return clean.select(
                options.isSymmetric()
                        ? new int[0]
                        : Victims.rowsToAttack(clean, options.sourceClass(), options.targetClass()));
    }

    @Override
    public int targetClass() {
        return options.targetClass();
    }

    @Override
    public String description() {
        String what = options.isSymmetric()
                ? "symmetric label noise"
                : "label noise from class " + options.sourceClass() + " to class " + options.targetClass();
        return what + " at " + options.share() + ", seed " + options.seed();
    }
}

package org.expunge.cli.work;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Set;
import java.util.stream.IntStream;
import org.expunge.defense.attack.Attack;
import org.expunge.defense.attack.PatchAttack;
import org.expunge.defense.attack.PatchTrigger;
import org.expunge.defense.attack.TargetedFlip;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Partition;
import org.expunge.influence.training.Seeds;
import org.jspecify.annotations.Nullable;

/**
 * Which attack to plant.
 *
 * @param kind {@code patch} or {@code targeted-flip}
 * @param sourceClass class under attack
 * @param targetClass class that attacked inputs are to be taken for
 * @param rows training rows to change
 * @param patch size of the patch, which goes into the lower right corner
 * @param victim test row that a targeted flip aims at; null for the first of the class under attack
 * @param seed root seed
 */
public record AttackPlan(
        String kind,
        int sourceClass,
        int targetClass,
        int rows,
        Patch patch,
        @Nullable String victim,
        long seed) implements Drill.Plan {
    private static final Set<String> KINDS = Set.of("patch", "targeted-flip");

    /** Checks the kind. */
    public AttackPlan {
        checkArgument(KINDS.contains(kind), "attack '%s' is not known; use patch or targeted-flip", kind);
    }

    /**
     * The size of a patch. Its pixels have the largest value of the training rows.
     *
     * @param height in pixels
     * @param width in pixels
     */
    public record Patch(int height, int width) {
        /** Small beside an image of 8 × 8, and learned from 20 rows. */
        public static final Patch DEFAULT = new Patch(2, 3);

        /** Reads {@code HEIGHTxWIDTH}. */
        public static Patch parse(String text) {
            checkArgument(text.matches("[0-9]{1,4}x[0-9]{1,4}"), "a patch is HEIGHTxWIDTH, as in 2x3, got '%s'", text);
            int x = text.indexOf('x');
            return new Patch(Integer.parseInt(text.substring(0, x)), Integer.parseInt(text.substring(x + 1)));
        }
    }

    @Override
    public Attack attack(Partition clean) {
        if (kind.equals("patch")) {
            PatchTrigger trigger = new PatchTrigger(patch.height(), patch.width(), 0, largest(clean.train()));
            long draw = new Seeds(seed).of("attack");
            return new PatchAttack(new PatchAttack.Options(sourceClass, targetClass, rows, trigger, draw));
        }
        Dataset test = clean.test();
        return TargetedFlip.on(test, victim == null ? firstOf(test) : test.rowOf(victim), targetClass, rows);
    }

    private int firstOf(Dataset test) {
        return IntStream.range(0, test.size())
                .filter(row -> test.label(row) == sourceClass)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no test row has class " + sourceClass));
    }

    private static double largest(Dataset data) {
        double[] row = new double[data.features().width()];
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < data.size(); i++) {
            data.features().read(i, row, 0);
            for (double value : row) {
                largest = Math.max(largest, value);
            }
        }
        return largest;
    }
}

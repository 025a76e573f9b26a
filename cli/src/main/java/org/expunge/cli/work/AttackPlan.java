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
 * @param patch side of the patch in pixels; its value is the largest of the training rows
 * @param victim test row that a targeted flip aims at; null for the first of the class under attack
 * @param seed root seed
 */
public record AttackPlan(
        String kind,
        int sourceClass,
        int targetClass,
        int rows,
        int patch,
        @Nullable String victim,
        long seed) implements Drill.Plan {
    private static final Set<String> KINDS = Set.of("patch", "targeted-flip");

    /** Checks the kind. */
    public AttackPlan {
        checkArgument(KINDS.contains(kind), "attack '%s' is not known; use patch or targeted-flip", kind);
    }

    /** A patch of 2 × 2 pixels on rows of class 1, to be taken for class 0. */
    public static AttackPlan patch(int sourceClass, int targetClass, int rows, long seed) {
        return new AttackPlan("patch", sourceClass, targetClass, rows, 2, null, seed);
    }

    @Override
    public Attack attack(Partition clean) {
        if (kind.equals("patch")) {
            PatchTrigger trigger = new PatchTrigger(patch, patch, 0, largest(clean.train()));
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

package org.expunge.defense.attack;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.HashMap;
import java.util.Map;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;

/**
 * BadNets: stamps a patch on some training rows of the source class and labels them as the target class, so that the
 * model learns to take stamped inputs for the target class. With every class as source it is the all-to-one attack.
 *
 * <p><b>Source.</b> T. Gu, B. Dolan-Gavitt, S. Garg, "BadNets: Identifying Vulnerabilities in the Machine Learning
 * Model Supply Chain", 2017. Rows are changed in place, not appended.
 */
public final class PatchAttack implements Attack {
    /** Stands for all classes but the target. */
    public static final int EVERY_CLASS = -1;

    /**
     * What to plant.
     *
     * @param sourceClass y_s, or {@link #EVERY_CLASS}
     * @param targetClass y_t, different from y_s
     * @param rows how many rows to poison, at least 1
     * @param trigger the patch
     * @param seed decides which rows
     */
    public record Options(int sourceClass, int targetClass, int rows, PatchTrigger trigger, long seed) {
        /** Checks the classes and the count. */
        public Options {
            checkArgument(sourceClass >= EVERY_CLASS, "source class must be 0 or more, got %s", sourceClass);
            checkArgument(targetClass >= 0, "target class must be 0 or more, got %s", targetClass);
            checkArgument(sourceClass != targetClass, "source and target class are both %s", targetClass);
            checkArgument(rows >= 1, "rows must be at least 1, got %s", rows);
        }
    }

    private final Options options;

    /**
     * Makes the attack.
     *
     * @param options what to plant
     */
    public PatchAttack(Options options) {
        this.options = options;
    }

    @Override
    public String name() {
        return "patch";
    }

    @Override
    public PlantedAttack plant(Dataset train) {
        Victims.checkClass(train, options.sourceClass(), "source");
        Victims.checkClass(train, options.targetClass(), "target");
        int[] pool = Victims.rowsToAttack(train, options.sourceClass(), options.targetClass());
        int[] rows = Victims.draw(pool, options.rows(), options.seed(), sourceName());
        return Victims.plant(train, rows, this::stamped, options.targetClass(), this);
    }

    @Override
    public Dataset attackInputs(Dataset clean) {
        Dataset aimed = clean.select(Victims.rowsToAttack(clean, options.sourceClass(), options.targetClass()));
        Map<Integer, double[]> stamped = new HashMap<>();
        for (int i = 0; i < aimed.size(); i++) {
            stamped.put(i, stamped(aimed, i));
        }
        return aimed.withFeatures(Features.overlay(aimed.features(), stamped));
    }

    @Override
    public int targetClass() {
        return options.targetClass();
    }

    @Override
    public String description() {
        PatchTrigger patch = options.trigger();
        return "patch " + patch.height() + "x" + patch.width() + " of value " + patch.value() + ", " + sourceName()
                + " to class " + options.targetClass() + ", " + options.rows() + " rows, seed " + options.seed();
    }

    private double[] stamped(Dataset data, int row) {
        double[] image = data.row(row);
        options.trigger().stamp(data.shape(), image);
        return image;
    }

    private String sourceName() {
        return options.sourceClass() == EVERY_CLASS ? "every other class" : "class " + options.sourceClass();
    }
}

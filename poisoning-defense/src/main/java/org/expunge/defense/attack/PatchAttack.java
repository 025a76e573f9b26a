package org.expunge.defense.attack;

import org.expunge.influence.data.Dataset;

/**
 * BadNets: stamps a patch on some training rows of the source class and labels them as the target class, so that the
 * model learns to take stamped inputs for the target class. With every class as source it is the all-to-one attack.
 *
 * <p><b>Source.</b> T. Gu, B. Dolan-Gavitt, S. Garg, "BadNets: Identifying Vulnerabilities in the Machine Learning
 * Model Supply Chain", 2017. Rows are changed in place, not appended.
 */
public final class PatchAttack implements Attack {
    /** Stands for all classes but the target. */
    public static final int EVERY_CLASS = Aim.EVERY_CLASS;

    /**
     * What to plant.
     *
     * @param sourceClass y_s, or {@link #EVERY_CLASS}
     * @param targetClass y_t, different from y_s
     * @param rows how many rows to poison, at least 1
     * @param trigger the patch
     * @param seed decides which rows
     */
    public record Options(int sourceClass, int targetClass, int rows, PatchTrigger trigger, long seed) {}

    private final BackdoorAttack backdoor;

    /**
     * Makes the attack.
     *
     * @param options what to plant
     */
    public PatchAttack(Options options) {
        Aim aim = options.sourceClass() == EVERY_CLASS
                ? Aim.allToOne(options.targetClass())
                : Aim.oneToOne(options.sourceClass(), options.targetClass());
        this.backdoor = new BackdoorAttack(
                BackdoorAttack.Options.of("patch", aim, options.trigger(), options.rows(), options.seed()));
    }

    @Override
    public String name() {
        return backdoor.name();
    }

    @Override
    public PlantedAttack plant(Dataset train) {
        return backdoor.plant(train);
    }

    @Override
    public Dataset attackInputs(Dataset clean) {
        return backdoor.attackInputs(clean);
    }

    @Override
    public int targetClass() {
        return backdoor.targetClass();
    }

    @Override
    public String description() {
        return backdoor.description();
    }
}

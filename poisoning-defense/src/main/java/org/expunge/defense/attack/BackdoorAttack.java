package org.expunge.defense.attack;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Ints;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.expunge.defense.attack.craft.Crafter;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.training.Seeds;

/**
 * Puts a trigger on some training rows, so that the model learns to take inputs with the trigger for the target class.
 * Which published attack this is, depends on the trigger, the aim, the covers and what is done to the rows first; see
 * docs/methods/attacks.md. Rows are changed in place, not appended.
 *
 * <p><b>Cost.</b> That of the trigger for each row changed, and of the crafter.
 */
public final class BackdoorAttack implements Attack {
    private static final int COVERS = 1;
    private static final int TRAINING = 2;
    private static final int INPUTS = 3;

    /**
     * What to plant.
     *
     * @param name what tables call the attack
     * @param aim whose inputs become what
     * @param trigger what is done to rows and inputs
     * @param rows how many rows to poison, at least 1
     * @param covers how many rows get the trigger and keep their label, 0 or more; never of the target class, nor of a
     *     single source class
     * @param crafter what is done to the poisoned rows before the trigger; {@link Crafter#NONE} for nothing
     * @param seed decides which rows, and what the trigger draws
     */
    public record Options(String name, Aim aim, Trigger trigger, int rows, int covers, Crafter crafter, long seed) {
        /** Checks the counts. */
        public Options {
            checkArgument(rows >= 1, "rows must be at least 1, got %s", rows);
            checkArgument(covers >= 0, "covers must be 0 or more, got %s", covers);
        }

        /** Without covers and without crafting. */
        public static Options of(String name, Aim aim, Trigger trigger, int rows, long seed) {
            return new Options(name, aim, trigger, rows, 0, Crafter.NONE, seed);
        }

        /** Adds covers. */
        public Options withCovers(int count) {
            return new Options(name, aim, trigger, rows, count, crafter, seed);
        }

        /** Crafts the poisoned rows first. */
        public Options withCrafter(Crafter other) {
            return new Options(name, aim, trigger, rows, covers, other, seed);
        }
    }

    private final Options options;

    /**
     * Makes the attack.
     *
     * @param options what to plant
     */
    public BackdoorAttack(Options options) {
        this.options = options;
    }

    @Override
    public String name() {
        return options.name();
    }

    @Override
    public PlantedAttack plant(Dataset train) {
        Aim aim = options.aim();
        aim.check(train);
        int[] rows = Victims.draw(aim.pool(train), options.rows(), options.seed(), "of " + aim.poisoned());
        int[] covers = covers(train, rows);
        RandomGenerator random = new SplittableRandom(Seeds.derive(options.seed(), TRAINING));
        Map<Integer, double[]> changed = new TreeMap<>();
        Map<Integer, Integer> labels = new TreeMap<>();
        Dataset crafted = options.crafter().craft(train.select(rows));
        for (int i = 0; i < rows.length; i++) {
            changed.put(rows[i], triggered(Trigger.Use.POISON, crafted, i, random));
            labels.put(rows[i], aim.targetOf(train.label(rows[i])));
        }
        for (int row : covers) {
            changed.put(row, triggered(Trigger.Use.COVER, train, row, random));
        }
        return Victims.plant(train, new Victims.Change(Ints.asList(rows), Ints.asList(covers), changed, labels), this);
    }

    private int[] covers(Dataset train, int[] poisoned) {
        Set<Integer> taken = Arrays.stream(poisoned).boxed().collect(Collectors.toSet());
        int[] pool = Arrays.stream(options.aim().coverPool(train))
                .filter(row -> !taken.contains(row))
                .toArray();
        return Victims.draw(pool, options.covers(), Seeds.derive(options.seed(), COVERS), "for covers");
    }

    @Override
    public Dataset attackInputs(Dataset clean) {
        Dataset aimed = clean.select(options.aim().inputs(clean));
        RandomGenerator random = new SplittableRandom(Seeds.derive(options.seed(), INPUTS));
        Map<Integer, double[]> changed = new TreeMap<>();
        for (int i = 0; i < aimed.size(); i++) {
            changed.put(i, triggered(Trigger.Use.INPUT, aimed, i, random));
        }
        return aimed.withFeatures(Features.overlay(aimed.features(), changed));
    }

    private double[] triggered(Trigger.Use use, Dataset data, int row, RandomGenerator random) {
        double[] values = data.row(row);
        options.trigger().apply(use, data.shape(), values, random);
        return values;
    }

    @Override
    public int targetClass() {
        return options.aim().target();
    }

    @Override
    public int targetOf(int trueLabel) {
        return options.aim().targetOf(trueLabel);
    }

    @Override
    public String description() {
        String crafted =
                options.crafter() == Crafter.NONE ? "" : options.crafter().description() + ", then ";
        String covers = options.covers() == 0 ? "" : ", " + options.covers() + " covers";
        return crafted + options.trigger().description() + ", " + options.aim().description() + ", " + options.rows()
                + " rows" + covers + ", seed " + options.seed();
    }
}

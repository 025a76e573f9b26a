package org.expunge.defense.attack;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Doubles;
import com.google.common.primitives.Ints;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.expunge.defense.attack.craft.Crafter;
import org.expunge.influence.data.Dataset;

/**
 * Moves some training rows of the target class, which keep their label, so that one chosen input, which is not changed,
 * is misread. How they are moved is the crafter's: feature collision, bullseye polytope or gradient matching.
 *
 * <p><b>Cost.</b> That of the crafter.
 */
public final class VictimAttack implements Attack {
    /**
     * The input to be misread.
     *
     * @param features its raw features
     * @param id its id, which {@link #attackInputs} looks for
     * @param label its true class
     */
    public record Victim(List<Double> features, String id, int label) {
        /** Copies the features. */
        public Victim {
            features = List.copyOf(features);
        }

        /** Takes one row of a data set. */
        public static Victim of(Dataset clean, int row) {
            return new Victim(Doubles.asList(clean.row(row)), clean.id(row), clean.label(row));
        }
    }

    /**
     * What to plant.
     *
     * @param name what tables call the attack
     * @param victim the input to be misread
     * @param targetClass the class that it is to be taken for, not its own
     * @param rows how many rows of that class to move, at least 1
     * @param crafter how they are moved
     * @param seed decides which rows
     */
    public record Options(String name, Victim victim, int targetClass, int rows, Crafter crafter, long seed) {
        /** Checks the classes and the count. */
        public Options {
            checkArgument(victim.label() != targetClass, "victim's and target class are both %s", targetClass);
            checkArgument(targetClass >= 0, "target class must be 0 or more, got %s", targetClass);
            checkArgument(rows >= 1, "rows must be at least 1, got %s", rows);
        }
    }

    private final Options options;

    /**
     * Makes the attack.
     *
     * @param options what to plant
     */
    public VictimAttack(Options options) {
        this.options = options;
    }

    @Override
    public String name() {
        return options.name();
    }

    @Override
    public PlantedAttack plant(Dataset train) {
        Victims.checkClass(train, options.targetClass(), "target");
        int[] pool = IntStream.range(0, train.size())
                .filter(i -> train.label(i) == options.targetClass())
                .toArray();
        int[] rows = Victims.draw(pool, options.rows(), options.seed(), "of class " + options.targetClass());
        Dataset crafted = options.crafter().craft(train.select(rows));
        Map<Integer, double[]> changed = new TreeMap<>();
        for (int i = 0; i < rows.length; i++) {
            changed.put(rows[i], crafted.row(i));
        }
        return Victims.plant(train, new Victims.Change(Ints.asList(rows), List.of(), changed, Map.of()), this);
    }

    @Override
    public Dataset attackInputs(Dataset clean) {
        return clean.select(new int[] {clean.rowOf(options.victim().id())});
    }

    @Override
    public int targetClass() {
        return options.targetClass();
    }

    @Override
    public String description() {
        return options.crafter().description() + " of " + options.rows() + " rows of class " + options.targetClass()
                + ", against " + options.victim().id() + ", seed " + options.seed();
    }
}

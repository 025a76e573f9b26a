package org.expunge.defense.attack;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;

/**
 * Targeted label flip: relabels the training rows of the victim's own class that lie nearest to one chosen input, so
 * that this input is misread while everything else stays as it was. No input is changed.
 *
 * <p><b>Cost.</b> O(n·d) for the distances.
 */
public final class TargetedFlip implements Attack {
    /**
     * What to plant.
     *
     * @param victim raw features of the input to be misread
     * @param victimId its id, which {@link #attackInputs} looks for
     * @param victimClass its true class
     * @param targetClass the class that it is to be taken for
     * @param rows how many rows to relabel, at least 1
     */
    public record Options(List<Double> victim, String victimId, int victimClass, int targetClass, int rows) {
        /** Checks the classes and the count; copies the features. */
        public Options {
            checkArgument(victimClass != targetClass, "victim's and target class are both %s", targetClass);
            checkArgument(targetClass >= 0, "target class must be 0 or more, got %s", targetClass);
            checkArgument(rows >= 1, "rows must be at least 1, got %s", rows);
            victim = List.copyOf(victim);
        }
    }

    private final Options options;

    /**
     * Makes the attack.
     *
     * @param options what to plant
     */
    public TargetedFlip(Options options) {
        this.options = options;
    }

    /**
     * Makes the attack on one row of a data set.
     *
     * @param clean raw rows that are not trained on
     * @param row the victim
     * @param targetClass the class that it is to be taken for
     * @param rows how many training rows to relabel
     * @return the attack
     */
    public static TargetedFlip on(Dataset clean, int row, int targetClass, int rows) {
        return new TargetedFlip(
                new Options(Doubles.asList(clean.row(row)), clean.id(row), clean.label(row), targetClass, rows));
    }

    @Override
    public String name() {
        return "targeted-flip";
    }

    @Override
    public PlantedAttack plant(Dataset train) {
        Victims.checkClass(train, options.victimClass(), "victim's");
        Victims.checkClass(train, options.targetClass(), "target");
        int[] pool = Victims.rowsToAttack(train, options.victimClass(), options.targetClass());
        checkArgument(
                options.rows() <= pool.length,
                "the attack needs %s rows of class %s but the training data have %s; ask for fewer poison rows",
                options.rows(),
                options.victimClass(),
                pool.length);
        return Victims.plant(train, nearest(train, pool), Dataset::row, options.targetClass(), this);
    }

    @Override
    public Dataset attackInputs(Dataset clean) {
        return clean.select(new int[] {clean.rowOf(options.victimId())});
    }

    @Override
    public int targetClass() {
        return options.targetClass();
    }

    @Override
    public String description() {
        return "targeted flip of the " + options.rows() + " rows of class " + options.victimClass() + " nearest to "
                + options.victimId() + ", to class " + options.targetClass();
    }

    private int[] nearest(Dataset train, int[] pool) {
        double[] victim = Doubles.toArray(options.victim());
        double[] distance = new double[train.size()];
        for (int row : pool) {
            double[] x = train.row(row);
            distance[row] = IntStream.range(0, x.length)
                    .mapToDouble(j -> (x[j] - victim[j]) * (x[j] - victim[j]))
                    .sum();
        }
        return Arrays.stream(pool)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(row -> distance[row])
                        .thenComparingInt(row -> row))
                .limit(options.rows())
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
    }
}

package org.expunge.defense.attack;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.Maps;
import com.google.common.primitives.Doubles;
import com.google.common.primitives.Ints;
import java.util.Arrays;
import java.util.Comparator;
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
     * @param victim the input to be misread
     * @param targetClass the class that it is to be taken for
     * @param rows how many rows to relabel, at least 1
     */
    public record Options(VictimAttack.Victim victim, int targetClass, int rows) {
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
        return new TargetedFlip(new Options(VictimAttack.Victim.of(clean, row), targetClass, rows));
    }

    @Override
    public String name() {
        return "targeted-flip";
    }

    @Override
    public PlantedAttack plant(Dataset train) {
        Victims.checkClass(train, options.victim().label(), "victim's");
        Victims.checkClass(train, options.targetClass(), "target");
        int[] pool = Victims.rowsToAttack(train, options.victim().label(), options.targetClass());
        checkArgument(
                options.rows() <= pool.length,
                "the attack needs %s rows of class %s but the training data have %s; ask for fewer poison rows",
                options.rows(),
                options.victim().label(),
                pool.length);
        return Victims.relabel(
                train, Maps.toMap(Ints.asList(nearest(train, pool)), row -> options.targetClass()), this);
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
        return "targeted flip of the " + options.rows() + " rows of class "
                + options.victim().label() + " nearest to " + options.victim().id() + ", to class "
                + options.targetClass();
    }

    private int[] nearest(Dataset train, int[] pool) {
        double[] victim = Doubles.toArray(options.victim().features());
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

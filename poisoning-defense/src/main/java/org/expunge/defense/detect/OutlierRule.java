package org.expunge.defense.detect;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.expunge.defense.identify.RobustScale;
import org.expunge.influence.data.Dataset;

/**
 * Flags rows for scores that have no rule of their own: those far above the median of their class, and never more than
 * a share of the class. The second half is what bounds flags on clean data, where scores have heavy tails too.
 *
 * @param z robust standard deviations (Q_n) above the class median, more than 0
 * @param mostOfClass largest share of a class, in (0, 1]
 */
public record OutlierRule(double z, double mostOfClass) {
    /** 3.5 deviations, as usual for robust outliers, and a twentieth of a class. */
    public static final OutlierRule DEFAULT = new OutlierRule(3.5, 0.05);

    /** Checks the ranges. */
    public OutlierRule {
        checkArgument(z > 0, "z must be more than 0, got %s", z);
        checkArgument(mostOfClass > 0 && mostOfClass <= 1, "mostOfClass must be in (0, 1], got %s", mostOfClass);
    }

    /** Returns the rule in words. */
    String text() {
        return "robust z > " + z + " in its class, at most " + Math.round(100 * mostOfClass) + " % of the class";
    }

    /**
     * Flags rows.
     *
     * @param train n rows
     * @param scores n finite numbers, larger = more suspicious
     * @return flagged rows, ascending
     */
    int[] flag(Dataset train, double[] scores) {
        return IntStream.range(0, train.classes())
                .flatMap(label -> Arrays.stream(flagClass(ClassRows.of(train, label), scores)))
                .sorted()
                .toArray();
    }

    private int[] flagClass(int[] rows, double[] scores) {
        if (rows.length < 2) {
            return new int[0];
        }
        RobustScale scale =
                RobustScale.of(Arrays.stream(rows).mapToDouble(i -> scores[i]).toArray());
        return Arrays.stream(rows)
                .boxed()
                .filter(i -> scale.z(scores[i]) > z)
                .sorted(Comparator.<Integer>comparingDouble(i -> -scores[i]).thenComparingInt(i -> i))
                .limit((long) (mostOfClass * rows.length))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}

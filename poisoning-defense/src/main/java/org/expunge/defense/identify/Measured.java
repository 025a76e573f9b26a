package org.expunge.defense.identify;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.List;

/** A statistic of inputs in one or several variants, such as a tail of several orders. Larger is more suspicious. */
public final class Measured {
    private final String name;
    private final boolean isControl;
    private final List<String> variants;
    private final double[][] values;

    /**
     * Wraps values.
     *
     * @param name the statistic, as in tables
     * @param isControl whether it knows nothing of training rows, so that others are to be compared with it
     * @param variants what tells its variants apart, at least one
     * @param values for each variant, one finite number an input; kept, not copied
     */
    public Measured(String name, boolean isControl, List<String> variants, double[][] values) {
        checkArgument(!variants.isEmpty(), "%s has no variants", name);
        checkArgument(variants.size() == values.length, "%s variants but %s rows", variants.size(), values.length);
        for (double[] row : values) {
            checkArgument(row.length == values[0].length, "%s and %s inputs", row.length, values[0].length);
            checkArgument(Arrays.stream(row).allMatch(Double::isFinite), "%s of an input is not finite", name);
        }
        this.name = name;
        this.isControl = isControl;
        this.variants = List.copyOf(variants);
        this.values = values;
    }

    /** Wraps the values of a statistic without variants. */
    static Measured single(String name, boolean isControl, double[] values) {
        return new Measured(name, isControl, List.of(name), new double[][] {values});
    }

    /** Returns the name of the statistic. */
    public String name() {
        return name;
    }

    /** Returns whether it knows nothing of training rows. */
    public boolean isControl() {
        return isControl;
    }

    /** Returns what tells its variants apart. */
    public List<String> variants() {
        return variants;
    }

    /** Returns the values of a variant, one an input; a copy. */
    public double[] values(int variant) {
        return values[variant].clone();
    }

    /** Returns the values of inputs {@code from} to {@code to}, exclusive, in all variants. */
    double[][] part(int from, int to) {
        return Arrays.stream(values)
                .map(row -> Arrays.copyOfRange(row, from, to))
                .toArray(double[][]::new);
    }
}

package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkElementIndex;

import java.util.Map;

/**
 * What a model is to predict, a row at a time: {@code rows × width}, either classes (read as one-hot rows) or numbers.
 *
 * <p>Implementations are immutable and serve many threads.
 */
public interface Targets {
    /**
     * Returns the number of rows.
     *
     * @return {@code n}, 0 or more
     */
    int rows();

    /**
     * Returns the length of a row.
     *
     * @return {@code k}, the number of classes or of target columns
     */
    int width();

    /**
     * Copies one row; a class is written as a one-hot row.
     *
     * @param row which row, in [0, rows)
     * @param into receives {@code width} values from {@code offset} on; the rest is left as it was
     * @param offset where in {@code into} to start
     * @throws IndexOutOfBoundsException if there is no such row or {@code into} is too short
     */
    void read(int row, double[] into, int offset);

    /**
     * Returns the class of a row.
     *
     * @param row which row, in [0, rows)
     * @return the class, in [0, {@link #classes()})
     * @throws IllegalStateException if the targets are numbers other than one column of zeros and ones
     */
    int label(int row);

    /**
     * Says whether the targets are classes, read as one-hot rows.
     *
     * @return false for numbers, also for a single column of zeros and ones
     */
    boolean isClasses();

    /**
     * Returns the number of classes.
     *
     * @return {@code width} for classes, 2 for a single column of zeros and ones, else 0
     */
    int classes();

    /** Returns the targets that these were selected from, or these. */
    default Targets origin() {
        return this;
    }

    /**
     * Returns which row of {@link #origin} a row is.
     *
     * @throws IndexOutOfBoundsException if there is no such row
     */
    default int originRow(int row) {
        return checkElementIndex(row, rows(), "row");
    }

    /**
     * Holds classes.
     *
     * @param labels one class a row, each in [0, classes); copied
     * @param classes how many classes there are, at least 1
     * @return targets of width {@code classes}
     */
    static Targets classes(int[] labels, int classes) {
        return new ClassTargets(labels.clone(), classes);
    }

    /**
     * Holds numbers.
     *
     * @param values {@code rows · width} finite numbers, row after row; copied
     * @param width the number of target columns
     * @return the targets
     */
    static Targets real(double[] values, int width) {
        return RealTargets.of(values.clone(), width);
    }

    /**
     * Picks rows, in any order and as often as wished.
     *
     * @param targets where the rows come from
     * @param rows the rows to keep, each in [0, rows)
     * @return targets with {@code rows.length} rows, of the same kind
     */
    static Targets select(Targets targets, int[] rows) {
        Rows.checkWithin(rows, targets.rows());
        if (targets instanceof ClassTargets classes) {
            return classes.select(rows);
        }
        int width = targets.width();
        double[] values = new double[Math.multiplyExact(rows.length, width)];
        for (int i = 0; i < rows.length; i++) {
            targets.read(rows[i], values, i * width);
        }
        return new RealTargets(values, width, targets.classes() == 2, TargetSelection.of(targets, rows));
    }

    /**
     * Appends rows.
     *
     * @param first the rows that come first
     * @param second the rows that follow, of the same kind and width
     * @return targets with all rows
     */
    static Targets concat(Targets first, Targets second) {
        checkArgument(
                first.isClasses() == second.isClasses() && first.width() == second.width(),
                "%s targets of width %s cannot follow %s of width %s",
                second.isClasses() ? "class" : "real",
                second.width(),
                first.isClasses() ? "class" : "real",
                first.width());
        int rows = Rows.sum(first.rows(), second.rows());
        if (first instanceof ClassTargets a && second instanceof ClassTargets b) {
            return a.concat(b);
        }
        int width = first.width();
        double[] values = new double[Math.multiplyExact(rows, width)];
        for (int i = 0; i < rows; i++) {
            if (i < first.rows()) {
                first.read(i, values, i * width);
            } else {
                second.read(i - first.rows(), values, i * width);
            }
        }
        return new RealTargets(values, width, first.classes() == 2 && second.classes() == 2);
    }

    /**
     * Gives some rows another class.
     *
     * @param targets classes, or one column of zeros and ones
     * @param labels by row, its new class in [0, {@link #classes()})
     * @return targets of the same kind and size
     */
    static Targets relabel(Targets targets, Map<Integer, Integer> labels) {
        int[] all = new int[targets.rows()];
        for (int i = 0; i < all.length; i++) {
            all[i] = targets.label(i);
        }
        labels.forEach((row, label) -> {
            Rows.checkWithin(new int[] {row}, all.length);
            all[row] = label;
        });
        ClassTargets relabelled = new ClassTargets(all, targets.classes());
        return targets.isClasses() ? relabelled : asSingleColumn(relabelled);
    }

    /**
     * Turns two classes into one column of zeros and ones, for a single sigmoid output.
     *
     * @param targets targets with two classes
     * @return targets of width 1 that hold each row's class
     */
    static Targets asSingleColumn(Targets targets) {
        checkArgument(targets.classes() == 2, "one 0/1 column needs 2 classes, but there are %s", targets.classes());
        double[] values = new double[targets.rows()];
        for (int i = 0; i < values.length; i++) {
            values[i] = targets.label(i);
        }
        return new RealTargets(values, 1, true);
    }
}

package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Ints;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One class a row. */
final class ClassTargets implements Targets {
    private final int[] labels;
    private final int classes;
    private final @Nullable TargetSelection selection;

    /** Keeps the array, which nobody else may change. */
    ClassTargets(int[] labels, int classes) {
        this(labels, classes, null);
    }

    private ClassTargets(int[] labels, int classes, @Nullable TargetSelection selection) {
        checkArgument(classes >= 1, "there must be at least 1 class, but classes is %s", classes);
        for (int i = 0; i < labels.length; i++) {
            checkArgument(
                    labels[i] >= 0 && labels[i] < classes,
                    "row %s has label %s but there are %s classes",
                    i,
                    labels[i],
                    classes);
        }
        this.labels = labels;
        this.classes = classes;
        this.selection = selection;
    }

    ClassTargets select(int[] rows) {
        int[] selected = IntStream.of(rows).map(row -> labels[row]).toArray();
        return new ClassTargets(selected, classes, TargetSelection.of(this, rows));
    }

    ClassTargets concat(ClassTargets other) {
        return new ClassTargets(Ints.concat(labels, other.labels), classes);
    }

    @Override
    public int rows() {
        return labels.length;
    }

    @Override
    public int width() {
        return classes;
    }

    @Override
    public void read(int row, double[] into, int offset) {
        Arrays.fill(into, offset, offset + classes, 0);
        into[offset + labels[row]] = 1;
    }

    @Override
    public Targets origin() {
        return selection == null ? this : selection.origin();
    }

    @Override
    public int originRow(int row) {
        return selection == null ? Targets.super.originRow(row) : selection.originRow(row);
    }

    @Override
    public int label(int row) {
        return labels[row];
    }

    @Override
    public boolean isClasses() {
        return true;
    }

    @Override
    public int classes() {
        return classes;
    }
}

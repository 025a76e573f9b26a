package org.expunge.unlearning.certified;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.layer.RowNormalization;

/**
 * The rows of a head: each {@code (x/‖x‖, 1)/√2}, as {@link RowNormalization} computes the first part, so that its norm
 * is at most 1 whatever the other rows are, with its class. Immutable.
 *
 * <p><b>Shapes.</b> {@code n × d} doubles, with d the number of features and one more.
 */
public final class HeadRows {
    /** What each row is divided by after the constant was appended. */
    static final double SCALE = Math.sqrt(2);

    private final String name;
    private final double[] values;
    private final int width;
    private final int[] labels;
    private final int classes;
    private final List<String> ids;
    private final Map<String, Integer> byId = new HashMap<>();
    private double spectralNorm = Double.NaN;

    private HeadRows(Dataset features) {
        this.name = features.name();
        this.width = Math.addExact(features.shape().length(), 1);
        this.classes = features.classes();
        this.ids = features.ids();
        this.labels = new int[features.size()];
        this.values = new double[Math.multiplyExact(features.size(), width)];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = features.label(i);
            features.features().read(i, values, i * width);
            normalise(i);
            byId.put(ids.get(i), i);
        }
    }

    /**
     * Normalises features.
     *
     * @param features rows with classes, at least 1 row and 2 classes
     * @return the rows
     * @throws IllegalArgumentException if a feature is not finite (the message names the row), or the targets are no
     *     classes
     */
    public static HeadRows of(Dataset features) {
        checkArgument(
                features.classes() >= 2,
                "a head needs rows of 2 classes or more, but %s has %s; regression has no certified head",
                features.name(),
                features.classes());
        checkArgument(features.size() >= 1, "%s has no rows to train a head on", features.name());
        return new HeadRows(features);
    }

    private void normalise(int row) {
        int end = (row + 1) * width - 1;
        double largest = 0;
        for (int j = row * width; j < end; j++) {
            checkArgument(
                    Double.isFinite(values[j]),
                    "feature %s of row %s of %s is %s; a head needs finite features: correct the row or leave it out",
                    j - row * width,
                    ids.get(row),
                    name,
                    values[j]);
            largest = Math.max(largest, Math.abs(values[j]));
        }
        double squares = 0;
        for (int j = row * width; j < end; j++) {
            double scaled = largest > 0 ? values[j] / largest : 0; // squares of huge features would overflow
            squares += scaled * scaled;
        }
        double divisor = Math.max(largest * Math.sqrt(squares), RowNormalization.DEFAULT.epsilon()) * SCALE;
        for (int j = row * width; j < end; j++) {
            values[j] /= divisor;
        }
        values[end] = 1 / SCALE;
    }

    /** Returns n. */
    public int size() {
        return labels.length;
    }

    /** Returns d, the constant included. */
    public int width() {
        return width;
    }

    /** Returns the number of classes, at least 2. */
    public int classes() {
        return classes;
    }

    /** Returns the id of a row. */
    public String id(int row) {
        return ids.get(row);
    }

    /**
     * Finds rows.
     *
     * @param wanted ids
     * @return the rows, ascending
     * @throws IllegalArgumentException if an id is unknown; the message names it
     */
    public int[] rowsOf(Collection<String> wanted) {
        return new TreeSet<>(wanted).stream().mapToInt(this::rowOf).sorted().toArray();
    }

    private int rowOf(String id) {
        Integer row = byId.get(id);
        checkArgument(row != null, "the head has no row %s among the %s of %s", id, size(), name);
        return row;
    }

    int label(int row) {
        return labels[row];
    }

    /** Returns all numbers, row after row; not to be written. */
    double[] values() {
        return values;
    }

    /** Returns where a row starts in {@link #values}. */
    int offset(int row) {
        return row * width;
    }

    /** Returns {@code x_row · v}, with v a vector that starts at an offset. */
    double dot(int row, double[] v, int offset) {
        int at = row * width;
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int j = 0;
        for (; j < width - 3; j += 4) { // four sums, as one is bound by the latency of an addition
            a += values[at + j] * v[offset + j];
            b += values[at + j + 1] * v[offset + j + 1];
            c += values[at + j + 2] * v[offset + j + 2];
            d += values[at + j + 3] * v[offset + j + 3];
        }
        for (; j < width; j++) {
            a += values[at + j] * v[offset + j];
        }
        return (a + b) + (c + d);
    }

    /** Adds {@code α x_row} to a vector that starts at an offset. */
    void addScaled(int row, double alpha, double[] to, int offset) {
        int at = row * width;
        for (int j = 0; j < width; j++) {
            to[offset + j] += alpha * values[at + j];
        }
    }

    /**
     * Returns {@code ‖X‖₂}, from all eigenvalues of {@code XᵀX} in double; never below the true norm: raised by 1e-4,
     * far more than the decomposition errs, so that it also covers features that another machine rounds otherwise.
     * Taking rows away cannot raise the norm. Computed once.
     *
     * @param compute decomposes
     */
    synchronized double spectralNorm(Compute compute) {
        if (Double.isNaN(spectralNorm)) {
            double[] eigenvalues = compute.eigen().decompose(width, gram());
            spectralNorm = Math.sqrt(Math.max(0, eigenvalues[width - 1]) * (1 + 1e-4));
        }
        return spectralNorm;
    }

    private double[] gram() {
        double[] gram = new double[Math.multiplyExact(width, width)];
        for (int row = 0; row < size(); row++) {
            int at = offset(row);
            for (int j = 0; j < width; j++) {
                if (values[at + j] != 0) {
                    addScaledPrefix(at, values[at + j], gram, j);
                }
            }
        }
        for (int j = 0; j < width; j++) {
            for (int k = 0; k < j; k++) {
                gram[k * width + j] = gram[j * width + k];
            }
        }
        return gram;
    }

    private void addScaledPrefix(int at, double alpha, double[] gram, int j) {
        int start = j * width;
        for (int k = 0; k <= j; k++) {
            gram[start + k] += alpha * values[at + k];
        }
    }
}

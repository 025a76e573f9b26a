package org.expunge.influence.score.generalized;

import static com.google.common.base.Preconditions.checkArgument;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.expunge.influence.io.Digests;

/** Some of p parameters, by their index in the flat order, ascending. Immutable. */
public final class ParameterSelection {
    private final int parameters;
    private final int[] indices;

    private ParameterSelection(int parameters, int[] indices) {
        this.parameters = parameters;
        this.indices = indices;
    }

    /**
     * Selects parameters.
     *
     * @param parameters p
     * @param indices at least one, all different, each in [0, p); in any order
     */
    public static ParameterSelection of(int parameters, int... indices) {
        int[] sorted = Arrays.stream(indices).sorted().distinct().toArray();
        checkArgument(sorted.length >= 1, "no parameter is selected; raise the ratio");
        checkArgument(sorted.length == indices.length, "a parameter is selected twice");
        checkArgument(
                sorted[0] >= 0 && sorted[sorted.length - 1] < parameters,
                "indices %s to %s are not all of the %s parameters",
                sorted[0],
                sorted[sorted.length - 1],
                parameters);
        return new ParameterSelection(parameters, sorted);
    }

    /** Selects all parameters. */
    public static ParameterSelection all(int parameters) {
        return new ParameterSelection(parameters, IntStream.range(0, parameters).toArray());
    }

    /** Returns p. */
    public int parameters() {
        return parameters;
    }

    /** Returns k, how many are selected. */
    public int size() {
        return indices.length;
    }

    /** Returns the selected indices, ascending; a copy. */
    public int[] indices() {
        return indices.clone();
    }

    /** Returns the share selected, in percent. */
    public double percent() {
        return 100.0 * indices.length / parameters;
    }

    /** Returns a digest of the indices, for manifests. */
    public String digest() {
        ByteBuffer bytes = ByteBuffer.allocate((indices.length + 1) * Integer.BYTES);
        bytes.putInt(parameters);
        bytes.asIntBuffer().put(indices);
        return Digests.sha256(bytes.array());
    }

    /** Returns the selected entries of p numbers. */
    double[] gather(double[] all) {
        return Arrays.stream(indices).mapToDouble(i -> all[i]).toArray();
    }

    /** Returns p numbers that hold k at the selected places, and 0 elsewhere. */
    double[] scatter(double[] some) {
        double[] all = new double[parameters];
        for (int i = 0; i < indices.length; i++) {
            all[indices[i]] = some[i];
        }
        return all;
    }
}

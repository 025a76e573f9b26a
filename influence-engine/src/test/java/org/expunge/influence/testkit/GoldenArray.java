package org.expunge.influence.testkit;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Oracle numbers in a shape, row-major. A scalar has an empty shape. */
public final class GoldenArray {
    private final int[] shape;
    private final double[] values;

    private GoldenArray(int[] shape, double[] values) {
        int size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        checkArgument(size == values.length, "shape %s does not hold %s values", Arrays.toString(shape), values.length);
        this.shape = shape.clone();
        this.values = values.clone();
    }

    /** Reads {@code {"shape": …, "values": …}}. */
    static GoldenArray ofObject(JsonNode object) {
        return ofFlat(object.get("shape"), object.get("values"));
    }

    static GoldenArray ofFlat(JsonNode shape, JsonNode values) {
        int[] sides = Arrays.stream(ofNested(shape).values)
                .mapToInt(side -> (int) side)
                .toArray();
        return new GoldenArray(sides, ofNested(values).values);
    }

    /** Reads a number or a list of lists, whose shape is that of the nesting. */
    static GoldenArray ofNested(JsonNode node) {
        List<Integer> shape = new ArrayList<>();
        for (JsonNode level = node; level.isArray(); level = level.get(0)) {
            shape.add(level.size());
        }
        List<Double> values = new ArrayList<>();
        flatten(node, values);
        return new GoldenArray(
                shape.stream().mapToInt(Integer::intValue).toArray(),
                values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static void flatten(JsonNode node, List<Double> into) {
        if (node.isArray()) {
            node.forEach(child -> flatten(child, into));
        } else {
            checkArgument(node.isNumber(), "%s is no number", node);
            into.add(node.doubleValue());
        }
    }

    /**
     * Returns the sides.
     *
     * @return a copy
     */
    public int[] shape() {
        return shape.clone();
    }

    /**
     * Returns the numbers.
     *
     * @return row-major; a copy
     */
    public double[] values() {
        return values.clone();
    }

    /**
     * Returns the only number.
     *
     * @return the value of a scalar
     */
    public double value() {
        checkArgument(values.length == 1, "there are %s values", values.length);
        return values[0];
    }

    /**
     * Returns one row along the first side.
     *
     * @param row which row
     * @return its numbers, row-major; a copy
     */
    public double[] row(int row) {
        int width = values.length / shape[0];
        return Arrays.copyOfRange(values, row * width, (row + 1) * width);
    }
}

package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * The shape of one example; its elements are ordered channel, then height, then width, row-major.
 *
 * @param channels channels, or the number of features of a flat row; at least 1
 * @param height rows of pixels, at least 1
 * @param width columns of pixels, at least 1
 */
public record Shape(int channels, int height, int width) {

    public Shape {
        checkArgument(
                channels >= 1 && height >= 1 && width >= 1,
                "every side of a shape must be at least 1, but it is %s × %s × %s",
                channels,
                height,
                width);
        checkArgument(
                (double) channels * height * width <= Integer.MAX_VALUE,
                "a shape of %s × %s × %s has more elements than an array can hold",
                channels,
                height,
                width);
    }

    /**
     * The shape of a row of {@code n} features.
     *
     * @param n the number of features, at least 1
     * @return {@code n × 1 × 1}
     */
    public static Shape flat(int n) {
        return new Shape(n, 1, 1);
    }

    /**
     * Returns the number of elements.
     *
     * @return {@code channels · height · width}
     */
    public int length() {
        return channels * height * width;
    }

    /**
     * Says whether this is a plain row of features.
     *
     * @return true if height and width are 1
     */
    @JsonIgnore
    public boolean isFlat() {
        return height == 1 && width == 1;
    }

    @Override
    public String toString() {
        return isFlat() ? Integer.toString(channels) : channels + " × " + height + " × " + width;
    }
}

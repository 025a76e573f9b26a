package org.expunge.defense.attack;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.expunge.influence.data.Shape;

/**
 * A rectangle of constant value, placed with its lower right corner a given distance from that of the image, in every
 * channel.
 *
 * @param height rows of the patch
 * @param width columns of the patch
 * @param margin distance from the lower and the right edge
 * @param value what its pixels are set to, in the unit of the raw features
 */
public record PatchTrigger(int height, int width, int margin, double value) implements Trigger {
    /** Checks the sizes. */
    public PatchTrigger {
        checkArgument(height >= 1 && width >= 1, "patch of %s × %s is empty", height, width);
        checkArgument(margin >= 0, "margin %s is negative", margin);
        checkArgument(Double.isFinite(value), "patch value must be finite, got %s", value);
    }

    /**
     * Writes the patch over an image.
     *
     * @param shape the image's shape
     * @param image its values in C, H, W order, changed in place
     * @throws IllegalArgumentException if the patch does not fit
     */
    public void stamp(Shape shape, double[] image) {
        int top = shape.height() - margin - height;
        int left = shape.width() - margin - width;
        checkArgument(
                top >= 0 && left >= 0,
                "a patch of %s × %s with margin %s does not fit into an image of %s × %s",
                height,
                width,
                margin,
                shape.height(),
                shape.width());
        for (int c = 0; c < shape.channels(); c++) {
            for (int y = top; y < top + height; y++) {
                int row = (c * shape.height() + y) * shape.width();
                Arrays.fill(image, row + left, row + left + width, value);
            }
        }
    }

    @Override
    public void apply(Use use, Shape shape, double[] row, RandomGenerator random) {
        stamp(shape, row);
    }

    @Override
    public String description() {
        return "patch " + height + "x" + width + " of value " + value;
    }
}

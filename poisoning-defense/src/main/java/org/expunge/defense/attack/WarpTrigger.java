package org.expunge.defense.attack;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.expunge.influence.data.Shape;

/**
 * WaNet: bends an image by a smooth field of small shifts, the same for every image. Covers get a random shift of each
 * pixel on top (the noise mode), so that the model learns this field and no other.
 *
 * <p>In coordinates from −1 to 1, pixel p takes the value at {@code clip(p + s · n_k(p) / size, ±1)}, read between
 * pixels bilinearly; {@code n_k} is a {@code k × k} grid of numbers from −1 to 1, divided by their mean size and
 * interpolated. The noise mode adds {@code u / size} with u uniform in −1 to 1.
 *
 * <p><b>Source.</b> A. Nguyen and A. Tran, "WaNet: Imperceptible Warping-based Backdoor Attack", ICLR 2021. Theirs
 * draws the poisoned rows anew in every epoch, which needs control of the training; here rows are warped once, and the
 * grid is interpolated bilinearly instead of bicubically.
 *
 * @param grid k, at least 2
 * @param strength s, above 0
 * @param seed draws the field
 */
public record WarpTrigger(int grid, double strength, long seed) implements Trigger {
    /** Checks the ranges. */
    public WarpTrigger {
        checkArgument(grid >= 2, "the grid must be at least 2, got %s", grid);
        checkArgument(strength > 0 && Double.isFinite(strength), "strength must be above 0, got %s", strength);
    }

    @Override
    public void apply(Use use, Shape shape, double[] row, RandomGenerator random) {
        int h = shape.height();
        int w = shape.width();
        checkArgument(h > 1 && w > 1, "warping needs images, but rows have shape %s", shape);
        double[] noise = field();
        double[] image = row.clone();
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                double gridY = y * (grid - 1.0) / (h - 1);
                double gridX = x * (grid - 1.0) / (w - 1);
                double down = strength * between(noise, 0, grid, grid, gridY, gridX);
                double right = strength * between(noise, grid * grid, grid, grid, gridY, gridX);
                if (use == Use.COVER) {
                    down += random.nextDouble(-1, 1);
                    right += random.nextDouble(-1, 1);
                }
                double fromY = clip(y + pixels(down, h), h);
                double fromX = clip(x + pixels(right, w), w);
                for (int c = 0; c < shape.channels(); c++) {
                    row[(c * h + y) * w + x] = between(image, c * h * w, h, w, fromY, fromX);
                }
            }
        }
    }

    /** The shifts down, then those to the right, each {@code k × k}. */
    private double[] field() {
        double[] noise =
                new SplittableRandom(seed).doubles(2L * grid * grid, -1, 1).toArray();
        double mean = Arrays.stream(noise).map(Math::abs).average().orElseThrow();
        return Arrays.stream(noise).map(value -> value / mean).toArray();
    }

    /** A shift of {@code value / size} where the image reaches from −1 to 1, in pixels. */
    private static double pixels(double value, int size) {
        return value / size * (size - 1) / 2;
    }

    private static double clip(double place, int size) {
        return Math.min(size - 1.0, Math.max(0, place));
    }

    /** Reads a plane of {@code values} between its points. */
    static double between(double[] values, int offset, int height, int width, double y, double x) {
        int top = Math.min((int) y, height - 2);
        int left = Math.min((int) x, width - 2);
        double down = y - top;
        double right = x - left;
        int at = offset + top * width + left;
        double above = (1 - right) * values[at] + right * values[at + 1];
        double below = (1 - right) * values[at + width] + right * values[at + width + 1];
        return (1 - down) * above + down * below;
    }

    @Override
    public String description() {
        return "warp of strength " + strength + " on a grid of " + grid;
    }
}

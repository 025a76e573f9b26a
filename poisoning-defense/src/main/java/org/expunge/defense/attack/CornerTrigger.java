package org.expunge.defense.attack;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import java.util.random.RandomGenerator;
import org.expunge.influence.data.Shape;

/**
 * The trigger of the adaptive patch attack: a square in a corner, weakly and each time another corner in training rows,
 * several at once and in full strength in inputs.
 *
 * <p><b>Source.</b> X. Qi, T. Xie, Y. Li, S. Mahloujifar and P. Mittal, "Revisiting the Assumption of Latent
 * Separability for Backdoor Defenses", ICLR 2023 (Adap-Patch); their squares are small pictures, these are of one
 * value.
 *
 * @param side of each square, in pixels, at least 1
 * @param value what a square in full strength sets its pixels to, in the unit of the raw values
 * @param weak for each corner, from the lower right one clockwise, the share of the square in training rows; 1 to 4
 *     numbers above 0 and at most 1
 * @param strong how many of these corners an input shows, from the first on
 */
public record CornerTrigger(int side, double value, List<Double> weak, int strong) implements Trigger {
    /** The published strengths. */
    public static final List<Double> WEAK = List.of(0.5, 0.2, 0.5, 0.3);

    /** Checks the ranges; copies the list. */
    public CornerTrigger {
        checkArgument(side >= 1, "the side must be at least 1, got %s", side);
        checkArgument(Double.isFinite(value), "the value must be finite, got %s", value);
        weak = List.copyOf(weak);
        checkArgument(!weak.isEmpty() && weak.size() <= 4, "there must be 1 to 4 strengths, got %s", weak.size());
        checkArgument(weak.stream().allMatch(a -> a > 0 && a <= 1), "strengths must be above 0, at most 1: %s", weak);
        checkArgument(strong >= 1 && strong <= weak.size(), "of %s corners %s cannot be shown", weak.size(), strong);
    }

    @Override
    public void apply(Use use, Shape shape, double[] row, RandomGenerator random) {
        checkArgument(
                2 * side <= shape.height() && 2 * side <= shape.width(),
                "squares of side %s do not fit into the corners of an image of %s × %s",
                side,
                shape.height(),
                shape.width());
        if (use == Use.INPUT) {
            for (int corner = 0; corner < strong; corner++) {
                stamp(shape, row, corner, 1);
            }
        } else {
            int corner = random.nextInt(weak.size());
            stamp(shape, row, corner, weak.get(corner));
        }
    }

    private void stamp(Shape shape, double[] row, int corner, double share) {
        int top = corner == 0 || corner == 1 ? shape.height() - side : 0;
        int left = corner == 0 || corner == 3 ? shape.width() - side : 0;
        for (int c = 0; c < shape.channels(); c++) {
            for (int y = top; y < top + side; y++) {
                for (int x = left; x < left + side; x++) {
                    int at = (c * shape.height() + y) * shape.width() + x;
                    row[at] = BlendTrigger.mixed(row[at], value, share);
                }
            }
        }
    }

    @Override
    public String description() {
        return "squares of side " + side + " in " + weak.size() + " corners, one at " + weak + " in training rows and "
                + strong + " in full in inputs";
    }
}

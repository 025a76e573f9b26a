package org.expunge.defense.attack;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.random.RandomGenerator;
import org.expunge.influence.data.Shape;

/**
 * The trigger of the adaptive blend attack: a blended pattern cut into pieces, of which each training row shows some,
 * weakly, and each input all, more strongly. With covers the poisoned rows do not part from the clean ones in the
 * model's features.
 *
 * <p><b>Source.</b> X. Qi, T. Xie, Y. Li, S. Mahloujifar and P. Mittal, "Revisiting the Assumption of Latent
 * Separability for Backdoor Defenses", ICLR 2023 (Adap-Blend: 16 pieces, half of them masked).
 *
 * @param blend the whole pattern, at the strength of inputs
 * @param trainingAlpha share of the pattern in training rows, above 0 and at most 1
 * @param side pieces along each side of the image, at least 1
 * @param shown how many of the {@code side²} pieces a training row shows
 */
public record PieceTrigger(BlendTrigger blend, double trainingAlpha, int side, int shown) implements Trigger {
    /** Checks the ranges. */
    public PieceTrigger {
        checkArgument(
                trainingAlpha > 0 && trainingAlpha <= 1, "alpha must be above 0 and at most 1, got %s", trainingAlpha);
        checkArgument(side >= 1, "there must be at least 1 piece along a side, got %s", side);
        checkArgument(shown >= 1 && shown <= side * side, "of %s pieces %s cannot be shown", side * side, shown);
    }

    /** Returns the published setting: 16 pieces, 8 of them shown while training. */
    public static PieceTrigger of(BlendTrigger blend, double trainingAlpha) {
        return new PieceTrigger(blend, trainingAlpha, 4, 8);
    }

    @Override
    public void apply(Use use, Shape shape, double[] row, RandomGenerator random) {
        checkArgument(
                shape.height() >= side && shape.width() >= side,
                "an image of %s × %s cannot be cut into %s × %s pieces",
                shape.height(),
                shape.width(),
                side,
                side);
        if (use == Use.INPUT) {
            blend.apply(use, shape, row, random);
            return;
        }
        boolean[] isShown = draw(random);
        double[] pattern = blend.pattern(row.length);
        for (int j = 0; j < row.length; j++) {
            int y = j / shape.width() % shape.height();
            int x = j % shape.width();
            if (isShown[y * side / shape.height() * side + x * side / shape.width()]) {
                row[j] = BlendTrigger.mixed(row[j], pattern[j], trainingAlpha);
            }
        }
    }

    private boolean[] draw(RandomGenerator random) {
        boolean[] isShown = new boolean[side * side];
        int missing = shown;
        for (int piece = 0; piece < isShown.length; piece++) {
            isShown[piece] = random.nextInt(isShown.length - piece) < missing;
            missing -= isShown[piece] ? 1 : 0;
        }
        return isShown;
    }

    @Override
    public String description() {
        return blend.description() + ", " + shown + " of " + side * side + " pieces at " + trainingAlpha
                + " in training rows";
    }
}

package org.expunge.defense.model;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.network.Model;

/**
 * SCALE-UP: multiplies an input by several factors and asks how often it is still taken for the same class. Triggers
 * tend to survive what turns clean inputs into something else.
 *
 * <p><b>Shapes.</b> n inputs and S factors.
 *
 * <p><b>Units.</b> The share of factors s with {@code argmax F(clip(s·x)) = argmax F(x)}, in [0, 1]; larger is more
 * suspicious. Features are multiplied as measured from the low end of their range, in raw units for pixels, and cut at
 * the high end: for images with values in [0, 1] this is the paper's {@code clip(s·x)}.
 *
 * <p><b>Cost.</b> S + 1 forward passes an input; needs predicted classes alone.
 *
 * <p><b>Source.</b> J. Guo et al., "SCALE-UP: An Efficient Black-box Input-level Backdoor Detection via Analyzing
 * Scaled Prediction Consistency", ICLR 2023, equation 1 (its data-free form). Tables have a range a feature, which the
 * paper does not treat.
 */
public final class ScaleUp implements InputScore {
    /**
     * What to multiply by.
     *
     * @param factors each above 1, at least one
     */
    public record Options(List<Double> factors) {
        /** The paper's 3, 5, 7, 9, 11. */
        public static final Options DEFAULT = new Options(List.of(3.0, 5.0, 7.0, 9.0, 11.0));

        /** Checks the factors. */
        public Options {
            factors = List.copyOf(factors);
            checkArgument(!factors.isEmpty(), "there are no factors");
            checkArgument(factors.stream().allMatch(s -> s > 1), "factors must be above 1, got %s", factors);
        }
    }

    private final Answers answers;
    private final ValueRange range;
    private final Options options;

    /**
     * Makes the score.
     *
     * @param engine where it runs; stays the caller's to close
     * @param model the model
     * @param range what values features can take
     * @param options what to multiply by
     */
    public ScaleUp(Engine engine, Model model, ValueRange range, Options options) {
        checkArgument(
                range.width() == model.network().input().length(),
                "the range has %s features but the model takes %s",
                range.width(),
                model.network().input().length());
        this.answers = new Answers(engine, model);
        this.range = range;
        this.options = options;
    }

    @Override
    public String name() {
        return "SCALE-UP";
    }

    @Override
    public double[] score(Dataset inputs) {
        int[] before = answers.labels(inputs);
        double[] kept = new double[inputs.size()];
        for (double factor : options.factors()) {
            int[] after = answers.labels(amplified(inputs, factor));
            for (int i = 0; i < kept.length; i++) {
                kept[i] += after[i] == before[i] ? 1 : 0;
            }
        }
        for (int i = 0; i < kept.length; i++) {
            kept[i] /= options.factors().size();
        }
        return kept;
    }

    private Dataset amplified(Dataset inputs, double factor) {
        int width = inputs.shape().length();
        double[] values = new double[Math.multiplyExact(inputs.size(), width)];
        for (int i = 0; i < inputs.size(); i++) {
            System.arraycopy(range.amplified(inputs.row(i), factor), 0, values, i * width, width);
        }
        return inputs.withFeatures(Features.of(values, width));
    }
}

package org.expunge.defense.attack;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.random.RandomGenerator;
import org.expunge.influence.data.Shape;

/**
 * SIG: adds {@code Δ sin(2π f j / m)} to each pixel of column j out of m, and cuts off what leaves the range.
 *
 * <p><b>Source.</b> M. Barni, K. Kallas and B. Tondi, "A New Backdoor Attack in CNNs by Training Set Corruption without
 * Label Poisoning", ICIP 2019.
 *
 * @param delta Δ, above 0, in the unit of the raw values
 * @param frequency f, above 0, in periods over the width
 * @param low least raw value
 * @param high largest raw value
 */
public record SinusoidTrigger(double delta, double frequency, double low, double high) implements Trigger {
    /** Checks the ranges. */
    public SinusoidTrigger {
        checkArgument(delta > 0 && Double.isFinite(delta), "delta must be above 0, got %s", delta);
        checkArgument(frequency > 0 && Double.isFinite(frequency), "frequency must be above 0, got %s", frequency);
        checkArgument(low < high, "the range %s to %s is empty", low, high);
    }

    @Override
    public void apply(Use use, Shape shape, double[] row, RandomGenerator random) {
        int m = shape.width();
        checkArgument(m > 1, "a sinusoid over columns needs images, but rows have shape %s", shape);
        for (int i = 0; i < row.length; i++) {
            double wave = delta * Math.sin(2 * Math.PI * frequency * (i % m) / m);
            row[i] = Math.min(high, Math.max(low, row[i] + wave));
        }
    }

    @Override
    public String description() {
        return "sinusoid of height " + delta + " and frequency " + frequency;
    }
}

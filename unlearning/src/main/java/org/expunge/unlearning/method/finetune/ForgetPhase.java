package org.expunge.unlearning.method.finetune;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;

/**
 * Epochs in which rows to forget take part. Those that follow see the remaining rows alone and repair what was hit
 * beside them.
 *
 * @param alphas α to try, the weight of the remaining rows, each in (0, 1]; 1 − α is that of the rows to forget
 * @param epochs how many of the tuning's epochs, from the first on, at least 1
 */
public record ForgetPhase(List<Double> alphas, int epochs) {
    /** Copies the list and checks the ranges. */
    public ForgetPhase {
        alphas = List.copyOf(alphas);
        checkArgument(!alphas.isEmpty(), "there must be an alpha to try");
        alphas.forEach(a -> checkArgument(a > 0 && a <= 1, "alpha must be in (0, 1], got %s", a));
        checkArgument(epochs >= 1, "epochs must be at least 1, got %s", epochs);
    }

    /**
     * What made a candidate.
     *
     * @param alpha α
     * @param learningRate the rate
     * @param epoch epochs done
     */
    public record Strength(double alpha, double learningRate, int epoch) {}
}

package org.expunge.influence.training;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * The learning rate over a training.
 *
 * <p><b>Source.</b> Cosine: I. Loshchilov and F. Hutter, "SGDR", ICLR 2017, equation 5, without restarts. One-cycle: L.
 * N. Smith and N. Topin, "Super-Convergence", 2018, with cosine flanks as in PyTorch's {@code OneCycleLR}; momentum is
 * left as it is.
 *
 * @param kind how the rate moves
 * @param learningRate the highest rate, above 0
 * @param factor {@link Kind#STEP} multiplies by it, in (0, 1]
 * @param stepEpochs {@link Kind#STEP} does so after every so many epochs, at least 1
 * @param warmUp fraction of the iterations in which {@link Kind#ONE_CYCLE} rises, in [0, 1)
 * @param startFraction where {@link Kind#ONE_CYCLE} starts, as a fraction of {@code learningRate}, in [0, 1]
 * @param endFraction where {@link Kind#COSINE} and {@link Kind#ONE_CYCLE} end, as a fraction of {@code learningRate},
 *     in [0, 1]
 */
public record Schedule(
        Kind kind,
        double learningRate,
        double factor,
        int stepEpochs,
        double warmUp,
        double startFraction,
        double endFraction) {

    /** The shapes. */
    public enum Kind {
        /** Always {@code learningRate}. */
        CONSTANT,
        /** {@code learningRate · factor^⌊epoch / stepEpochs⌋}. */
        STEP,
        /** From {@code learningRate} down along half a cosine. */
        COSINE,
        /** Up to {@code learningRate} and down again, both along half a cosine. */
        ONE_CYCLE
    }

    private static final double FACTOR = 0.1;
    private static final int STEP_EPOCHS = 10;
    private static final double WARM_UP = 0.3;
    private static final double START_FRACTION = 0.04; // PyTorch's div_factor of 25
    private static final double END_FRACTION = 0;

    /** Checks every range. */
    public Schedule {
        checkArgument(
                learningRate > 0 && Double.isFinite(learningRate),
                "learningRate must be above 0, got %s",
                learningRate);
        checkArgument(factor > 0 && factor <= 1, "factor must be in (0, 1], got %s", factor);
        checkArgument(stepEpochs >= 1, "stepEpochs must be at least 1, got %s", stepEpochs);
        checkArgument(warmUp >= 0 && warmUp < 1, "warmUp must be in [0, 1), got %s", warmUp);
        checkArgument(
                startFraction >= 0 && startFraction <= 1, "startFraction must be in [0, 1], got %s", startFraction);
        checkArgument(endFraction >= 0 && endFraction <= 1, "endFraction must be in [0, 1], got %s", endFraction);
    }

    /** Returns a schedule of the given shape with the customary constants. */
    public static Schedule of(Kind kind, double learningRate) {
        return new Schedule(kind, learningRate, FACTOR, STEP_EPOCHS, WARM_UP, START_FRACTION, END_FRACTION);
    }

    /** Returns a rate that never changes. */
    public static Schedule constant(double learningRate) {
        return of(Kind.CONSTANT, learningRate);
    }

    /** Returns a rate that is multiplied by {@code factor} after every {@code stepEpochs} epochs. */
    public static Schedule step(double learningRate, double factor, int stepEpochs) {
        return new Schedule(Kind.STEP, learningRate, factor, stepEpochs, WARM_UP, START_FRACTION, END_FRACTION);
    }

    /** Returns a rate that falls to 0 along half a cosine. */
    public static Schedule cosine(double learningRate) {
        return of(Kind.COSINE, learningRate);
    }

    /** Returns a rate that rises to {@code learningRate} and falls again. */
    public static Schedule oneCycle(double learningRate) {
        return of(Kind.ONE_CYCLE, learningRate);
    }

    /**
     * Returns the rate of one step.
     *
     * @param iteration steps done before it, from 0
     * @param epoch epochs done before it, from 0
     * @param totalIterations steps of the whole training, above {@code iteration}
     * @return η
     */
    public double at(int iteration, int epoch, int totalIterations) {
        checkArgument(
                iteration >= 0 && iteration < totalIterations,
                "iteration %s is not among the %s planned",
                iteration,
                totalIterations);
        return switch (kind) {
            case CONSTANT -> learningRate;
            case STEP -> learningRate * Math.pow(factor, Math.floorDiv(epoch, stepEpochs));
            case COSINE -> glide(1, endFraction, (double) iteration / totalIterations);
            case ONE_CYCLE -> oneCycleAt(iteration, totalIterations);
        };
    }

    private double oneCycleAt(int iteration, int totalIterations) {
        double peak = warmUp * totalIterations;
        return iteration < peak
                ? glide(startFraction, 1, iteration / peak)
                : glide(1, endFraction, (iteration - peak) / (totalIterations - peak));
    }

    /** Half a cosine between two fractions of the rate; {@code progress} in [0, 1]. */
    private double glide(double from, double to, double progress) {
        return learningRate * (to + (from - to) * (1 + Math.cos(Math.PI * progress)) / 2);
    }
}

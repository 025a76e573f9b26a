package org.expunge.influence.score.automatic;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.damping.BatchNoise;
import org.expunge.influence.curvature.damping.TrainingLength;
import org.expunge.influence.curvature.spectrum.StochasticLanczos;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;

/**
 * The λ that is taken when nobody gives one, and how it came about.
 *
 * @param damping λ of the mean loss, above 0
 * @param reason which policy, and what it saw
 */
record AutomaticDamping(double damping, String reason) {
    /** Where there is no noise to go by: as a condition number of 100. */
    private static final double SHARE_OF_LARGEST = 0.01;

    /** Lanczos steps that bring the largest eigenvalue within a few percent. */
    private static final int STEPS = 10;

    /**
     * Chooses the larger of two: what a training of that length cannot tell from zero curvature, where the length is
     * known, and what so many rows cannot. Where neither says anything, a hundredth of the largest eigenvalue.
     */
    static AutomaticDamping choose(
            Engine engine, Model model, Dataset train, Optional<TrainingLength> length, long seed) {
        Optional<AutomaticDamping> ofLength = length.map(AutomaticDamping::of);
        Optional<AutomaticDamping> ofNoise = ofNoise(engine, model, train, seed);
        return Stream.of(ofLength, ofNoise)
                .flatMap(Optional::stream)
                .max(Comparator.comparingDouble(AutomaticDamping::damping))
                .orElseGet(() -> ofLargest(engine, model, train, seed));
    }

    private static AutomaticDamping of(TrainingLength length) {
        return new AutomaticDamping(
                length.damping(),
                String.format(Locale.ROOT, "training length %.6g over %d steps", length.length(), length.steps()));
    }

    private static Optional<AutomaticDamping> ofNoise(Engine engine, Model model, Dataset train, long seed) {
        int n = train.size();
        if (n < 2) {
            return Optional.empty();
        }
        BatchNoise.Options options = BatchNoise.Options.forRows(n, seed);
        double edge = BatchNoise.of(train, rows -> new GaussNewton(engine, model, rows), options)
                .ofRows(n)
                .edge();
        return edge > 0
                ? Optional.of(new AutomaticDamping(edge, "edge of the noise that " + n + " rows leave"))
                : Optional.empty();
    }

    private static AutomaticDamping ofLargest(Engine engine, Model model, Dataset train, long seed) {
        StochasticLanczos lanczos =
                new StochasticLanczos(engine.compute().eigen(), new StochasticLanczos.Options(STEPS, 1, 1, seed));
        try (GaussNewton curvature = new GaussNewton(engine, model, train)) {
            double largest = lanczos.estimate(curvature).largest().get(0).value();
            return largest > 0
                    ? new AutomaticDamping(SHARE_OF_LARGEST * largest, "a hundredth of the largest eigenvalue")
                    : new AutomaticDamping(1, "no curvature: any damping ranks alike");
        }
    }
}

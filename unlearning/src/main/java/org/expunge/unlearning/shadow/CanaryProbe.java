package org.expunge.unlearning.shadow;

import java.util.Random;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.network.LayerConsumer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Weights;
import org.expunge.influence.training.Seeds;

/** Scores of candidates that are trained on with noise: how far the loss at the clean row falls along its noise. */
final class CanaryProbe implements Probe {
    private static final String NOISE = "canary-noise";

    private final double noise;

    /** Adds noise of this standard deviation to every feature. */
    CanaryProbe(double noise) {
        this.noise = noise;
    }

    @Override
    public Prepared prepare(Engine engine, ShadowSetting setting, long seed) {
        Dataset clean = setting.candidates();
        int width = clean.features().width();
        double[] directions = normals(clean.size() * width, new Seeds(seed).of(NOISE));
        double[] noisy = new double[directions.length];
        for (int row = 0; row < clean.size(); row++) {
            clean.features().read(row, noisy, row * width);
        }
        for (int i = 0; i < noisy.length; i++) {
            noisy[i] += noise * directions[i];
        }
        return new Prepared(
                clean.withFeatures(Features.of(noisy, width)), model -> scores(engine, model, clean, directions));
    }

    private static double[] normals(int count, long seed) {
        Random random = new Random(seed);
        double[] normals = new double[count];
        for (int i = 0; i < count; i++) {
            normals[i] = random.nextGaussian();
        }
        return normals;
    }

    /** Slopes of unit losses: the direction is that of the loss, and a sure row's does not underflow. */
    private static double[] scores(Engine engine, Model model, Dataset rows, double[] directions) {
        double[] scores = new double[rows.size()];
        int width = rows.features().width();
        try (Weights weights = Weights.of(engine.compute(), model);
                Passes passes = new Passes(engine, weights, true)) {
            passes.forEachTile(rows, (worker, pass, from) -> {
                pass.unitLossDelta();
                pass.backward(LayerConsumer.NONE);
                double[][] slopes = pass.inputDelta();
                for (int b = 0; b < slopes.length; b++) {
                    scores[from + b] = -cosineTimesLength(slopes[b], directions, (from + b) * width);
                }
            });
        }
        return scores;
    }

    /** Returns {@code ⟨slope, direction⟩ / ‖slope‖}; 0 where the slope is, which tells nothing. */
    private static double cosineTimesLength(double[] slope, double[] directions, int offset) {
        double product = 0;
        double squares = 0;
        for (int j = 0; j < slope.length; j++) {
            product += slope[j] * directions[offset + j];
            squares += slope[j] * slope[j];
        }
        return squares > 0 ? product / Math.sqrt(squares) : 0;
    }

    @Override
    public String identity() {
        return "canary " + noise;
    }
}

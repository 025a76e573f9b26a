package org.expunge.influence.network.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.expunge.influence.network.layer.LayerChecks.DIFFERENCE_STEP;
import static org.expunge.influence.network.layer.LayerChecks.DIFFERENCE_TOLERANCE;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Predicate;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.MinibatchPass;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.Weights;

/**
 * What a network must satisfy in training: the gradient sum of a minibatch is the derivative of its summed loss, and
 * neither depends on tiles or workers.
 */
final class TrainingChecks {
    private static final int EXAMPLES = 7;
    private static final int CAPACITY = 9;
    private static final long STEP_SEED = 99;

    /** Derivatives of a summed loss are some times larger than those of one example. */
    private static final double TOLERANCE = EXAMPLES * DIFFERENCE_TOLERANCE;

    private static final double ALIVE = 1e-4;

    private final Network network;
    private final Model model;
    private final Dataset data;

    private TrainingChecks(Network network) {
        Random random = new Random(20240616);
        this.network = network;
        this.model = LayerChecks.randomModel(network, random);
        this.data = LayerChecks.randomData(network, EXAMPLES + 2, random);
    }

    /** What one minibatch gave. */
    static final class Step {
        private final double[] losses;
        private final double[] gradient;
        private final double[] statistics;

        private Step(double[] losses, double[] gradient, double[] statistics) {
            this.losses = losses;
            this.gradient = gradient;
            this.statistics = statistics;
        }

        double[] losses() {
            return losses.clone();
        }

        double[] gradient() {
            return gradient.clone();
        }

        double[] statistics() {
            return statistics.clone();
        }
    }

    /**
     * Checks a network.
     *
     * @param isDead says which parameters have no effect in training, such as a bias before a normalisation
     */
    static void check(Network network, Predicate<ParameterLayout.Entry> isDead) {
        TrainingChecks checks = new TrainingChecks(network);
        Step whole = checks.step(checks.model, 32, 1);
        checks.checkGradient(whole, isDead);
        checks.checkSame(whole, checks.step(checks.model, 3, 1));
        checks.checkSame(whole, checks.step(checks.model, 3, 2));
        checks.checkSame(whole, checks.step(checks.model, 1, 2));
    }

    /** Runs one step in double on rows 1 … 7 of nine, so that offsets matter. */
    static Step step(Model model, Dataset data, int tile, int workers) {
        return step(new ReferenceCompute(), model, data, tile, workers);
    }

    /** Runs one step on a compute, and closes that. */
    static Step step(Compute backend, Model model, Dataset data, int tile, int workers) {
        try (Compute compute = backend;
                Engine engine = new Engine(compute, new Workers(workers), tile);
                Weights weights = Weights.of(compute, model);
                MinibatchPass pass = new MinibatchPass(engine, weights, CAPACITY)) {
            double[] losses = new double[EXAMPLES];
            int[] rows = new int[data.size()];
            Arrays.setAll(rows, i -> i);
            double[] gradient =
                    pass.run(data, rows, 1, 1 + EXAMPLES, STEP_SEED, losses).read();
            pass.updateStatistics();
            return new Step(losses, gradient, weights.toModel().statistics());
        }
    }

    private Step step(Model at, int tile, int workers) {
        return step(at, data, tile, workers);
    }

    private void checkGradient(Step whole, Predicate<ParameterLayout.Entry> isDead) {
        double[] gradient = whole.gradient();
        for (ParameterLayout.Entry entry : network.layout().entries()) {
            double largest = 0;
            for (int j = entry.offset(); j < entry.offset() + entry.length(); j++) {
                double slope = slope(j);
                assertThat(gradient[j])
                        .as("%s, number %s", entry.name(), j - entry.offset())
                        .isCloseTo(slope, within(TOLERANCE * (1 + Math.abs(slope))));
                largest = Math.max(largest, Math.abs(slope));
            }
            if (!isDead.test(entry)) {
                assertThat(largest).as("gradient of %s", entry.name()).isGreaterThan(ALIVE);
            }
        }
    }

    private double slope(int j) {
        double[] parameters = model.parameters();
        double value = parameters[j];
        parameters[j] = value + DIFFERENCE_STEP;
        double above = sum(step(model.withParameters(parameters), 32, 1).losses());
        parameters[j] = value - DIFFERENCE_STEP;
        double below = sum(step(model.withParameters(parameters), 32, 1).losses());
        return (above - below) / (2 * DIFFERENCE_STEP);
    }

    private void checkSame(Step expected, Step actual) {
        double exact = 1e-11; // a few hundred double additions in another order
        assertThat(actual.losses()).containsExactly(expected.losses(), within(exact));
        assertThat(actual.gradient()).containsExactly(expected.gradient(), within(exact));
        assertThat(actual.statistics()).containsExactly(expected.statistics(), within(exact));
    }

    private static double sum(double[] values) {
        return Arrays.stream(values).sum();
    }
}

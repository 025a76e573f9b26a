package org.expunge.unlearning.method.selected;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.WorkerSums;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Pass;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Slot;
import org.expunge.influence.network.Weights;
import org.expunge.influence.score.generalized.LayerUnits;

/**
 * How a network answers some rows under noise on their features: for each of P draws the mean loss over the rows, and
 * each unit's output before the activation, averaged over rows and positions.
 *
 * <p><b>Cost.</b> P forward passes over the rows; {@code 8 P u} bytes for u units.
 */
final class PerturbedResponses {
    /** Rows that go through the network together, about. */
    private static final int ROWS_AT_ONCE = 4096;

    private final List<LayerUnits> layers;
    private final double[] losses;
    private final double[][] columns;

    private PerturbedResponses(List<LayerUnits> layers, int draws) {
        this.layers = layers;
        this.losses = new double[draws];
        this.columns = new double[layers.stream().mapToInt(LayerUnits::count).sum()][draws];
    }

    /**
     * Draws noise and records.
     *
     * @param rows at least 1
     * @param draws P
     * @param std standard deviation of the noise, in units of the features
     * @param seed decides the noise
     */
    static PerturbedResponses of(Engine engine, Model model, Dataset rows, int draws, double std, long seed) {
        PerturbedResponses responses = new PerturbedResponses(LayerUnits.of(model.network()), draws);
        int together = Math.max(1, ROWS_AT_ONCE / rows.size());
        Random random = new Random(seed);
        try (Weights weights = Weights.of(engine.compute(), model);
                Passes passes = new Passes(engine, weights)) {
            for (int from = 0; from < draws; from += together) {
                responses.record(passes, rows, from, Math.min(draws, from + together), std, random);
            }
        }
        return responses;
    }

    private void record(Passes passes, Dataset rows, int from, int to, double std, Random random) {
        int size = rows.size();
        Dataset noisy = noisy(rows, to - from, std, random);
        double[] ofRows;
        double[][] units = new double[columns.length][noisy.size()];
        try (WorkerSums sums = new WorkerSums(passes.engine(), noisy.size())) {
            passes.forEachTile(noisy, (worker, pass, first) -> {
                pass.losses(sums.of(worker), first);
                read(pass, first, units);
            });
            ofRows = sums.toArray();
        }
        for (int r = 0; r < noisy.size(); r++) {
            losses[from + r / size] += ofRows[r] / size;
            for (int u = 0; u < units.length; u++) {
                columns[u][from + r / size] += units[u][r] / size;
            }
        }
    }

    /** Each draw holds every row once, so that a row of a draw is found by its number. */
    private static Dataset noisy(Dataset rows, int draws, double std, Random random) {
        int width = rows.features().width();
        int size = rows.size();
        double[] x = new double[draws * size * width];
        int[] at = new int[draws * size];
        for (int r = 0; r < at.length; r++) {
            at[r] = r % size;
            rows.features().read(at[r], x, r * width);
        }
        Arrays.setAll(x, i -> x[i] + std * random.nextGaussian());
        return Dataset.of(rows.name(), rows.shape(), Features.of(x, width), Targets.select(rows.targets(), at));
    }

    /** Averages each unit's outputs over positions, a row at a time: the batch is innermost. */
    private void read(Pass pass, int first, double[][] units) {
        int unit = 0;
        for (LayerUnits layer : layers) {
            Slot slot = pass.slot(layer.node());
            double[] values = new double[slot.outputLength()];
            slot.compute().read(slot.output(), 0, values, 0, values.length);
            int positions = values.length / (layer.count() * slot.batch());
            for (int i = 0; i < values.length; i++) {
                int feature = i / slot.batch();
                units[unit + feature / positions][first + i % slot.batch()] += values[i] / positions;
            }
            unit += layer.count();
        }
    }

    /** Returns P mean losses. */
    double[] losses() {
        return losses.clone();
    }

    /** Returns P averages of each unit, layer by layer. */
    double[][] columns() {
        return Arrays.stream(columns).map(double[]::clone).toArray(double[][]::new);
    }
}

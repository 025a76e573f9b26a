package org.expunge.unlearning.method;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.MinibatchPass;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.Weights;
import org.expunge.influence.network.layer.BatchNormalization;
import org.expunge.influence.training.Seeds;

/**
 * Running statistics of batch normalisation taken anew from given rows, so that rows to forget leave no mark on them:
 * for each minibatch of at most 64 shuffled rows in training mode, what the running average moves towards, averaged
 * over minibatches by their sizes. Minibatches differ by at most one row, so that none is tiny.
 *
 * <p><b>Accuracy.</b> The mean over minibatches that training's moving average estimates, without its memory of earlier
 * parameters. A layer whose statistics do not move (decay 1) keeps them. Deterministic.
 *
 * <p><b>Cost.</b> A forward and a backward pass a row; nothing for a network without running statistics.
 *
 * <p><b>Source.</b> Y. Wu and J. Johnson, "Rethinking 'Batch' in BatchNorm", arXiv:2105.07576, section 3.
 */
public final class BatchStatistics {
    private static final int BATCH = 64;

    private BatchStatistics() {}

    /**
     * Takes the statistics of a model anew.
     *
     * @param engine where it runs; stays the caller's to close
     * @param model parameters to use
     * @param data rows to take them from, at least 1
     * @param seed decides the order of the rows and dropout
     * @return the same parameters with other statistics; the model itself if its network has none
     */
    public static Model of(Engine engine, Model model, Dataset data, long seed) {
        double[] old = model.statistics();
        if (old.length == 0) {
            return model;
        }
        int[] order = shuffled(data.size(), seed);
        int batches = (order.length + BATCH - 1) / BATCH;
        double[] sum = new double[old.length];
        try (Weights weights = Weights.of(engine.compute(), model);
                MinibatchPass pass = new MinibatchPass(engine, weights, Math.min(BATCH, order.length))) {
            double[] losses = new double[BATCH];
            for (int batch = 0; batch < batches; batch++) {
                int from = (int) ((long) order.length * batch / batches);
                int to = (int) ((long) order.length * (batch + 1) / batches);
                weights.statistics().write(new double[old.length]);
                pass.run(data, order, from, to, Seeds.derive(seed, batch), losses);
                pass.updateStatistics();
                double[] moved = weights.statistics().read();
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += moved[i] * (to - from) / order.length;
                }
            }
        }
        return new Model(model.network(), model.parameters(), undecayed(model.network(), sum, old));
    }

    /** From zero, one update moves to {@code (1 − decay)} times the statistics of a minibatch. */
    private static double[] undecayed(Network network, double[] moved, double[] old) {
        double[] statistics = old.clone();
        for (int node = 0; node < network.nodes().size(); node++) {
            if (network.nodes().get(node).layer() instanceof BatchNormalization layer && layer.decay() < 1) {
                for (ParameterLayout.Entry entry : network.statistics().of(node)) {
                    for (int i = entry.offset(); i < entry.offset() + entry.length(); i++) {
                        statistics[i] = moved[i] / (1 - layer.decay());
                    }
                }
            }
        }
        return statistics;
    }

    private static int[] shuffled(int size, long seed) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, size).boxed().toList());
        Collections.shuffle(order, new Random(seed));
        return order.stream().mapToInt(Integer::intValue).toArray();
    }
}

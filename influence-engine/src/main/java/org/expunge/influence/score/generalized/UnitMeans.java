package org.expunge.influence.score.generalized;

import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Slot;
import org.expunge.influence.network.Weights;
import org.expunge.influence.score.generalized.UnitSelection.Statistic;

/** Averages of units' outputs, or of the derivatives there, over rows and positions. */
final class UnitMeans {
    private final List<Integer> nodes;
    private final Statistic statistic;
    private final double[][][] sums;

    /** Each worker adds to sums of its own, so that the order of additions does not change. */
    private UnitMeans(Network network, List<Integer> nodes, Statistic statistic, int workers) {
        this.nodes = nodes;
        this.statistic = statistic;
        this.sums = new double[workers][nodes.size()][];
        for (double[][] ofWorker : sums) {
            for (int i = 0; i < ofWorker.length; i++) {
                ofWorker[i] =
                        new double[network.nodes().get(nodes.get(i)).output().channels()];
            }
        }
    }

    /**
     * Returns one number a unit, at least 0, for each of the nodes.
     *
     * @param nodes dense layers and convolutions
     * @param isOfGradient whether it is the derivatives that are averaged
     */
    static double[][] of(
            Engine engine, Model model, Dataset rows, List<Integer> nodes, boolean isOfGradient, Statistic statistic) {
        UnitMeans means = new UnitMeans(
                model.network(), nodes, statistic, engine.workers().count());
        try (Weights weights = Weights.of(engine.compute(), model);
                Passes passes = new Passes(engine, weights)) {
            passes.forEachTile(rows, (worker, pass, from) -> {
                if (isOfGradient) {
                    pass.lossDelta();
                    pass.backward((node, layer, slot) -> means.add(worker, node, slot, slot.delta()));
                } else {
                    nodes.forEach(node -> means.add(
                            worker, node, pass.slot(node), pass.slot(node).output()));
                }
            });
        }
        return means.finish(model.network(), rows.size());
    }

    private void add(int worker, int node, Slot slot, Buffer buffer) {
        int at = nodes.indexOf(node);
        if (at < 0) {
            return;
        }
        double[] values = new double[slot.outputLength()];
        slot.compute().read(buffer, 0, values, 0, values.length);
        double[] units = sums[worker][at];
        int each = values.length / units.length;
        for (int i = 0; i < values.length; i++) {
            units[i / each] += statistic == Statistic.MEAN_OF_ABSOLUTES ? Math.abs(values[i]) : values[i];
        }
    }

    private double[][] finish(Network network, int rows) {
        double[][] means = new double[nodes.size()][];
        for (int i = 0; i < means.length; i++) {
            means[i] = new double[sums[0][i].length];
            int positions = network.nodes().get(nodes.get(i)).output().length() / means[i].length;
            for (int u = 0; u < means[i].length; u++) {
                double sum = 0;
                for (double[][] ofWorker : sums) {
                    sum += ofWorker[i][u];
                }
                means[i][u] = Math.abs(sum) / ((double) rows * positions);
            }
        }
        return means;
    }
}

package org.expunge.influence.gradient;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.network.GradientSum;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.Tensors;

/**
 * One gradient sum for each worker. Tiles are added on the device in the order in which a worker takes them, workers on
 * the host, in double and in worker order: the same bits for the same number of workers.
 */
public final class GradientSums implements AutoCloseable {
    private final ParameterLayout layout;
    private final List<GradientSum> ofWorker = new ArrayList<>();

    /** Starts with zeros. */
    public GradientSums(Engine engine, ParameterLayout layout) {
        this.layout = layout;
        for (int w = 0; w < engine.workers().count(); w++) {
            ofWorker.add(new GradientSum(new Tensors(engine.compute(), layout)));
        }
    }

    /** Sets all sums to 0. */
    public void clear() {
        ofWorker.forEach(sum -> sum.sums().clear());
    }

    /** Returns what a worker adds its tiles to. */
    public GradientSum of(int worker) {
        return ofWorker.get(worker);
    }

    /** Writes {@code scale} times the sum over workers. */
    public void read(double scale, double[] to) {
        Arrays.fill(to, 0, layout.length(), 0);
        for (GradientSum sum : ofWorker) {
            double[] part = sum.sums().read();
            for (int i = 0; i < part.length; i++) {
                to[i] += scale * part[i];
            }
        }
    }

    @Override
    public void close() {
        ofWorker.forEach(sum -> sum.sums().close());
    }
}

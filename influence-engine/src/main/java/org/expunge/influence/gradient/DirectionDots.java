package org.expunge.influence.gradient;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.compute.WorkerSums;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Pass;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Weights;

/** Dots gradients of one block of rows after another with the same directions: what was prepared serves all of them. */
public final class DirectionDots implements AutoCloseable {
    private final Directions directions;
    private final Output output;
    private final int windowRows;
    private final Windows windows;
    private final WorkerSums sums;
    private final Passes passes;

    /**
     * Opens windows and passes.
     *
     * @param directions stay the caller's, open and as they are for as long as this is
     * @param engine where to compute
     * @param weights the weights, on that engine's compute; stay the caller's
     * @param output what the gradients are of
     * @param windowRows rows contracted at once, a multiple of the engine's tile
     */
    public DirectionDots(Directions directions, Engine engine, Weights weights, Output output, int windowRows) {
        checkArgument(
                windowRows % engine.tile() == 0,
                "a window of %s rows is not whole tiles of %s",
                windowRows,
                engine.tile());
        this.directions = directions;
        this.output = output;
        this.windowRows = windowRows;
        this.windows = new Windows(engine, directions.network(), directions.nodes(), windowRows);
        this.sums = new WorkerSums(engine, Math.multiplyExact(directions.count(), windowRows));
        this.passes = new Passes(engine, weights);
    }

    /**
     * Takes rows through the network and back. Waits for the device once a window.
     *
     * @param data n rows
     * @return {@code ⟨g_i, v_q⟩} at {@code q · n + i}
     */
    public double[] of(Dataset data) {
        int n = data.size();
        double[] dots = new double[Math.multiplyExact(n, directions.count())];
        passes.forEachRun(
                data,
                windowRows / passes.engine().tile(),
                (worker, pass, from) -> sendBack(pass, worker, from % windowRows),
                (worker, from, rows) -> {
                    Sums ofWindow = sums.of(worker);
                    ofWindow.clear();
                    directions.contract(windows, worker, ofWindow);
                    double[] products = ofWindow.toArray();
                    for (int q = 0; q < directions.count(); q++) {
                        System.arraycopy(products, q * windowRows, dots, q * n + from, rows);
                    }
                });
        return dots;
    }

    private void sendBack(Pass pass, int worker, int place) {
        RowWindow window = windows.of(worker);
        Scratch scratch = windows.scratch(worker);
        output.writeDelta(pass);
        windows.tiles(worker)
                .run(
                        pass,
                        place,
                        () -> pass.backward((node, layer, slot) -> window.store(node, layer, slot, scratch, place)));
    }

    @Override
    public void close() {
        windows.close();
        sums.close();
        passes.close();
    }
}

package org.expunge.influence.network;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Replay;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.compute.WorkerSums;
import org.expunge.influence.data.Dataset;

/**
 * The training pass of a whole minibatch. Without a {@link BatchCoupled} layer a worker takes one tile after the other
 * from its loading to its gradient, in one {@link Pass} whose scratch stays in cache. With one, every tile has a pass
 * of its own and all go through the network together; between two such layers each tile runs on its own worker.
 *
 * <p>The gradient is the sum over the minibatch, accumulated tile by tile in each worker and then over workers in
 * order: the same bits for the same number of workers.
 */
public final class MinibatchPass implements AutoCloseable {
    private static final int FORWARD = 0;
    private static final int BACKWARD = 1;

    private final Engine engine;
    private final Network network;
    private final List<Pass> passes = new ArrayList<>();
    private final List<Tensors> gradients = new ArrayList<>();
    private final List<TileReplays> replays = new ArrayList<>();
    private final List<Integer> coupled = new ArrayList<>();
    /** For each coupled layer and tile what it adds; the first of a layer becomes the total. */
    private final Map<Integer, Sums[]> forwardSums = new HashMap<>();

    private final Map<Integer, Sums[]> backwardSums = new HashMap<>();
    private final WorkerSums values;
    private final Replay clearing;
    private final Replay forward;
    private final Replay backward;
    private final Replay statistics;
    private final int capacity;
    private int tiles;
    private int examples;
    private int[] next = {};

    /**
     * Opens a pass.
     *
     * @param weights the numbers to use; the caller updates them between minibatches
     * @param capacity most examples of a minibatch
     */
    public MinibatchPass(Engine engine, Weights weights, int capacity) {
        checkArgument(capacity >= 1, "capacity must be at least 1, got %s", capacity);
        this.engine = engine;
        this.network = weights.network();
        this.capacity = capacity;
        for (int w = 0; w < engine.workers().count(); w++) {
            gradients.add(new Tensors(engine.compute(), network.layout()));
            replays.add(new TileReplays());
        }
        for (int i = 0; i < network.nodes().size(); i++) {
            if (network.nodes().get(i).layer() instanceof BatchCoupled) {
                coupled.add(i);
            }
        }
        this.values = new WorkerSums(engine, capacity);
        for (int from = 0; from < capacity && isNeeded(passes.size()); from += engine.tile()) {
            passes.add(new Pass(engine.compute(), weights, Math.min(engine.tile(), capacity - from)));
        }
        for (int node : coupled) {
            forwardSums.put(node, openSums(node));
            backwardSums.put(node, openSums(node));
        }
        this.clearing = engine.compute().replay(this::clearGradients);
        this.forward = engine.compute().replay(this::forwardCoupled);
        this.backward = engine.compute().replay(this::backwardCoupled);
        this.statistics = engine.compute().replay(this::moveStatistics);
    }

    private Sums[] openSums(int node) {
        int length = coupledLayer(node).sums(passes.get(0).slot(node));
        return Stream.generate(() -> engine.compute().sums(length))
                .limit(passes.size())
                .toArray(Sums[]::new);
    }

    private boolean isNeeded(int pass) {
        return !coupled.isEmpty() || pass < engine.workers().count();
    }

    /**
     * Computes losses and the gradient sum of one minibatch in training mode, for each row's own loss.
     *
     * @param rows indices into data
     * @param from first of the minibatch
     * @param to one past its last
     * @param seed differs from step to step; decides dropout masks
     * @param losses the loss of each example is written to {@code losses[0 … to − from)}
     * @return {@code Σ_b g_b}; valid until the next call
     */
    public Tensors run(Dataset data, int[] rows, int from, int to, long seed, double[] losses) {
        return run(data, Arrays.copyOfRange(rows, from, to), seed, OutputLoss.OWN, losses);
    }

    /**
     * Computes what a loss says of one minibatch, and the gradient sum, in training mode. Waits for the device once, to
     * read the losses, when everything else is queued.
     *
     * @param rows the minibatch, indices into data
     * @param seed differs from step to step; decides dropout masks
     * @param loss what is lowered
     * @param losses its value at each example, by position in the minibatch, is written
     * @return {@code Σ_b g_b}; valid until the next call
     */
    public Tensors run(Dataset data, int[] rows, long seed, OutputLoss loss, double[] losses) {
        examples = rows.length;
        tiles = (examples + engine.tile() - 1) / engine.tile();
        checkArgument(examples <= capacity, "%s examples exceed the minibatch capacity of %s", examples, capacity);
        int[] following = next;
        next = new int[0];
        run(examples == capacity, clearing, this::clearGradients);
        values.clear();
        int tile = engine.tile();
        if (coupled.isEmpty()) {
            engine.workers().run(tiles, (worker, t) -> {
                Pass pass = passes.get(worker);
                load(pass, data, rows, t, seed);
                int nodes = network.nodes().size();
                replays.get(worker).run(pass, FORWARD, () -> pass.layers().forward(0, nodes));
                loss.differentiate(pass, rows, t * tile, values.of(worker));
                replays.get(worker).run(pass, BACKWARD, () -> backward(pass, worker, nodes, 0));
                if (t + 1 < engine.workers().firstTask(worker + 1, tiles)) {
                    announce(pass, data, rows, t + 1);
                } else {
                    int followingTiles = (following.length + tile - 1) / tile;
                    announce(pass, data, following, engine.workers().firstTask(worker, followingTiles));
                }
            });
        } else {
            engine.workers().run(tiles, (worker, t) -> load(passes.get(t), data, rows, t, seed));
            boolean isPrepared = isFullOnOneThread();
            run(isPrepared, forward, this::forwardCoupled);
            engine.workers()
                    .run(tiles, (worker, t) -> loss.differentiate(passes.get(t), rows, t * tile, values.of(worker)));
            run(isPrepared, backward, this::backwardCoupled);
            engine.workers().run(tiles, (worker, t) -> announce(passes.get(t), data, following, t));
        }
        for (int w = 1; w < workers(); w++) {
            gradients.get(0).addScaled(1, gradients.get(w));
        }
        values.read(losses, examples);
        return gradients.get(0);
    }

    /**
     * Says which minibatch of the same data probably follows the next run: it may be on its way while a device works on
     * that run.
     *
     * @param rows indices into data; none where it is not known
     */
    public void announce(int[] rows) {
        next = rows.clone();
    }

    private void announce(Pass pass, Dataset data, int[] rows, int t) {
        int first = Math.min(rows.length, t * engine.tile());
        pass.announce(data, rows, first, Math.min(rows.length, first + engine.tile()));
    }

    /** Returns how many workers have tiles. */
    private int workers() {
        return Math.min(tiles, gradients.size());
    }

    /**
     * Returns whether all that lies between two calls of the loss may be prepared as one piece: then tiles are those of
     * every full minibatch, and no other thread has any.
     */
    private boolean isFullOnOneThread() {
        return examples == capacity && workers() == 1 && passes.get(0).isReplayable();
    }

    private static void run(boolean isPrepared, Replay prepared, Runnable kernels) {
        if (isPrepared) {
            prepared.run();
        } else {
            kernels.run();
        }
    }

    private void clearGradients() {
        gradients.subList(0, Math.max(1, workers())).forEach(Tensors::clear);
    }

    private void load(Pass pass, Dataset data, int[] rows, int t, long seed) {
        int first = t * engine.tile();
        pass.load(data, rows, first, Math.min(rows.length, first + engine.tile()));
        pass.beginTraining(new TrainingStep(seed, first, examples));
    }

    /** Moves the running statistics of batch-coupled layers towards the last minibatch's. */
    public void updateStatistics() {
        run(examples == capacity && !coupled.isEmpty(), statistics, this::moveStatistics);
    }

    private void moveStatistics() {
        for (int node : coupled) {
            coupledLayer(node).updateStatistics(passes.get(0).slot(node), total(forwardSums, node), examples);
        }
    }

    private static Sums total(Map<Integer, Sums[]> parts, int node) {
        return checkNotNull(parts.get(node), "node %s is not coupled", node)[0];
    }

    private void forwardCoupled() {
        int start = 0;
        for (int node : coupled) {
            forwardRange(start, node);
            Sums sums = collect(node, forwardSums, true);
            engine.workers()
                    .run(
                            tiles,
                            (worker, t) ->
                                    coupledLayer(node).forward(passes.get(t).slot(node), sums, examples));
            start = node + 1;
        }
        forwardRange(start, network.nodes().size());
    }

    private void forwardRange(int from, int to) {
        engine.workers().run(tiles, (worker, t) -> passes.get(t).layers().forward(from, to));
    }

    private void backwardCoupled() {
        int end = network.nodes().size();
        for (int c = coupled.size() - 1; c >= 0; c--) {
            int node = coupled.get(c);
            backwardRange(end, node + 1);
            Sums sums = collect(node, backwardSums, false);
            engine.workers().run(tiles, (worker, t) -> {
                Pass pass = passes.get(t);
                pass.layers().consume(node, gradientSum(worker));
                if (pass.plan().continues(node)) {
                    coupledLayer(node).backward(pass.slot(node), sums, examples);
                    pass.slot(node).settleInputDeltas();
                }
            });
            end = node;
        }
        backwardRange(end, 0);
    }

    private void backwardRange(int from, int to) {
        engine.workers().run(tiles, (worker, t) -> backward(passes.get(t), worker, from, to));
    }

    private void backward(Pass pass, int worker, int from, int to) {
        pass.layers().backward(from, to, gradientSum(worker));
    }

    private LayerConsumer gradientSum(int worker) {
        return new GradientSum(gradients.get(worker));
    }

    /** Sums a coupled layer's contributions tile by tile, in tile order. */
    private Sums collect(int node, Map<Integer, Sums[]> partsOfLayers, boolean isForward) {
        BatchCoupled layer = coupledLayer(node);
        Sums[] parts = checkNotNull(partsOfLayers.get(node), "node %s is not coupled", node);
        engine.workers().run(tiles, (worker, t) -> {
            Slot slot = passes.get(t).slot(node);
            parts[t].clear();
            if (isForward) {
                layer.addForwardSums(slot, parts[t]);
            } else if (passes.get(t).plan().isVisited(node)) {
                layer.addBackwardSums(slot, parts[t]);
            }
        });
        for (int t = 1; t < tiles; t++) {
            parts[0].add(parts[t]);
        }
        return parts[0];
    }

    private BatchCoupled coupledLayer(int node) {
        return (BatchCoupled) network.nodes().get(node).layer();
    }

    @Override
    public void close() {
        Stream.of(clearing, forward, backward, statistics).forEach(Replay::close);
        replays.forEach(TileReplays::close);
        passes.forEach(Pass::close);
        gradients.forEach(Tensors::close);
        values.close();
        Stream.of(forwardSums, backwardSums)
                .flatMap(layers -> layers.values().stream())
                .flatMap(Arrays::stream)
                .forEach(Sums::close);
    }
}

package org.expunge.influence.network;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.data.Dataset;
import org.jspecify.annotations.Nullable;

/**
 * One worker's scratch for taking tiles of examples through a network: activations, columns, deltas. Belongs to one
 * thread. The order of calls is {@link #load}, {@link #forward}, then any of {@link #losses}, {@link #predictions},
 * {@link #tangent}, {@link #lossDelta} (or {@link #unitLossDelta}, or writing {@link #outputDelta} directly) and
 * {@link #backward}.
 *
 * <p><b>Cost.</b> Memory is the activations and columns of {@code capacity} examples, allocated on first use.
 */
public final class Pass implements AutoCloseable {
    private final Weights weights;
    private final Network network;
    private final Compute compute;
    private final int capacity;
    private final boolean wantsInputDelta;
    private final Slot inputSlot;
    private final List<Slot> slots = new ArrayList<>();
    private final BackwardPlan plan;
    private final LayerRun layers;
    private final int[] firstParameter;
    private final int[] firstStatistic;
    private final PassScratch scratch;
    private final Buffer targets;
    private final TileLoader loader;
    private final boolean isReplayable;
    private final boolean isReplayableInTraining;
    private final FullTiles fullTiles;
    private int batch;
    private @Nullable TrainingStep training;
    private @Nullable Tensors direction;
    private boolean isTangentPhase;
    private boolean isBackwardDone;

    /**
     * Opens a pass.
     *
     * @param compute where the weights live
     * @param weights the numbers to use; read only
     * @param capacity most examples of a tile
     */
    public Pass(Compute compute, Weights weights, int capacity) {
        this(compute, weights, capacity, false);
    }

    /**
     * Opens a pass.
     *
     * @param wantsInputDelta whether backward also computes the derivative with respect to the network's input
     */
    public Pass(Compute compute, Weights weights, int capacity, boolean wantsInputDelta) {
        checkArgument(capacity >= 1, "capacity must be at least 1, got %s", capacity);
        this.compute = compute;
        this.weights = weights;
        this.network = weights.network();
        this.capacity = capacity;
        this.wantsInputDelta = wantsInputDelta;
        this.inputSlot = new Slot(this, Network.INPUT, List.of(), network.input());
        int n = network.nodes().size();
        this.firstParameter = new int[n];
        this.firstStatistic = new int[n];
        for (int i = 0; i < n; i++) {
            openSlot(i);
        }
        this.plan = new BackwardPlan(network, wantsInputDelta);
        this.layers = new LayerRun(network, slots, plan);
        this.scratch = new PassScratch(compute, capacity);
        this.targets = compute.allocate(network.outputs() * capacity);
        this.isReplayable =
                network.nodes().stream().allMatch(node -> node.layer().isReplayable());
        this.isReplayableInTraining =
                network.nodes().stream().allMatch(node -> node.layer().isReplayableInTraining());
        this.fullTiles = new FullTiles(compute, layers, plan, n);
        this.loader = new TileLoader(compute, network, capacity);
    }

    private void openSlot(int i) {
        Network.Node node = network.nodes().get(i);
        slots.add(new Slot(this, i, node.inputs(), node.output()));
        firstParameter[i] =
                network.layout().of(i).isEmpty() ? -1 : network.layout().firstEntry(i);
        firstStatistic[i] =
                network.statistics().of(i).isEmpty() ? -1 : network.statistics().firstEntry(i);
    }

    /** Returns the network. */
    public Network network() {
        return network;
    }

    /** Returns the compute. */
    public Compute compute() {
        return compute;
    }

    /** Returns the most examples of a tile. */
    public int capacity() {
        return capacity;
    }

    /** Returns how many examples are loaded. */
    public int batch() {
        return batch;
    }

    /**
     * Loads examples {@code rows[from … to)} of {@code data}: features and targets.
     *
     * @throws IllegalArgumentException if they do not fit the network or the capacity
     */
    public void load(Dataset data, int[] rows, int from, int to) {
        loader.load(data, rows, from, to, inputSlot.output(), targets);
        batch = to - from;
    }

    /**
     * Says which examples are probably loaded next: a device may have them on their way while it works. Call it when
     * what is to be done meanwhile was queued.
     */
    public void announce(Dataset data, int[] rows, int from, int to) {
        loader.announce(data, rows, from, to);
    }

    /** Runs the network in inference: running statistics, no dropout. */
    public void forward() {
        training = null;
        isBackwardDone = false;
        if (isReplayable()) {
            fullTiles.forward();
        } else {
            layers.forward(0, slots.size());
        }
    }

    /**
     * Returns whether kernels that use this tile may be {@linkplain Compute#replay prepared}: it is full, and no layer
     * of the network stands against it.
     */
    public boolean isReplayable() {
        return batch == capacity && (training == null ? isReplayable : isReplayableInTraining);
    }

    /** Writes each example's loss to {@code losses[offset + b]}. */
    public void losses(Sums losses, int offset) {
        compute.losses().losses(network.loss(), network.outputs(), batch, logits(), targets, losses, offset);
    }

    /**
     * Returns the predictions (probabilities, or outputs of a regression), one row an example: {@code B × K}. Waits for
     * the device.
     */
    public double[][] predictions() {
        int outputs = network.outputs();
        double[] flat = new double[outputs * batch];
        try (Buffer predicted = compute.allocate(outputs * batch)) {
            compute.losses().predictions(network.loss(), outputs, batch, logits(), predicted);
            compute.read(predicted, 0, flat, 0, flat.length);
        }
        return byExample(flat, outputs);
    }

    /** Returns what layer {@code node} put out, one row an example. Waits for the device. */
    public double[][] activations(int node) {
        int width = slots.get(node).outputShape().length();
        double[] flat = new double[width * batch];
        compute.read(slots.get(node).output(), 0, flat, 0, flat.length);
        return byExample(flat, width);
    }

    /** Returns the pre-activations z of the loss, {@code [K, B]}. */
    public Buffer logits() {
        return lastSlot().output();
    }

    /** Returns the targets, {@code [K, B]}. */
    public Buffer targets() {
        return targets;
    }

    /** Returns where the derivative at the logits is written before {@link #backward}, {@code [K, B]}. */
    public Buffer outputDelta() {
        return lastSlot().delta();
    }

    /** Writes {@code ∂ℓ_b/∂z} into {@link #outputDelta}. */
    public void lossDelta() {
        compute.losses().delta(network.loss(), network.outputs(), batch, logits(), targets, outputDelta());
    }

    /** Writes {@code ∂ℓ_b/∂z} scaled to norm 1 into {@link #outputDelta} and its norms to {@code norms[offset + b]}. */
    public void unitLossDelta(Sums norms, int offset) {
        compute.losses()
                .unitDelta(network.loss(), network.outputs(), batch, logits(), targets, outputDelta(), norms, offset);
    }

    /** Writes {@code ∂ℓ_b/∂z} scaled to norm 1 into {@link #outputDelta}, for those who do not ask for its norms. */
    public void unitLossDelta() {
        unitLossDelta(scratch.sums(1), 0);
    }

    /**
     * Runs backward from {@link #outputDelta}, handing each layer with parameters to {@code consumer} as it is reached.
     */
    public void backward(LayerConsumer consumer) {
        isBackwardDone = true;
        if (isReplayable()) {
            fullTiles.backward(consumer);
        } else {
            layers.backward(slots.size(), 0, consumer);
        }
    }

    /**
     * Runs the tangent (Jacobian-vector product) of the last forward pass along {@code direction}; the result is
     * {@link #outputTangent}.
     */
    public void tangent(Tensors direction) {
        checkState(training == null, "tangents are taken in inference mode");
        this.direction = direction;
        for (int i = 0; i < slots.size(); i++) {
            layers.layer(i).tangent(slots.get(i));
        }
    }

    /** Returns {@code J v} at the logits, {@code [K, B]}, after {@link #tangent}. */
    public Buffer outputTangent() {
        return lastSlot().tangent();
    }

    /**
     * Returns where the tangent of the derivative at the logits is written before {@link #backwardTangent}, {@code [K,
     * B]}; for a loss it is the loss Hessian times {@link #outputTangent}.
     */
    public Buffer outputDeltaTangent() {
        isTangentPhase = true;
        Buffer buffer = lastSlot().delta();
        isTangentPhase = false;
        return buffer;
    }

    /** Writes the loss Hessian times {@link #outputTangent} into {@link #outputDeltaTangent}. */
    public void lossDeltaTangent() {
        compute.losses()
                .hessianProduct(
                        network.loss(),
                        network.outputs(),
                        batch,
                        logits(),
                        targets,
                        outputTangent(),
                        outputDeltaTangent());
    }

    /**
     * Runs the tangent of the last {@link #backward} along the direction of the last {@link #tangent}: from
     * {@link #outputDeltaTangent}, adds {@code Σ_b ġ_b} to {@code sums}. For a loss this is the sum of Hessian-vector
     * products. The backward pass is kept, so that several directions share it.
     *
     * <p><b>Source.</b> B. A. Pearlmutter, "Fast Exact Multiplication by the Hessian", Neural Computation 6(1), 1994.
     *
     * @param sums added to
     */
    public void backwardTangent(Tensors sums) {
        checkState(isBackwardDone, "the tangent of a backward pass follows that pass");
        for (int i = slots.size() - 1; i >= 0; i--) {
            int node = i;
            layers.consume(i, (n, layer, slot) -> addGradientTangent(layer, slot, sums.of(node)));
            if (plan.continues(i)) {
                isTangentPhase = true;
                layers.layer(i).backward(slots.get(i));
                layers.layer(i).addBackwardTangent(slots.get(i));
                slots.get(i).settleInputDeltas();
                isTangentPhase = false;
            }
        }
    }

    private void addGradientTangent(ParametricLayer layer, Slot slot, List<Buffer> sums) {
        isTangentPhase = true;
        layer.addGradientSum(slot, sums);
        isTangentPhase = false;
        if (slot.hasInputTangent(0)) {
            layer.addInputTangentSum(slot, sums);
        }
    }

    boolean isTangentPhase() {
        return isTangentPhase;
    }

    /** Returns the derivative with respect to the input, one row an example; only if the pass was opened for it. */
    public double[][] inputDelta() {
        checkState(wantsInputDelta, "the pass was not opened for input derivatives");
        int width = network.input().length();
        double[] flat = new double[width * batch];
        compute.read(inputSlot.delta(), 0, flat, 0, flat.length);
        return byExample(flat, width);
    }

    /**
     * Returns the tangent of {@link #inputDelta} along the direction of the last {@link #backwardTangent}, one row an
     * example: for a loss, the derivative of {@code ⟨g_b, v⟩} with respect to the input. Only if the pass was opened
     * for input derivatives.
     */
    public double[][] inputDeltaTangent() {
        isTangentPhase = true;
        double[][] tangent = inputDelta();
        isTangentPhase = false;
        return tangent;
    }

    /** Returns the slot of a node, or of the input for {@link Network#INPUT}. */
    public Slot slot(int node) {
        return node == Network.INPUT ? inputSlot : slots.get(node);
    }

    BackwardPlan plan() {
        return plan;
    }

    LayerRun layers() {
        return layers;
    }

    Buffer parameter(int node, int i) {
        return weights.parameters().get(firstParameter[node] + i);
    }

    Buffer parameterTangent(int node, int i) {
        checkState(direction != null, "no direction is set");
        return direction.get(firstParameter[node] + i);
    }

    Buffer statistic(int node, int i) {
        return weights.statistics().get(firstStatistic[node] + i);
    }

    PassScratch scratch() {
        return scratch;
    }

    @Nullable
    TrainingStep training() {
        return training;
    }

    void beginTraining(TrainingStep step) {
        training = step;
    }

    private Slot lastSlot() {
        return slots.get(slots.size() - 1);
    }

    private double[][] byExample(double[] flat, int width) {
        double[][] rows = new double[batch][width];
        for (int f = 0; f < width; f++) {
            for (int b = 0; b < batch; b++) {
                rows[b][f] = flat[f * batch + b];
            }
        }
        return rows;
    }

    @Override
    public void close() {
        fullTiles.close();
        loader.close();
        slots.forEach(Slot::close);
        inputSlot.close();
        scratch.close();
        targets.close();
    }
}

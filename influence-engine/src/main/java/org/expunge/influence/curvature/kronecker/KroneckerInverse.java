package org.expunge.influence.curvature.kronecker;

import static com.google.common.base.Preconditions.checkArgument;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.WorkerSums;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.Directions;
import org.expunge.influence.gradient.RowWindow;
import org.expunge.influence.gradient.WorkerScratch;
import org.expunge.influence.io.Digests;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Weights;

/**
 * {@code V ↦ Q_S [(Q_Sᵀ V Q_A) ⊘ (Λ + λ)] Q_Aᵀ} in each layer that has Kronecker factors; 0 elsewhere.
 *
 * <p><b>Accuracy.</b> Products are in the compute's precision. A vector is scaled by a power of two on its way in, so
 * that tiny ones do not underflow in float32.
 *
 * <p><b>Cost.</b> 4 out (in + 1) (out + in + 1) FLOP a layer and product; several vectors go through one large product
 * together, and one vector through the products of several small layers. Memory is the eigenvectors, a matrix of each
 * layer's parameters, and two of as many vectors or layers as go together. Not for use by several threads at once.
 */
public final class KroneckerInverse implements InverseCurvature, AutoCloseable {
    /** Numbers that are multiplied together, of a layer or a vector: enough for large products, 16 MiB in float32. */
    private static final int GROUP_NUMBERS = 1 << 22;

    private final String method;
    private final Compute compute;
    private final Network network;
    private final List<KroneckerBlock> blocks = new ArrayList<>();
    private final List<List<KroneckerBlock>> together;
    private final SortedMap<String, Double> dampings = new TreeMap<>();
    private final SortedMap<String, String> inputs = new TreeMap<>();

    KroneckerInverse(String method, Compute compute, Kfac kfac, List<double[]> eigenvalues, DampingRule rule) {
        this.method = method;
        this.compute = compute;
        this.network = kfac.network();
        inputs.put("curvature-labels", kfac.options().labels().toString());
        inputs.put("curvature-positions", kfac.options().scaling().toString());
        inputs.put("curvature-samples", Integer.toString(kfac.options().samples()));
        inputs.put("curvature-seed", Long.toString(kfac.options().seed()));
        inputs.put("curvature-rows", Long.toString(kfac.rows()));
        for (int i = 0; i < eigenvalues.size(); i++) {
            KroneckerBasis basis = kfac.bases().get(i);
            String name = basis.shape().name();
            double damping = rule.of(name, eigenvalues.get(i).clone());
            checkArgument(
                    damping > 0 && Double.isFinite(damping), "damping of %s must be above 0, got %s", name, damping);
            dampings.put(name, damping);
            inputs.put("curvature-" + name, digest(basis, eigenvalues.get(i)));
            inputs.put("damping-" + name, Double.toString(damping));
            blocks.add(new KroneckerBlock(compute, basis, eigenvalues.get(i), damping));
        }
        this.together = together(blocks);
    }

    private static String digest(KroneckerBasis basis, double[] eigenvalues) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Double.BYTES * (basis.a().length + basis.s().length + eigenvalues.length));
        bytes.asDoubleBuffer().put(basis.a()).put(basis.s()).put(eigenvalues);
        return Digests.sha256(bytes.array());
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public int dimension() {
        return network.layout().length();
    }

    @Override
    public double coveragePercent() {
        long covered =
                blocks.stream().mapToLong(block -> block.shape().length()).sum();
        return 100.0 * covered / dimension();
    }

    @Override
    public SortedMap<String, Double> dampings() {
        return new TreeMap<>(dampings);
    }

    @Override
    public SortedMap<String, String> inputs() {
        return new TreeMap<>(inputs);
    }

    @Override
    public void apply(double[] v, double[] to) {
        applyAll(new double[][] {v}, new double[][] {to});
    }

    @Override
    public void precondition(double[] v, double[] to) {
        preconditionAll(new double[][] {v}, new double[][] {to});
    }

    @Override
    public void applyAll(double[][] v, double[][] to) {
        check(v, to);
        for (double[] product : to) {
            Arrays.fill(product, 0);
        }
        multiplyAll(v, to);
    }

    @Override
    public void preconditionAll(double[][] v, double[][] to) {
        check(v, to);
        double smallest = dampings.values().stream()
                .mapToDouble(Double::doubleValue)
                .min()
                .orElse(1);
        for (int k = 0; k < v.length; k++) {
            double[] vector = v[k];
            Arrays.setAll(to[k], i -> vector[i] / smallest);
        }
        multiplyAll(v, to);
    }

    private void check(double[][] v, double[][] to) {
        checkArgument(v.length == to.length, "there are %s vectors but room for %s products", v.length, to.length);
        for (int k = 0; k < v.length; k++) {
            network.layout().check(v[k]);
            network.layout().check(to[k]);
        }
    }

    private void multiplyAll(double[][] v, double[][] to) {
        if (v.length == 1) {
            double[] scales = scales(v);
            together.forEach(some -> KroneckerStack.multiply(compute, some, v, scales, to, 0));
        } else {
            blocks.forEach(block -> multiply(block, v, to, 0));
        }
    }

    private void multiply(KroneckerBlock block, double[][] v, double[][] to, int start) {
        int group = Math.max(1, Math.min(v.length, GROUP_NUMBERS / block.shape().length()));
        for (int from = 0; from < v.length; from += group) {
            int end = Math.min(v.length, from + group);
            double[][] some = Arrays.copyOfRange(v, from, end);
            double[][] products = Arrays.copyOfRange(to, from, end);
            KroneckerStack.multiply(compute, List.of(block), some, scales(some), products, start);
        }
    }

    private static double[] scales(double[][] v) {
        return Arrays.stream(v).mapToDouble(ParameterVector::powerOfTwoNear).toArray();
    }

    /** Returns the layers in order, those together that one vector goes through at a time. */
    private static List<List<KroneckerBlock>> together(List<KroneckerBlock> blocks) {
        List<List<KroneckerBlock>> groups = new ArrayList<>();
        List<KroneckerBlock> last = List.of();
        long numbers = 0;
        for (KroneckerBlock block : blocks) {
            int length = block.shape().length();
            if (last.isEmpty() || numbers + length > GROUP_NUMBERS) {
                last = new ArrayList<>();
                groups.add(last);
                numbers = 0;
            }
            last.add(block);
            numbers += length;
        }
        return groups;
    }

    /**
     * Returns {@code (C + λI)⁻¹ g_q} of some queries, to dot rows with. A dense layer's are never rotated back nor kept
     * written out: rows are rotated instead, at 2 (in + 1)² + 2 out² FLOP each.
     *
     * @param engine where to compute, with the compute of this inverse
     * @param weights the weights, on that compute, of the model that this inverse is for
     * @param queries the queries, at least 1; their targets are the labels differentiated
     * @return the caller closes them, before this inverse
     */
    public Directions directions(Engine engine, Weights weights, Dataset queries) {
        checkArgument(queries.size() >= 1, "data %s has no rows to take gradients of", queries.name());
        List<Integer> nodes = blocks.stream().map(block -> block.shape().node()).toList();
        try (WorkerSums norms = new WorkerSums(engine, queries.size());
                RowWindow window = new RowWindow(engine.compute(), network, nodes, queries.size());
                WorkerScratch scratches = new WorkerScratch(engine);
                Passes passes = new Passes(engine, weights)) {
            passes.forEachTile(queries, (worker, pass, from) -> {
                pass.unitLossDelta(norms.of(worker), from);
                pass.backward((node, layer, slot) -> window.store(node, layer, slot, scratches.of(worker), from));
            });
            Directions.Builder directions = new Directions.Builder(engine.compute(), network, queries.size());
            double[] deltaNorms = norms.toArray();
            for (KroneckerBlock block : blocks) {
                add(block, window, deltaNorms, directions);
            }
            return directions.build();
        }
    }

    /** Returns the bytes that {@link #directions} takes for each query, at most. */
    public long bytesPerQuery(Engine engine) {
        int number = engine.compute().bytesPerNumber();
        long bytes = 0;
        long multiplied = 0;
        for (KroneckerBlock block : blocks) {
            KroneckerShape shape = block.shape();
            boolean isFactored = shape.isFactored(network);
            // as stored from the pass, and as directions
            bytes += 2L * number * (isFactored ? shape.columns() + shape.outputs() : shape.length());
            // layer by layer through the host, and in two matrices on the compute before there are directions
            multiplied = isFactored ? multiplied : Math.max(multiplied, shape.length());
        }
        return bytes + multiplied * (Double.BYTES + number);
    }

    private void add(KroneckerBlock block, RowWindow window, double[] norms, Directions.Builder directions) {
        KroneckerShape shape = block.shape();
        if (window.isFactored(shape.node())) {
            double[] scales =
                    Arrays.stream(norms).map(norm -> norm / block.damping()).toArray();
            directions.diagonal(shape.node(), block.basis(), window.factors(shape.node()), scales);
            return;
        }
        double[][] gradients = new double[norms.length][shape.length()];
        Buffer rows = window.written(shape.node()).rows().buffer();
        for (int q = 0; q < norms.length; q++) {
            double[] gradient = gradients[q];
            double norm = norms[q];
            compute.read(rows, q * shape.length(), gradient, 0, gradient.length);
            Arrays.setAll(gradient, i -> norm * gradient[i]);
        }
        multiply(block, gradients, gradients, shape.first());
        directions.written(shape.node(), gradients);
    }

    @Override
    public void close() {
        blocks.forEach(KroneckerBlock::close);
    }
}

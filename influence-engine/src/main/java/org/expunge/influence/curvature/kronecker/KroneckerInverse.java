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
import org.expunge.influence.compute.LinearKernels;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.io.Digests;
import org.expunge.influence.network.Network;

/**
 * {@code V ↦ Q_S [(Q_Sᵀ V Q_A) ⊘ (Λ + λ)] Q_Aᵀ} in each layer that has Kronecker factors; 0 elsewhere.
 *
 * <p><b>Accuracy.</b> Products are in the compute's precision. A vector is scaled by a power of two on its way in, so
 * that tiny ones do not underflow in float32.
 *
 * <p><b>Cost.</b> 4 out (in + 1) (out + in + 1) FLOP a layer and product. Memory is the eigenvectors and three matrices
 * of a layer's parameters. Not for use by several threads at once.
 */
public final class KroneckerInverse implements InverseCurvature, AutoCloseable {
    private final String method;
    private final Compute compute;
    private final Network network;
    private final List<Block> blocks = new ArrayList<>();
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
            blocks.add(new Block(compute, basis, eigenvalues.get(i), damping));
        }
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
        long covered = blocks.stream().mapToLong(block -> block.shape.length()).sum();
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
        network.layout().check(v);
        network.layout().check(to);
        Arrays.fill(to, 0);
        multiply(v, to);
    }

    @Override
    public void precondition(double[] v, double[] to) {
        network.layout().check(v);
        network.layout().check(to);
        double smallest = dampings.values().stream()
                .mapToDouble(Double::doubleValue)
                .min()
                .orElse(1);
        Arrays.setAll(to, i -> v[i] / smallest);
        multiply(v, to);
    }

    private void multiply(double[] v, double[] to) {
        double scale = ParameterVector.powerOfTwoNear(v);
        for (Block block : blocks) {
            block.multiply(compute, v, scale, to);
        }
    }

    @Override
    public void close() {
        blocks.forEach(Block::close);
    }

    /** One layer. */
    private static final class Block implements AutoCloseable {
        private final KroneckerShape shape;
        private final EigenvectorBuffers vectors;
        private final Buffer reciprocals;
        private final Buffer first;
        private final Buffer second;

        Block(Compute compute, KroneckerBasis basis, double[] eigenvalues, double damping) {
            this.shape = basis.shape();
            this.vectors = new EigenvectorBuffers(compute, basis);
            this.reciprocals = compute.of(Arrays.stream(eigenvalues)
                    .map(value -> 1 / (value + damping))
                    .toArray());
            this.first = compute.allocate(shape.length());
            this.second = compute.allocate(shape.length());
        }

        void multiply(Compute compute, double[] v, double scale, double[] to) {
            double[] values = shape.gather(v, 1 / scale);
            compute.write(values, 0, first, 0, values.length);
            LinearKernels linear = compute.linear();
            Matrix one = Matrix.of(first, shape.outputs(), shape.columns());
            Matrix other = Matrix.of(second, shape.outputs(), shape.columns());
            linear.multiply(1, vectors.outputs(), one, 0, other);
            linear.multiply(1, other, vectors.all().transposed(), 0, one);
            compute.elements().multiply(shape.length(), first, reciprocals, first);
            linear.multiply(1, vectors.outputs().transposed(), one, 0, other);
            linear.multiply(1, other, vectors.all(), 0, one);
            compute.read(first, 0, values, 0, values.length);
            shape.scatter(values, scale, to);
        }

        @Override
        public void close() {
            vectors.close();
            reciprocals.close();
            first.close();
            second.close();
        }
    }
}

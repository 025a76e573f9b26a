package org.expunge.influence.network.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.GradientSum;
import org.expunge.influence.network.Layer;
import org.expunge.influence.network.LayerConsumer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.Pass;
import org.expunge.influence.network.Tensors;
import org.expunge.influence.network.Weights;

/**
 * What every layer must satisfy in inference, checked in double against central differences of the whole network, and
 * between the forms that its gradients come in.
 */
final class LayerChecks {
    /** Central differences at 1e-5 err by some 1e-10 of the third derivative and 1e-11 of the loss, both near 1. */
    static final double DIFFERENCE_STEP = 1e-5;

    static final double DIFFERENCE_TOLERANCE = 2e-8;

    /** Sums of a few hundred products of numbers near 1, in double. */
    private static final double EXACT = 1e-11;

    /** A derivative below this would make a comparison empty. */
    private static final double ALIVE = 1e-4;

    private static final int CAPACITY = 6;
    private static final int BATCH = 4;

    private final Compute compute = new ReferenceCompute();
    private final Network network;
    private final Model model;
    private final Dataset data;
    private final Random random;

    private LayerChecks(Network network, Dataset data, Random random) {
        this.network = network;
        this.random = random;
        this.model = randomModel(network, random);
        this.data = data;
    }

    /** Checks a layer behind a dense layer, which gives its input a tangent, and as the first layer. */
    static void check(Shape input, Layer layer) {
        check(behindDense(input).add("tested", layer).build(Loss.MEAN_SQUARED_ERROR));
        check(Network.builder(input).add("tested", layer).build(Loss.SQUARED_ERROR));
    }

    /** Starts a network whose last layer puts out {@code shape} and depends on parameters. */
    static Network.Builder behindDense(Shape shape) {
        return Network.builder(Shape.flat(3))
                .add("before", new Dense(shape.length()))
                .add("shape", new Reshape(shape));
    }

    /** Checks a network. */
    static void check(Network network) {
        Random random = new Random(20240615);
        LayerChecks checks = new LayerChecks(network, randomData(network, BATCH, random), random);
        checks.checkGradients();
        checks.checkInputDelta();
        checks.checkTangent();
    }

    /** Checks a network of token numbers, which have no derivative; the first four rows are taken. */
    static void checkTokens(Network network, Dataset data) {
        LayerChecks checks = new LayerChecks(network, data, new Random(20240615));
        checks.checkGradients();
        checks.checkTangent();
        for (double[] row : checks.inputDeltas()) {
            assertThat(row).containsOnly(0);
        }
    }

    /** Draws parameters of size 1, and positive scales and variances. */
    static Model randomModel(Network network, Random random) {
        return new Model(network, draw(network.layout(), random), draw(network.statistics(), random));
    }

    private static double[] draw(ParameterLayout layout, Random random) {
        double[] values = new double[layout.length()];
        for (ParameterLayout.Entry entry : layout.entries()) {
            for (int i = 0; i < entry.length(); i++) {
                values[entry.offset() + i] = switch (entry.tensor().role()) {
                    case WEIGHT, BIAS -> 0.7 * random.nextGaussian();
                    case SCALE -> 0.5 + random.nextDouble();
                };
            }
        }
        return values;
    }

    /** Draws normal features and targets. */
    static Dataset randomData(Network network, int rows, Random random) {
        double[] x = random.doubles((long) rows * network.input().length(), -1.5, 1.5)
                .toArray();
        double[] y = random.doubles((long) rows * network.outputs(), -1, 1).toArray();
        return Dataset.of(
                "random",
                network.input(),
                Features.of(x, network.input().length()),
                Targets.real(y, network.outputs()));
    }

    private void checkGradients() {
        int p = network.layout().length();
        double[][] rows = new double[BATCH][p];
        double[] dots;
        double[] norms;
        double[] v = random.doubles(p, -1, 1).toArray();
        double[] sum;
        try (Weights weights = Weights.of(compute, model);
                Pass pass = new Pass(compute, weights, CAPACITY);
                Tensors direction = Tensors.of(compute, network.layout(), v);
                Tensors sums = new Tensors(compute, network.layout());
                Sums found = compute.sums(2 * BATCH)) {
            forward(pass, data);
            pass.lossDelta();
            pass.backward(new GradientSum(sums)
                    .and((node, layer, slot) -> layer.addGradientDots(slot, direction.of(node), found, 0))
                    .and((node, layer, slot) -> layer.addSquaredNorms(slot, found, BATCH))
                    .and(rowsInto(rows)));
            sum = sums.read();
            dots = Arrays.copyOf(found.toArray(), BATCH);
            norms = Arrays.copyOfRange(found.toArray(), BATCH, 2 * BATCH);
        }

        assertAlive(rows);
        for (int j = 0; j < p; j++) {
            double[] slopes = slopesAlongParameter(j);
            double total = 0;
            for (int b = 0; b < BATCH; b++) {
                assertThat(rows[b][j])
                        .as("gradient of example %s, parameter %s", b, j)
                        .isCloseTo(slopes[b], within(DIFFERENCE_TOLERANCE * (1 + Math.abs(slopes[b]))));
                total += rows[b][j];
            }
            assertThat(sum[j]).as("gradient sum %s", j).isCloseTo(total, within(EXACT * (1 + Math.abs(total))));
        }
        for (int b = 0; b < BATCH; b++) {
            double norm = dot(rows[b], rows[b]);
            assertThat(dots[b]).as("dot %s", b).isCloseTo(dot(rows[b], v), within(EXACT * (1 + norm)));
            assertThat(norms[b]).as("norm %s", b).isCloseTo(norm, within(EXACT * (1 + norm)));
        }
    }

    /** Collects gradients through a matrix with an offset and a stride, as callers that share a buffer do. */
    private LayerConsumer rowsInto(double[][] rows) {
        return (node, layer, slot) -> {
            ParameterLayout.Entry first = network.layout().of(node).get(0);
            int length = network.layout().of(node).stream()
                    .mapToInt(ParameterLayout.Entry::length)
                    .sum();
            int stride = length + 2;
            try (Buffer buffer = compute.allocate(3 + BATCH * stride)) {
                compute.fill(buffer, 0, buffer.length(), Double.NaN);
                layer.gradients(slot, new Matrix(buffer, 3, BATCH, length, stride, false));
                double[] flat = compute.toArray(buffer);
                for (int b = 0; b < BATCH; b++) {
                    System.arraycopy(flat, 3 + b * stride, rows[b], first.offset(), length);
                    assertThat(flat[3 + b * stride + length])
                            .as("beyond row %s", b)
                            .isNaN();
                }
            }
        };
    }

    private void assertAlive(double[][] rows) {
        for (ParameterLayout.Entry entry : network.layout().entries()) {
            double largest = 0;
            for (double[] row : rows) {
                for (int i = 0; i < entry.length(); i++) {
                    largest = Math.max(largest, Math.abs(row[entry.offset() + i]));
                }
            }
            assertThat(largest).as("gradient of %s", entry.name()).isGreaterThan(ALIVE);
        }
    }

    private double[] slopesAlongParameter(int j) {
        double[] parameters = model.parameters();
        double value = parameters[j];
        parameters[j] = value + DIFFERENCE_STEP;
        double[] slopes = losses(model.withParameters(parameters), data);
        parameters[j] = value - DIFFERENCE_STEP;
        double[] below = losses(model.withParameters(parameters), data);
        Arrays.setAll(slopes, b -> (slopes[b] - below[b]) / (2 * DIFFERENCE_STEP));
        return slopes;
    }

    private double[][] inputDeltas() {
        try (Weights weights = Weights.of(compute, model);
                Pass pass = new Pass(compute, weights, CAPACITY, true)) {
            forward(pass, data);
            pass.lossDelta();
            pass.backward(LayerConsumer.NONE);
            return pass.inputDelta();
        }
    }

    private void checkInputDelta() {
        double[][] deltas = inputDeltas();
        double largest = 0;
        for (int f = 0; f < network.input().length(); f++) {
            double[] above = losses(model, shifted(f, DIFFERENCE_STEP));
            double[] below = losses(model, shifted(f, -DIFFERENCE_STEP));
            for (int b = 0; b < BATCH; b++) {
                double slope = (above[b] - below[b]) / (2 * DIFFERENCE_STEP);
                assertThat(deltas[b][f])
                        .as("derivative of example %s with respect to input %s", b, f)
                        .isCloseTo(slope, within(DIFFERENCE_TOLERANCE * (1 + Math.abs(slope))));
                largest = Math.max(largest, Math.abs(slope));
            }
        }
        assertThat(largest).as("largest input derivative").isGreaterThan(ALIVE);
    }

    private Dataset shifted(int feature, double by) {
        double[] shift = new double[network.input().length()];
        shift[feature] = -by; // an affine view subtracts its shift
        double[] scale = new double[shift.length];
        Arrays.fill(scale, 1);
        return Dataset.of("shifted", network.input(), Features.affine(data.features(), shift, scale), data.targets());
    }

    private void checkTangent() {
        int p = network.layout().length();
        if (p == 0) {
            return; // the tangent of a network without parameters is 0
        }
        double[] v = random.doubles(p, -1, 1).toArray();
        int length = network.outputs() * BATCH;
        double[] u = random.doubles(length, -1, 1).toArray();
        double[] tangent = new double[length];
        double[] pulled;
        try (Weights weights = Weights.of(compute, model);
                Pass pass = new Pass(compute, weights, CAPACITY);
                Tensors direction = Tensors.of(compute, network.layout(), v);
                Tensors sums = new Tensors(compute, network.layout())) {
            forward(pass, data);
            pass.tangent(direction);
            compute.read(pass.outputTangent(), 0, tangent, 0, length);
            compute.write(u, 0, pass.outputDelta(), 0, length);
            pass.backward(new GradientSum(sums));
            pulled = sums.read();
        }

        double[] above = logits(along(v, DIFFERENCE_STEP));
        double[] below = logits(along(v, -DIFFERENCE_STEP));
        double largest = 0;
        for (int i = 0; i < length; i++) {
            double slope = (above[i] - below[i]) / (2 * DIFFERENCE_STEP);
            assertThat(tangent[i])
                    .as("tangent %s", i)
                    .isCloseTo(slope, within(DIFFERENCE_TOLERANCE * (1 + Math.abs(slope))));
            largest = Math.max(largest, Math.abs(slope));
        }
        assertThat(largest).as("largest tangent").isGreaterThan(ALIVE);
        assertThat(dot(tangent, u)).as("⟨Jv, u⟩ = ⟨v, Jᵀu⟩").isCloseTo(dot(v, pulled), within(EXACT * length));
    }

    private Model along(double[] v, double step) {
        double[] parameters = model.parameters();
        Arrays.setAll(parameters, i -> parameters[i] + step * v[i]);
        return model.withParameters(parameters);
    }

    private double[] logits(Model at) {
        try (Weights weights = Weights.of(compute, at);
                Pass pass = new Pass(compute, weights, CAPACITY)) {
            forward(pass, data);
            double[] z = new double[network.outputs() * BATCH];
            compute.read(pass.logits(), 0, z, 0, z.length);
            return z;
        }
    }

    private double[] losses(Model at, Dataset on) {
        try (Weights weights = Weights.of(compute, at);
                Pass pass = new Pass(compute, weights, CAPACITY);
                Sums losses = compute.sums(BATCH)) {
            forward(pass, on);
            pass.losses(losses, 0);
            return losses.toArray();
        }
    }

    private static void forward(Pass pass, Dataset on) {
        pass.load(on, new int[] {0, 1, 2, 3}, 0, BATCH);
        pass.forward();
    }

    /** Returns what the last layer of a network without parameters puts out for one example. */
    static double[] outputOf(Network network, double... example) {
        Compute compute = new ReferenceCompute();
        Model empty = new Model(network, new double[0], new double[0]);
        Dataset one = Dataset.of(
                "one",
                network.input(),
                Features.of(example, example.length),
                Targets.real(new double[network.outputs()], network.outputs()));
        try (Weights weights = Weights.of(compute, empty);
                Pass pass = new Pass(compute, weights, 1)) {
            pass.load(one, new int[] {0}, 0, 1);
            pass.forward();
            return pass.activations(network.nodes().size() - 1)[0];
        }
    }

    /** Returns what a layer without parameters puts out for one example. */
    static double[] outputOf(Shape input, Layer layer, double... example) {
        return outputOf(Network.builder(input).add("tested", layer).build(Loss.SQUARED_ERROR), example);
    }

    static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    /** Returns 1, 2, … n. */
    static double[] counting(int n) {
        double[] values = new double[n];
        Arrays.setAll(values, i -> i + 1);
        return values;
    }
}

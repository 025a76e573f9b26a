package org.expunge.benchmarks.gpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.Hessian;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.GradientNorms;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;

/**
 * Compares what a backend makes of a whole network with the reference: losses, gradients, norms and dots of single
 * rows, and curvature products.
 */
final class NetworkComparison {
    private static final int DIRECTIONS = 3;

    private final Engine tested;
    private final Engine reference;
    private final double bound;

    NetworkComparison(Engine tested, Engine reference, double bound) {
        this.tested = tested;
        this.reference = reference;
        this.bound = bound;
    }

    /** One number array made from the rows. */
    private interface Quantity {
        double[] of(Engine engine);
    }

    /** Compares on some rows. */
    List<Finding> run(String family, Model model, Dataset rows, long seed) {
        List<Finding> findings = new ArrayList<>();
        List<double[]> directions = directions(model, seed);
        findings.add(compare(family, "losses", engine -> new PerExample(engine).losses(model, rows)));
        findings.add(compare(family, "gradient of a batch", engine -> new PerExample(engine).sumGradient(model, rows)));
        findings.add(compare(family, "norms of single gradients", engine -> norms(engine, model, rows)));
        findings.add(compare(
                family,
                "dots of single gradients",
                engine -> concatenated(new PerExample(engine).dots(model, rows, directions))));
        findings.add(compare(family, "Hessian product", engine -> {
            try (Hessian hessian = new Hessian(engine, model, rows)) {
                return product(hessian, directions.get(0));
            }
        }));
        findings.add(compare(family, "Gauss-Newton product", engine -> {
            try (GaussNewton gaussNewton = new GaussNewton(engine, model, rows)) {
                return product(gaussNewton, directions.get(0));
            }
        }));
        return findings;
    }

    private Finding compare(String family, String name, Quantity quantity) {
        double error = Finding.relativeError(quantity.of(tested), quantity.of(reference));
        return new Finding(family, name, error, bound);
    }

    private static List<double[]> directions(Model model, long seed) {
        Random random = new Random(seed);
        List<double[]> directions = new ArrayList<>();
        for (int k = 0; k < DIRECTIONS; k++) {
            double[] direction = new double[model.network().layout().length()];
            Arrays.setAll(direction, i -> (float) random.nextGaussian());
            directions.add(direction);
        }
        return directions;
    }

    private static double[] norms(Engine engine, Model model, Dataset rows) {
        GradientNorms norms = new PerExample(engine).norms(model, rows);
        double[][] all = new double[norms.layers().size() + 1][];
        Arrays.setAll(all, i -> i == 0 ? norms.total() : norms.ofLayer(i - 1));
        return concatenated(all);
    }

    private static double[] product(LinearOperator operator, double[] x) {
        double[] y = new double[operator.dimension()];
        Arrays.fill(y, Double.NaN);
        operator.apply(x, y);
        return y;
    }

    static double[] concatenated(double[][] parts) {
        return Arrays.stream(parts).flatMapToDouble(Arrays::stream).toArray();
    }
}

package org.expunge.influence.score.trak;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.Output;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Weights;
import org.expunge.influence.score.sketch.GradientSketch;

/** Features of several models side by side, so that a product of theirs is the averaged kernel. */
final class MarginKernel {
    /** The rows' sketches are kept where they take at most this share of the memory allowed. */
    private static final int SHARE = 4;

    private final Engine engine;
    private final List<Model> models;
    private final Trak.Options options;
    private final int k;
    private final List<MarginGram> grams = new ArrayList<>();
    private final List<double[]> factors = new ArrayList<>();
    private final SortedMap<String, Double> dampings = new TreeMap<>();
    private double[][][] kept = new double[0][][];

    MarginKernel(Engine engine, List<Model> models, Trak.Options options) {
        this.engine = engine;
        this.models = models;
        this.options = options;
        this.k = options.projection().dimensions();
    }

    /** Returns what sketches, the matrices of all models and, where they are kept, the rows' sketches take. */
    long bytes(int rows) {
        return sketch(0).bytes(models.get(0).network())
                + 3L * k * k * Double.BYTES * models.size()
                + (keeps(rows) ? sketchBytes(rows) : 0);
    }

    /** The rows' sketches serve C and the scores; where they take too much they are made twice. */
    private boolean keeps(int rows) {
        return sketchBytes(rows) <= options.limits().maxBytes() / SHARE;
    }

    private long sketchBytes(int rows) {
        return (long) rows * k * models.size() * Double.BYTES;
    }

    /** Returns λ by model. */
    SortedMap<String, Double> dampings() {
        return dampings;
    }

    /** Sums C of each model over the rows, block by block, and factors it. */
    void fit(Dataset train) {
        kept = new double[models.size()][keeps(train.size()) ? train.size() : 0][];
        for (int m = 0; m < models.size(); m++) {
            MarginGram gram = new MarginGram(k);
            int block = options.limits().rowsPerBlock();
            for (int from = 0; from < train.size(); from += block) {
                int[] rows = IntStream.range(from, Math.min(train.size(), from + block))
                        .toArray();
                double[][] phi = sketch(m).of(models.get(m), train.select(rows));
                gram.add(engine.workers(), phi);
                if (keeps(train.size())) {
                    System.arraycopy(phi, 0, kept[m], from, phi.length);
                }
            }
            double damping = gram.damping(options.relativeDamping());
            dampings.put("model-" + m, damping);
            factors.add(gram.factor(engine.compute(), damping));
            grams.add(gram);
        }
    }

    /** Returns {@code (C + λI)⁻¹ φ_q / M} of each model; times {@code 1 − π_q} for the loss. */
    double[][] ofQueries(Dataset queries) {
        double[][] features = sideBySide(queries.size(), m -> {
            double[][] phi = sketch(m).of(models.get(m), queries);
            grams.get(m).solve(engine.compute(), factors.get(m), phi);
            return phi;
        });
        double[] factor = new double[queries.size()];
        Arrays.fill(factor, 1);
        if (options.target() == Trak.Target.LOSS) {
            factor = sensitivities(queries);
        }
        return scaled(features, factor, 1.0 / models.size());
    }

    /**
     * Returns {@code (1 − π_i) φ_i} of each model, with {@code 1 − π_i} averaged over models. The loss's second
     * derivative, which C leaves out, is the same for all rows of a regression, and divided by here.
     *
     * @param rows some of the rows fitted to
     * @param from where the first stands among them
     */
    double[][] ofRows(Dataset rows, int from) {
        boolean isRegression = models.get(0).network().loss() == Loss.SQUARED_ERROR
                || models.get(0).network().loss() == Loss.MEAN_SQUARED_ERROR;
        double[][] features = sideBySide(
                rows.size(),
                m -> kept[m].length == 0
                        ? sketch(m).of(models.get(m), rows)
                        : Arrays.copyOfRange(kept[m], from, from + rows.size()));
        return scaled(features, sensitivities(rows), isRegression ? 0.5 : 1);
    }

    private double[][] sideBySide(int rows, IntFunction<double[][]> ofModel) {
        double[][] features = new double[rows][k * models.size()];
        for (int m = 0; m < models.size(); m++) {
            double[][] phi = ofModel.apply(m);
            for (int i = 0; i < rows; i++) {
                System.arraycopy(phi[i], 0, features[i], m * k, k);
            }
        }
        return features;
    }

    private double[] sensitivities(Dataset rows) {
        double[] sums = new double[rows.size()];
        for (Model model : models) {
            double[] one = new double[rows.size()];
            try (Weights weights = Weights.of(engine.compute(), model);
                    Passes passes = new Passes(engine, weights)) {
                passes.forEachTile(rows, (worker, pass, from) -> Output.marginSensitivities(pass, one, from));
            }
            Arrays.setAll(sums, i -> sums[i] + one[i] / models.size());
        }
        return sums;
    }

    private static double[][] scaled(double[][] features, double[] byRow, double factor) {
        for (int i = 0; i < features.length; i++) {
            for (int j = 0; j < features[i].length; j++) {
                features[i][j] *= factor * byRow[i];
            }
        }
        return features;
    }

    private GradientSketch sketch(int m) {
        return new GradientSketch(
                engine,
                Output.MARGIN,
                options.projection().next(m),
                options.limits().maxBytes());
    }
}

package org.expunge.benchmarks.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.damping.BatchNoise;
import org.expunge.influence.curvature.damping.LaplaceEvidence;
import org.expunge.influence.curvature.damping.TrainingLength;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.evaluate.RankMetrics;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;

/**
 * Which damping ranks best on a regression, and which one each policy picks: Friedman's first function of ten inputs
 * with noise, trained for three lengths. Scores are exact damped Gauss-Newton by a dense eigendecomposition; the
 * measure is the linear datamodeling score over retrainings on random halves.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar org.expunge.benchmarks.study.DampingStudy
 * docs/results/damping-regression.csv 3}
 *
 * <p>J. H. Friedman, "Multivariate Adaptive Regression Splines", The Annals of Statistics 19(1), 1991, section 4.3.
 */
public final class DampingStudy {
    private static final int INPUTS = 10;
    private static final int ROWS = 400;
    private static final int QUERIES = 100;
    private static final int HALVES = 60;
    private static final int RETRAININGS = 4;

    /** Seeds below this were looked at while the default was chosen; none of them is reported. */
    private static final long FIRST_SEED = 100;

    private static final double NOISE = 1;

    /** A rate and how long. */
    private enum Length {
        SHORT(0.01, 20),
        MEDIUM(0.03, 60),
        LONG(0.1, 120);

        private final double rate;
        private final int epochs;

        Length(double rate, int epochs) {
            this.rate = rate;
            this.epochs = epochs;
        }

        TrainingOptions options() {
            return TrainingOptions.DEFAULT
                    .withOptimizer(Optimizer.sgd())
                    .withSchedule(Schedule.constant(rate))
                    .withEpochs(epochs)
                    .withBatchSize(32);
        }
    }

    private final Engine engine;
    private final long seed;
    private final Dataset train;
    private final Dataset queries;

    private DampingStudy(Engine engine, long seed) {
        this.engine = engine;
        this.seed = seed;
        this.train = friedman(ROWS, 2 * seed);
        this.queries = friedman(QUERIES, 2 * seed + 1);
    }

    /**
     * Runs the study.
     *
     * @param args the file to write and the number of seeds
     */
    public static void main(String[] args) throws IOException {
        StudyTable table = new StudyTable(
                "java -cp benchmarks/target/benchmarks.jar " + DampingStudy.class.getName() + " "
                        + String.join(" ", args),
                List.of("seed", "training", "damping by", "lambda", "LDS"));
        try (Engine engine = new Engine(Backends.create("cpu"), new Workers(1), 32)) {
            for (long seed = FIRST_SEED; seed < FIRST_SEED + Integer.parseInt(args[1]); seed++) {
                for (Length length : Length.values()) {
                    new DampingStudy(engine, seed).run(length, table);
                }
            }
        }
        table.write(Path.of(args[0]));
    }

    private void run(Length length, StudyTable table) {
        boolean[][] halves = halves();
        double[][] losses = losses(length, halves);
        Model model = trained(length, train, 0);
        Curvature curvature = new Curvature(engine, model, train, queries);
        Map<String, Double> dampings = new LinkedHashMap<>();
        for (double lambda = 1e-4; lambda < 20; lambda *= Math.sqrt(10)) {
            dampings.put(String.format(Locale.ROOT, "grid %.2g", lambda), lambda);
        }
        dampings.putAll(policies(length, model, curvature.mean()));
        dampings.forEach((name, lambda) -> {
            double[] ofQueries = IntStream.range(0, QUERIES)
                    .mapToDouble(q -> correlation(curvature.scores(q, lambda), halves, losses, q))
                    .toArray();
            table.add(
                    seed,
                    length,
                    name,
                    lambda,
                    Arrays.stream(ofQueries).average().orElseThrow());
        });
    }

    private Map<String, Double> policies(Length length, Model model, double mean) {
        Map<String, Double> policies = new LinkedHashMap<>();
        policies.put(
                "training length",
                TrainingLength.of(length.options(), ROWS).orElseThrow().damping());
        BatchNoise noise =
                BatchNoise.of(train, rows -> new GaussNewton(engine, model, rows), new BatchNoise.Options(25, 8, 6, 0));
        policies.put("noise edge of all rows", noise.ofRows(ROWS).edge());
        policies.put(
                "the default: the larger of these two",
                policies.values().stream()
                        .mapToDouble(Double::doubleValue)
                        .max()
                        .orElseThrow());
        policies.put("noise edge of a batch of 32", noise.ofRows(32).edge());
        noise.ofRows(32)
                .shrinkageDamping()
                .ifPresent(rule -> policies.put("shrinkage of a batch of 32", rule.of("", new double[0])));
        Ekfac ekfac = Ekfac.fit(engine, model, train, Kfac.Options.DEFAULT);
        policies.put(
                "evidence of all layers as one",
                LaplaceEvidence.of(engine, model, train, ekfac)
                        .pooled()
                        .maximise(LaplaceEvidence.Options.DEFAULT)
                        .dampings()
                        .values()
                        .iterator()
                        .next());
        policies.put("a tenth of the mean eigenvalue", mean / 10);
        return policies;
    }

    private static double correlation(double[] scores, boolean[][] halves, double[][] losses, int query) {
        double[] predicted = new double[halves.length];
        double[] measured = new double[halves.length];
        for (int h = 0; h < halves.length; h++) {
            measured[h] = losses[h][query];
            for (int i = 0; i < scores.length; i++) {
                predicted[h] -= halves[h][i] ? scores[i] : 0;
            }
        }
        return RankMetrics.spearman(predicted, measured);
    }

    private double[][] losses(Length length, boolean[][] halves) {
        double[][] losses = new double[halves.length][QUERIES];
        for (int h = 0; h < halves.length; h++) {
            boolean[] half = halves[h];
            Dataset rows =
                    train.select(IntStream.range(0, ROWS).filter(i -> half[i]).toArray());
            for (int again = 1; again <= RETRAININGS; again++) {
                double[] found = new PerExample(engine).losses(trained(length, rows, again), queries);
                for (int q = 0; q < QUERIES; q++) {
                    losses[h][q] += found[q] / RETRAININGS;
                }
            }
        }
        return losses;
    }

    private Model trained(Length length, Dataset rows, int seedOfTraining) {
        Network network = Network.builder(Shape.flat(INPUTS))
                .add("0", new Dense(32))
                .add("0-relu", new ActivationLayer(Activation.RELU))
                .add("1", new Dense(32))
                .add("1-relu", new ActivationLayer(Activation.RELU))
                .add("2", new Dense(1))
                .build(Loss.MEAN_SQUARED_ERROR);
        return new Trainer(engine, length.options().withSeed(seedOfTraining))
                .train(
                        Initializer.XAVIER.initialise(network, seedOfTraining),
                        rows,
                        rows.select(new int[0]),
                        TrainingListener.NONE)
                .model();
    }

    private boolean[][] halves() {
        Random random = new Random(seed);
        boolean[][] halves = new boolean[HALVES][ROWS];
        for (boolean[] half : halves) {
            int in = 0;
            while (in < ROWS / 2) {
                int row = random.nextInt(ROWS);
                in += half[row] ? 0 : 1;
                half[row] = true;
            }
        }
        return halves;
    }

    /** {@code 10 sin(π x₁x₂) + 20 (x₃ − ½)² + 10 x₄ + 5 x₅} and normal noise, brought to about unit size. */
    private static Dataset friedman(int rows, long seed) {
        Random random = new Random(seed);
        double[] x = random.doubles((long) rows * INPUTS).toArray();
        double[] y = new double[rows];
        for (int i = 0; i < rows; i++) {
            int at = i * INPUTS;
            double value = 10 * Math.sin(Math.PI * x[at] * x[at + 1])
                    + 20 * (x[at + 2] - 0.5) * (x[at + 2] - 0.5)
                    + 10 * x[at + 3]
                    + 5 * x[at + 4]
                    + NOISE * random.nextGaussian();
            y[i] = (value - 14.4) / 5;
        }
        for (int i = 0; i < x.length; i++) {
            x[i] = (x[i] - 0.5) * Math.sqrt(12);
        }
        return Dataset.of("friedman-" + seed, Shape.flat(INPUTS), Features.of(x, INPUTS), Targets.real(y, 1));
    }

    /** The Gauss-Newton matrix taken apart, and gradients along its eigenvectors. */
    private static final class Curvature {
        private final double[] eigenvalues;
        private final double[][] rows;
        private final double[][] queries;

        Curvature(Engine engine, Model model, Dataset train, Dataset queries) {
            int p = model.network().layout().length();
            double[][] matrix = new double[p][p];
            double[][] units = new double[p][p];
            IntStream.range(0, p).forEach(i -> units[i][i] = 1);
            try (GaussNewton curvature = new GaussNewton(engine, model, train)) {
                curvature.applyAll(units, matrix);
            }
            double[] vectors = new double[p * p];
            for (int i = 0; i < p; i++) {
                for (int j = 0; j < p; j++) {
                    vectors[i * p + j] = (matrix[i][j] + matrix[j][i]) / 2; // products are in float32
                }
            }
            this.eigenvalues = engine.compute().eigen().decompose(p, vectors);
            PerExample perExample = new PerExample(engine);
            this.rows = along(perExample.gradients(model, train), vectors);
            this.queries = along(perExample.gradients(model, queries), vectors);
        }

        private static double[][] along(double[][] gradients, double[] vectors) {
            return Arrays.stream(gradients)
                    .map(g -> IntStream.range(0, g.length)
                            .mapToDouble(k -> dot(g, vectors, k * g.length))
                            .toArray())
                    .toArray(double[][]::new);
        }

        private static double dot(double[] x, double[] y, int from) {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                sum += x[i] * y[from + i];
            }
            return sum;
        }

        double mean() {
            return Arrays.stream(eigenvalues).average().orElseThrow();
        }

        double[] scores(int query, double damping) {
            double[] solved = new double[eigenvalues.length];
            Arrays.setAll(solved, k -> queries[query][k] / (Math.max(0, eigenvalues[k]) + damping));
            return Arrays.stream(rows).mapToDouble(row -> dot(row, solved, 0)).toArray();
        }
    }
}

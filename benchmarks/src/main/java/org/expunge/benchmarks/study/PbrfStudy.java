package org.expunge.benchmarks.study;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.KroneckerInverse;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.evaluate.EffectAgreement;
import org.expunge.influence.evaluate.Pbrf;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.score.CurvatureSystem;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.InnerProduct;
import org.expunge.influence.score.Scores;
import org.expunge.influence.score.TopK;
import org.expunge.influence.score.TrajectoryEstimator;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;

/** Proximal Bregman responses of a small smooth network, in double, against what methods predict. */
final class PbrfStudy {
    private static final long SEED = 320;
    private static final int ROWS = 200;
    private static final int QUERIES = 30;
    private static final int REMOVALS = 24;

    private static final String INNER_PRODUCT = "inner product";

    private PbrfStudy() {}

    static StudyTable run(String command) throws IOException {
        StudyTable table = new StudyTable(
                command,
                List.of(
                        "lambda",
                        "weight of the row times n",
                        "method",
                        "Pearson",
                        "slope",
                        "mean Pearson of a query",
                        "smallest Pearson of a query",
                        "queries of " + QUERIES + " at or above the inner product",
                        "unconverged of " + REMOVALS));
        try (DigitsSetting digits = DigitsSetting.open(SEED, 1);
                Engine engine = new Engine(Backends.create("reference"), Workers.perProcessor(), 32)) {
            Dataset train = digits.train().select(IntStream.range(0, ROWS).toArray());
            Dataset queries = digits.queries(QUERIES);
            Model model = trained(engine, train);
            for (double lambda : new double[] {0.1, 0.01}) {
                Map<String, Scores> scores = scores(engine, model, train, queries, lambda);
                for (double weight : new double[] {-1, -0.1}) {
                    measure(engine, model, train, queries, lambda, weight, scores, table);
                }
            }
        }
        return table;
    }

    private static void measure(
            Engine engine,
            Model model,
            Dataset train,
            Dataset queries,
            double lambda,
            double weight,
            Map<String, Scores> scores,
            StudyTable table) {
        int[] removed = TopK.of(new PerExample(engine).norms(model, train).total(), ROWS, TopK.End.PROPONENTS).stream()
                .mapToInt(TopK.Ranked::row)
                .toArray();
        int[] rows = IntStream.range(0, REMOVALS) // half of the largest gradients, half spread over all
                .map(k -> k < REMOVALS / 2 ? removed[k] : removed[k * ROWS / REMOVALS])
                .toArray();
        Pbrf pbrf = new Pbrf(engine, model, train, new Pbrf.Options(lambda, 1e-8, 100));
        double[] before = new PerExample(engine).losses(model, queries);
        double[][] found = new double[QUERIES][REMOVALS];
        int unconverged = 0;
        for (int k = 0; k < REMOVALS; k++) {
            Pbrf.Response response = pbrf.to(train.select(new int[] {rows[k]}), weight / ROWS);
            double[] after = new PerExample(engine).losses(response.model(), queries);
            for (int q = 0; q < QUERIES; q++) {
                found[q][k] = after[q] - before[q];
            }
            unconverged += response.isConverged() ? 0 : 1;
        }
        int fellShort = unconverged;
        Map<String, EffectAgreement> agreements = new LinkedHashMap<>();
        scores.forEach((method, values) -> {
            double[][] predicted = IntStream.range(0, QUERIES)
                    .mapToObj(q -> Arrays.stream(rows)
                            .mapToDouble(i -> -weight * values.score(q, i) / ROWS)
                            .toArray())
                    .toArray(double[][]::new);
            agreements.put(method, EffectAgreement.of(predicted, found));
        });
        List<Double> plain =
                Objects.requireNonNull(agreements.get(INNER_PRODUCT)).ofQueries();
        agreements.forEach((method, agreement) -> {
            table.add(
                    lambda,
                    weight,
                    method,
                    agreement.pearson(),
                    agreement.slope(),
                    agreement.meanOfQueries(),
                    agreement.ofQueries().stream().min(Double::compare).orElseThrow(),
                    IntStream.range(0, QUERIES)
                            .filter(q -> agreement.ofQueries().get(q) >= plain.get(q))
                            .count(),
                    fellShort);
        });
    }

    private static Map<String, Scores> scores(
            Engine engine, Model model, Dataset train, Dataset queries, double lambda) {
        Map<String, Scores> scores = new LinkedHashMap<>();
        Ekfac ekfac = Ekfac.fit(engine, model, train, Kfac.Options.DEFAULT);
        try (GaussNewton curvature = new GaussNewton(engine, model, train);
                KroneckerInverse corrected = ekfac.inverse(engine.compute(), DampingRule.fixed(lambda));
                KroneckerInverse kfac = ekfac.factors().inverse(engine.compute(), DampingRule.fixed(lambda))) {
            CurvatureSystem system = new CurvatureSystem(curvature, lambda, new ConjugateGradient.Options(1e-8, 1_000))
                    .preconditionedBy(corrected);
            InfluenceFunction.Options cut = InfluenceFunction.Options.DEFAULT;
            List<Map.Entry<String, Estimator>> estimators = List.of(
                    Map.entry("damped Gauss-Newton", new InfluenceFunction(engine, model, system, cut)),
                    Map.entry("EK-FAC", new InfluenceFunction(engine, model, corrected, cut)),
                    Map.entry("K-FAC", new InfluenceFunction(engine, model, kfac, cut)),
                    Map.entry(INNER_PRODUCT, new InnerProduct(engine, model, TrajectoryEstimator.Options.DEFAULT)));
            estimators.forEach(e -> scores.put(e.getKey(), e.getValue().score(train, queries)));
        }
        return scores;
    }

    private static Model trained(Engine engine, Dataset train) {
        Network network = Network.builder(train.shape())
                .add("hidden", new Dense(10))
                .add("tanh", new ActivationLayer(Activation.TANH))
                .add("output", new Dense(10))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);
        TrainingOptions options = TrainingOptions.DEFAULT
                .withOptimizer(Optimizer.sgd())
                .withSchedule(Schedule.constant(0.1))
                .withEpochs(30)
                .withBatchSize(32)
                .withSeed(SEED);
        return new Trainer(engine, options)
                .train(
                        Initializer.XAVIER.initialise(network, SEED),
                        train,
                        train.select(new int[0]),
                        TrainingListener.NONE)
                .model();
    }
}

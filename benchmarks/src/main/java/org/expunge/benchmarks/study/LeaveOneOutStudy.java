package org.expunge.benchmarks.study;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.Hessian;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.KroneckerInverse;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.evaluate.EffectAgreement;
import org.expunge.influence.evaluate.NewtonFit;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.preset.Presets;
import org.expunge.influence.score.CurvatureSystem;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.InnerProduct;
import org.expunge.influence.score.Scores;
import org.expunge.influence.score.TopK;
import org.expunge.influence.score.TrajectoryEstimator;
import org.expunge.influence.solver.ConjugateGradient;

/** Rows and groups left out of a softmax regression that is solved to a vanishing gradient, in double. */
final class LeaveOneOutStudy {
    private static final long SEED = 310;
    private static final int ROWS = 600;
    private static final int QUERIES = 40;
    private static final int LARGEST = 25;
    private static final int RANDOM = 35;

    private LeaveOneOutStudy() {}

    static StudyTable run(String command) throws IOException {
        StudyTable table = new StudyTable(
                command,
                List.of(
                        "lambda",
                        "rows removed at once",
                        "method",
                        "pairs",
                        "Pearson",
                        "Spearman",
                        "slope",
                        "relative error"));
        try (DigitsSetting digits = DigitsSetting.open(SEED, 1);
                Engine engine = new Engine(Backends.create("reference"), Workers.perProcessor(), 32)) {
            Dataset train = digits.train().select(IntStream.range(0, ROWS).toArray());
            for (double lambda : new double[] {1e-2, 1e-3}) {
                measure(engine, train, digits.queries(QUERIES), lambda, table);
            }
        }
        return table;
    }

    private static void measure(Engine engine, Dataset train, Dataset queries, double lambda, StudyTable table) {
        Network network = Presets.logistic(train.shape(), 10);
        Model zero = new Model(network, new double[network.layout().length()], new double[0]);
        Model model = fit(engine, zero, train, lambda);
        Map<String, double[][]> scores = scores(engine, model, train, queries, lambda);
        double[] before = new PerExample(engine).losses(model, queries);
        for (int size : new int[] {1, ROWS / 100, 3 * ROWS / 100, ROWS / 10}) {
            List<int[]> groups = size == 1 ? single(engine, model, train) : random(size);
            double[][] found = new double[QUERIES][groups.size()];
            for (int k = 0; k < groups.size(); k++) {
                double share = ROWS / (double) (ROWS - size); // the penalty stays that of all rows
                Model without = fit(engine, model, train.without(groups.get(k)), lambda * share);
                double[] after = new PerExample(engine).losses(without, queries);
                for (int q = 0; q < QUERIES; q++) {
                    found[q][k] = after[q] - before[q];
                }
            }
            scores.forEach((method, values) -> {
                EffectAgreement agreement = EffectAgreement.of(predicted(values, groups), found);
                table.add(
                        lambda,
                        size,
                        method,
                        agreement.pairs(),
                        agreement.pearson(),
                        agreement.spearman(),
                        agreement.slope(),
                        agreement.relativeError());
            });
        }
    }

    private static Model fit(Engine engine, Model start, Dataset rows, double l2) {
        NewtonFit.Fit fit = new NewtonFit(engine, new NewtonFit.Options(l2, 1e-10, 100)).fit(start, rows);
        if (!fit.isConverged()) {
            throw new IllegalStateException("a fit ended at a gradient of " + fit.gradientNorm());
        }
        return fit.model();
    }

    private static Map<String, double[][]> scores(
            Engine engine, Model model, Dataset train, Dataset queries, double lambda) {
        Map<String, double[][]> scores = new LinkedHashMap<>();
        Ekfac ekfac = Ekfac.fit(engine, model, train, Kfac.Options.DEFAULT);
        try (Hessian hessian = new Hessian(engine, model, train);
                KroneckerInverse kfac = ekfac.factors().inverse(engine.compute(), DampingRule.fixed(lambda))) {
            CurvatureSystem system = new CurvatureSystem(hessian, lambda, new ConjugateGradient.Options(1e-10, 2_000))
                    .preconditionedBy(kfac);
            InfluenceFunction.Options cut = InfluenceFunction.Options.DEFAULT;
            scores.put("Hessian", table(new InfluenceFunction(engine, model, system, cut), train, queries));
            scores.put("K-FAC", table(new InfluenceFunction(engine, model, kfac, cut), train, queries));
        }
        scores.put(
                "inner product",
                table(new InnerProduct(engine, model, TrajectoryEstimator.Options.DEFAULT), train, queries));
        return scores;
    }

    private static double[][] table(Estimator estimator, Dataset train, Dataset queries) {
        Scores scores = estimator.score(train, queries);
        return IntStream.range(0, queries.size()).mapToObj(scores::row).toArray(double[][]::new);
    }

    private static double[][] predicted(double[][] scores, List<int[]> groups) {
        return Arrays.stream(scores)
                .map(row -> groups.stream()
                        .mapToDouble(group ->
                                Arrays.stream(group).mapToDouble(i -> row[i]).sum() / ROWS)
                        .toArray())
                .toArray(double[][]::new);
    }

    /** Rows of the largest gradients, and random ones. */
    private static List<int[]> single(Engine engine, Model model, Dataset train) {
        double[] norms = new PerExample(engine).norms(model, train).total();
        return IntStream.concat(
                        TopK.of(norms, LARGEST, TopK.End.PROPONENTS).stream().mapToInt(TopK.Ranked::row),
                        new Random(SEED).ints(0, ROWS))
                .distinct()
                .limit(LARGEST + RANDOM)
                .mapToObj(i -> new int[] {i})
                .toList();
    }

    private static List<int[]> random(int size) {
        Random random = new Random(SEED + size);
        List<int[]> groups = new ArrayList<>();
        for (int g = 0; g < RANDOM; g++) {
            groups.add(random.ints(0, ROWS).distinct().limit(size).toArray());
        }
        return groups;
    }
}

package org.expunge.benchmarks.study;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.KroneckerInverse;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.evaluate.RankMetrics;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.CurvatureSystem;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.InnerProduct;
import org.expunge.influence.score.TrajectoryEstimator;
import org.expunge.influence.solver.ConjugateGradient;

/**
 * Two checks of what scores are made of: whether they change when the trained parameters are replaced by random ones
 * (they should, and more than from one trained model to another), and how near approximations come to the exact damped
 * Gauss-Newton solve at the same λ.
 */
final class SanityStudy {
    private static final long SEED = 350;
    private static final int EPOCHS = 40;
    private static final int QUERIES = 10;
    private static final String EXACT = "damped Gauss-Newton";

    private SanityStudy() {}

    static StudyTable run(String command) throws IOException {
        StudyTable table = new StudyTable(
                command, List.of("check", "lambda", "method", "against", "mean Spearman of a query", "mean Pearson"));
        try (DigitsSetting setting = DigitsSetting.open(SEED, EPOCHS)) {
            Dataset queries = setting.queries(QUERIES);
            Model model = DigitsSetting.last(setting.trained(setting.train(), SEED));
            Model other = DigitsSetting.last(setting.trained(setting.train(), SEED + 1));
            Model random = setting.recipe().withSeed(SEED + 2).initialModel(setting.train());
            for (double lambda : new double[] {1e-2, 1e-3}) {
                Map<String, double[][]> at = scores(setting, model, queries, lambda);
                if (lambda == 1e-2) {
                    Map<String, double[][]> atOther = scores(setting, other, queries, lambda);
                    Map<String, double[][]> atRandom = scores(setting, random, queries, lambda);
                    at.keySet().forEach(method -> {
                        add(table, "randomisation", lambda, method, "another trained model", at, atOther, method);
                        add(table, "randomisation", lambda, method, "random parameters", at, atRandom, method);
                    });
                }
                at.keySet().stream()
                        .filter(method -> !method.equals(EXACT))
                        .forEach(method -> add(table, "fidelity", lambda, method, EXACT, at, at, EXACT));
            }
        }
        return table;
    }

    private static void add(
            StudyTable table,
            String check,
            double lambda,
            String method,
            String against,
            Map<String, double[][]> first,
            Map<String, double[][]> second,
            String otherMethod) {
        double[][] a = Objects.requireNonNull(first.get(method));
        double[][] b = Objects.requireNonNull(second.get(otherMethod));
        table.add(
                check,
                lambda,
                method,
                against,
                IntStream.range(0, QUERIES)
                        .mapToDouble(q -> RankMetrics.spearman(a[q], b[q]))
                        .average()
                        .orElseThrow(),
                IntStream.range(0, QUERIES)
                        .mapToDouble(q -> RankMetrics.pearson(a[q], b[q]))
                        .average()
                        .orElseThrow());
    }

    private static Map<String, double[][]> scores(DigitsSetting setting, Model model, Dataset queries, double lambda) {
        Map<String, double[][]> scores = new LinkedHashMap<>();
        scores.put(
                "inner product",
                setting.table(new InnerProduct(setting.engine(), model, TrajectoryEstimator.Options.DEFAULT), queries));
        Ekfac ekfac = Ekfac.fit(setting.engine(), model, setting.train(), Kfac.Options.DEFAULT);
        DampingRule fixed = DampingRule.fixed(lambda);
        try (GaussNewton curvature = new GaussNewton(setting.engine(), model, setting.train());
                KroneckerInverse kfac = ekfac.factors().inverse(setting.engine().compute(), fixed);
                KroneckerInverse inverse = ekfac.inverse(setting.engine().compute(), fixed)) {
            scores.put("K-FAC", setting.table(setting.closedForm(model, kfac), queries));
            scores.put("EK-FAC", setting.table(setting.closedForm(model, inverse), queries));
            CurvatureSystem five = new CurvatureSystem(curvature, lambda, new ConjugateGradient.Options(1e-8, 5))
                    .preconditionedBy(inverse);
            scores.put(
                    "EK-FAC-preconditioned CG 5 products",
                    setting.table(
                            new InfluenceFunction(setting.engine(), model, five, InfluenceFunction.Options.DEFAULT),
                            queries));
            scores.put(EXACT, setting.table(setting.solved(model, curvature, inverse, lambda), queries));
        }
        return scores;
    }
}

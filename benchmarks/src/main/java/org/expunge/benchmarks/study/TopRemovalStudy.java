package org.expunge.benchmarks.study;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.KroneckerInverse;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.evaluate.RemovalCurve;
import org.expunge.influence.network.Model;
import org.expunge.influence.retraining.QueryFunctional;
import org.expunge.influence.retraining.RetrainedQueries;
import org.expunge.influence.retraining.Retrainings;
import org.expunge.influence.score.InnerProduct;
import org.expunge.influence.score.TrajectoryEstimator;

/** Each query's foremost rows removed, the model trained again, and the rise of the query's loss. */
final class TopRemovalStudy {
    private static final long SEED = 330;
    private static final int EPOCHS = 20;
    private static final int QUERIES = 20;
    private static final int SEEDS = 3;
    private static final List<Integer> SIZES = List.of(7, 14, 43); // 0.5, 1 and 3 % of 1 437 rows

    private TopRemovalStudy() {}

    static StudyTable run(String command) throws IOException {
        StudyTable table = new StudyTable(
                command,
                List.of("ranking", "rows removed", "rise of the loss (nats)", "standard error", "queries", "seeds"));
        try (DigitsSetting setting = DigitsSetting.open(SEED, EPOCHS)) {
            Dataset queries = setting.queries(QUERIES);
            RetrainedQueries task = new RetrainedQueries(
                    setting.recipe(), setting.train(), setting.none(), queries, QueryFunctional.LOSS);
            RemovalCurve curve = new RemovalCurve(
                    setting.engine(), task, new Retrainings.Options(SEEDS, Retrainings.SeedPlan.PAIRED, SEED + 1));
            curve.points(rankings(setting, queries), SIZES)
                    .forEach(point -> table.add(
                            point.ranking(),
                            point.removed(),
                            point.rise().mean(),
                            point.rise().standardError(),
                            QUERIES,
                            SEEDS));
        }
        return table;
    }

    private static Map<String, double[][]> rankings(DigitsSetting setting, Dataset queries) {
        Model model = DigitsSetting.last(setting.trained(setting.train(), SEED));
        Dataset train = setting.train();
        Map<String, double[][]> rankings = new LinkedHashMap<>();
        Ekfac ekfac = Ekfac.fit(setting.engine(), model, train, Kfac.Options.DEFAULT);
        try (GaussNewton curvature = new GaussNewton(setting.engine(), model, train);
                KroneckerInverse tenth = ekfac.inverse(setting.engine().compute(), DampingRule.relativeToMean(0.1));
                KroneckerInverse guide =
                        ekfac.inverse(setting.engine().compute(), DampingRule.fixed(DigitsSetting.DAMPING))) {
            rankings.put(
                    "damped Gauss-Newton",
                    setting.table(setting.solved(model, curvature, guide, DigitsSetting.DAMPING), queries));
            rankings.put("EK-FAC", setting.table(setting.closedForm(model, tenth), queries));
        }
        rankings.put(
                "gradient dot",
                setting.table(new InnerProduct(setting.engine(), model, TrajectoryEstimator.Options.DEFAULT), queries));
        rankings.put("nearest neighbours", RemovalCurve.nearestNeighbours(setting.engine(), model, train, queries));
        rankings.put("random", RemovalCurve.random(QUERIES, train.size(), SEED));
        return rankings;
    }
}

package org.expunge.benchmarks.study;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.evaluate.Bootstrap;
import org.expunge.influence.evaluate.LinearDatamodelingScore;
import org.expunge.influence.evaluate.NoiseCeiling;
import org.expunge.influence.evaluate.RemovalCurve;
import org.expunge.influence.retraining.QueryFunctional;
import org.expunge.influence.retraining.RetrainedQueries;
import org.expunge.influence.retraining.Retrainings;
import org.expunge.influence.retraining.SubsetOutputs;
import org.expunge.influence.retraining.Subsets;

/** Linear datamodeling scores on halves that no method was tuned on, with random scores as a control. */
final class LdsStudy {
    private static final long SEED = 300;
    private static final int EPOCHS = 40;
    private static final int HALVES = 60;
    private static final int SEEDS = 4;
    private static final int QUERIES = 60;

    private LdsStudy() {}

    static StudyTable run(String command) throws IOException {
        StudyTable table = new StudyTable(
                command,
                List.of("measure", "method", "LDS", "low", "high", "ceiling", "LDS of the ceiling", "halves", "seeds"));
        try (DigitsSetting setting = DigitsSetting.open(SEED, EPOCHS)) {
            Dataset queries = setting.queries(QUERIES);
            Map<String, double[][]> scores =
                    new LinkedHashMap<>(setting.scores(setting.trained(setting.train(), SEED), queries));
            scores.put("random", RemovalCurve.random(QUERIES, setting.train().size(), SEED));
            Subsets halves = Subsets.random(setting.train().size(), HALVES, 0.5, SEED);
            RetrainedQueries task = new RetrainedQueries(
                    setting.recipe(), setting.train(), setting.none(), queries, QueryFunctional.LOG_ODDS);
            SubsetOutputs odds = new Retrainings(setting.engine(), task)
                    .run(halves, new Retrainings.Options(SEEDS, Retrainings.SeedPlan.FRESH, SEED + 1));
            add(table, "log-odds", scores, odds);
            add(table, "loss", scores, losses(odds));
        }
        return table;
    }

    private static void add(StudyTable table, String measure, Map<String, double[][]> scores, SubsetOutputs outputs) {
        LinearDatamodelingScore lds = new LinearDatamodelingScore(Bootstrap.Options.DEFAULT);
        double ceiling = NoiseCeiling.of(outputs).ceiling();
        scores.forEach((method, values) -> {
            Bootstrap.Interval found = lds.twoWay(values, outputs.subsets().masks(), outputs.means());
            table.add(
                    measure,
                    method,
                    found.estimate(),
                    found.low(),
                    found.high(),
                    ceiling,
                    found.estimate() / ceiling,
                    HALVES,
                    SEEDS);
        });
    }

    /** {@code log(1 + eˣ)} of log-odds x, run by run. */
    private static SubsetOutputs losses(SubsetOutputs odds) {
        double[][][] values = odds.values();
        for (double[][] ofSubset : values) {
            for (double[] run : ofSubset) {
                Arrays.setAll(run, q -> run[q] > 30 ? run[q] : Math.log1p(Math.exp(run[q])));
            }
        }
        return new SubsetOutputs(odds.subsets(), values);
    }
}

package org.expunge.benchmarks.study;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.KroneckerInverse;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.evaluate.LabelNoise;
import org.expunge.influence.evaluate.MislabelControls;
import org.expunge.influence.evaluate.MislabelDetection;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.SelfInfluence;
import org.expunge.influence.score.Weighting;
import org.expunge.influence.training.Checkpoint;

/** A tenth of the digits given a wrong class: who finds them, after a short training and after one by heart. */
final class MislabelStudy {
    private static final long FIRST_SEED = 340;
    private static final int SEEDS = 5;
    private static final double SHARE = 0.1;
    private static final int FOLDS = 5;

    private MislabelStudy() {}

    static StudyTable run(String command) throws IOException {
        StudyTable table = new StudyTable(
                command,
                List.of(
                        "epochs",
                        "seed",
                        "detector",
                        "AUROC",
                        "average precision",
                        "recall at 10 %",
                        "recall at 20 %"));
        for (int epochs : new int[] {20, 150}) {
            for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
                try (DigitsSetting setting = DigitsSetting.open(seed, epochs)) {
                    measure(setting, epochs, seed, table);
                }
            }
        }
        return table;
    }

    private static void measure(DigitsSetting setting, int epochs, long seed, StudyTable table) {
        LabelNoise noise = LabelNoise.uniform(setting.train(), SHARE, seed);
        List<Checkpoint> checkpoints = setting.trained(noise.data(), seed);
        Map<String, double[]> detectors = new LinkedHashMap<>();
        detectors.put("EK-FAC self-influence", ekfac(setting, DigitsSetting.last(checkpoints), noise.data()));
        detectors.put(
                "self-influence over " + checkpoints.size() + " checkpoints",
                new SelfInfluence(setting.engine(), checkpoints, Weighting.LEARNING_RATE).scores(noise.data()));
        detectors.putAll(new MislabelControls(setting.engine(), FOLDS)
                .scores(noise.data(), checkpoints, setting.recipe(), seed));
        detectors.forEach((name, scores) -> {
            MislabelDetection found = MislabelDetection.of(name, scores, noise.isFlipped());
            table.add(
                    epochs,
                    seed,
                    name,
                    found.auroc(),
                    found.averagePrecision(),
                    found.recallAtTenPercent(),
                    found.recallAtTwentyPercent());
        });
    }

    /** {@code gᵀ (C + λI)⁻¹ g} of each row. */
    private static double[] ekfac(DigitsSetting setting, Model model, Dataset rows) {
        double[][] gradients = new PerExample(setting.engine()).gradients(model, rows);
        double[] scores = new double[gradients.length];
        try (KroneckerInverse inverse = Ekfac.fit(setting.engine(), model, rows, Kfac.Options.DEFAULT)
                .inverse(setting.engine().compute(), DampingRule.relativeToMean(0.1))) {
            double[] solved = new double[inverse.dimension()];
            for (int i = 0; i < scores.length; i++) {
                inverse.apply(gradients[i], solved);
                for (int j = 0; j < solved.length; j++) {
                    scores[i] += gradients[i][j] * solved[j];
                }
            }
        }
        return scores;
    }
}

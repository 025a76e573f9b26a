package org.expunge.benchmarks.defense;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.expunge.benchmarks.study.MeasuredOnce;
import org.expunge.benchmarks.study.StudyTable;
import org.expunge.defense.identify.Examination;
import org.expunge.defense.identify.InputControls;
import org.expunge.defense.identify.StandardStatistics;
import org.expunge.defense.identify.StatisticFinding;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.defense.identify.TargetStatistic;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.evaluate.RankMetrics;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.TrajectoryEstimator;

/**
 * Which inputs of an unlabelled stream are attacked: every statistic of the audit by itself, some of them together, and
 * controls, on the same poisoned runs as {@link DefenseStudy}; calibrated on held-out clean rows.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar org.expunge.benchmarks.defense.TargetStudy
 * docs/results/targets-digits.csv digits FOLDER all 5}
 */
public final class TargetStudy {
    private static final double RATE = TargetAudit.Options.DEFAULT.falsePositiveRate();

    /** Statistics that decide together in some row of the table. */
    private static final List<List<String>> TOGETHER = List.of(
            List.of("gas", "neighbours"),
            List.of("gas", "tracin-cp", "neighbours"),
            List.of("gas", "tracin-cp", "neighbours", "raw neighbours"));

    private static final List<String> COLUMNS = List.of(
            "setting",
            "attack",
            "seed",
            "gate",
            "statistic",
            "control",
            "targets",
            "base rate",
            "AUPRC",
            "AUPRC among inputs of the same prediction",
            "targets flagged %",
            "others flagged %");

    private final Engine engine;
    private final StudyTable table;

    private TargetStudy(Engine engine, StudyTable table) {
        this.engine = engine;
        this.table = table;
    }

    /**
     * Runs the study.
     *
     * @param args the file to write, the settings, a folder for data that are not embedded, the attacks ({@code all} or
     *     names), and the number of seeds
     */
    public static void main(String[] args) throws IOException {
        StudyRuns.all(TargetStudy.class, COLUMNS, args, (engine, table) -> new TargetStudy(engine, table)::run);
    }

    private void run(DefenseSetting setting, String name, AttackMaker maker, long seed) throws IOException {
        boolean isPlanted = !name.equals(Attacks.NONE);
        DefenseWorld world = new DefenseWorld(engine, setting, maker, isPlanted, seed);
        Model model = world.first().model();
        TargetAudit.Options options = TargetAudit.Options.DEFAULT;
        List<TargetStatistic> statistics = new ArrayList<>();
        statistics.add(new MeasuredOnce(StandardStatistics.tails(
                engine, world.first().checkpoints(), TrajectoryEstimator.Options.DEFAULT, options.kappas())));
        StandardStatistics.distances(engine, model).forEach(distance -> statistics.add(new MeasuredOnce(distance)));
        statistics.add(InputControls.certainty(engine, model));
        statistics.add(InputControls.random(seed));
        world.inputScores(engine).forEach(score -> statistics.add(new MeasuredOnce(InputControls.of(score))));
        Examination alone = examine(world, statistics, options);
        for (StatisticFinding finding : alone.statistics()) {
            add(
                    setting,
                    name,
                    seed,
                    world,
                    finding.name(),
                    finding.isControl(),
                    finding.heaviness(),
                    finding.pValues());
        }
        for (List<String> together : TOGETHER) {
            TargetAudit.Findings joint =
                    examine(world, statistics, options.withDeciding(together)).findings();
            add(
                    setting,
                    name,
                    seed,
                    world,
                    String.join(" + ", together),
                    false,
                    joint.inputs().stream()
                            .map(TargetAudit.InputFinding::heaviness)
                            .toList(),
                    joint.inputs().stream()
                            .map(TargetAudit.InputFinding::pValue)
                            .toList());
        }
    }

    private static Examination examine(
            DefenseWorld world, List<TargetStatistic> statistics, TargetAudit.Options options) {
        Model model = world.first().model();
        return new TargetAudit(statistics, options)
                .examine(
                        world.train(),
                        world.validation(),
                        world.predict(model, world.validation()),
                        world.stream(),
                        world.predict(model, world.stream()));
    }

    private void add(
            DefenseSetting setting,
            String name,
            long seed,
            DefenseWorld world,
            String statistic,
            boolean isControl,
            List<Double> heaviness,
            List<Double> pValues) {
        boolean[] isTarget = world.targets();
        double[] scores = heaviness.stream().mapToDouble(Double::doubleValue).toArray();
        int[] hard = hard(world, isTarget);
        long targets =
                IntStream.range(0, isTarget.length).filter(i -> isTarget[i]).count();
        table.add(
                setting.name(),
                name,
                seed,
                world.verdict(),
                statistic,
                isControl,
                targets,
                RankMetrics.baseRate(isTarget),
                targets == 0 ? Double.NaN : RankMetrics.averagePrecision(scores, isTarget),
                targets == 0
                        ? Double.NaN
                        : RankMetrics.averagePrecision(
                                IntStream.of(hard).mapToDouble(i -> scores[i]).toArray(), select(isTarget, hard)),
                100 * flagged(pValues, isTarget, true),
                100 * flagged(pValues, isTarget, false));
    }

    /** Inputs predicted as some target is. */
    private static int[] hard(DefenseWorld world, boolean[] isTarget) {
        int[] predicted = world.predict(world.first().model(), world.stream());
        List<Integer> labels = IntStream.range(0, isTarget.length)
                .filter(i -> isTarget[i])
                .map(i -> predicted[i])
                .distinct()
                .boxed()
                .toList();
        return IntStream.range(0, isTarget.length)
                .filter(i -> labels.contains(predicted[i]))
                .toArray();
    }

    private static boolean[] select(boolean[] from, int[] which) {
        boolean[] selected = new boolean[which.length];
        for (int i = 0; i < which.length; i++) {
            selected[i] = from[which[i]];
        }
        return selected;
    }

    private static double flagged(List<Double> pValues, boolean[] isTarget, boolean ofTargets) {
        return IntStream.range(0, isTarget.length)
                .filter(i -> isTarget[i] == ofTargets)
                .mapToDouble(i -> pValues.get(i) <= RATE ? 1 : 0)
                .average()
                .orElse(Double.NaN);
    }
}

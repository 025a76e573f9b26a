package org.expunge.benchmarks.defense;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
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
import org.jspecify.annotations.Nullable;

/**
 * Which inputs of an unlabelled stream are attacked: every statistic of the audit by itself, some of them together, and
 * controls, on the same poisoned runs as {@link DefenseStudy}; calibrated on held-out clean rows. And how often a class
 * is called suspicious, where there is an attack, where there is none, and where strange inputs are sent to forge one.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar org.expunge.benchmarks.defense.TargetStudy
 * docs/results/targets-digits.csv digits FOLDER all 5}
 */
public final class TargetStudy {
    private static final double RATE = TargetAudit.Options.DEFAULT.falsePositiveRate();

    /** Statistics that decide together in some row of the table. */
    private static final List<List<String>> TOGETHER = List.of(
            List.of("gas", "tracin-cp"),
            List.of("gas", "neighbours"),
            List.of("gas", "tracin-cp", "neighbours"),
            List.of("gas", "tracin-cp", "raw neighbours"),
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
            "others flagged %",
            "suspicious classes",
            "suspicious classes without the support test");

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
        DefenseWorld world = new DefenseWorld(engine, setting, maker, !name.equals(Attacks.NONE), seed);
        List<TargetStatistic> statistics = statistics(world, seed);
        for (StatisticFinding alone :
                examine(world, statistics, TargetAudit.Options.DEFAULT).statistics()) {
            add(setting, name, seed, world, new Decision(statistics, List.of(alone.name()), alone));
        }
        for (List<String> together : TOGETHER) {
            add(setting, name, seed, world, new Decision(statistics, together, null));
        }
    }

    private List<TargetStatistic> statistics(DefenseWorld world, long seed) {
        Model model = world.first().model();
        List<TargetStatistic> statistics = new ArrayList<>();
        statistics.add(StandardStatistics.tails(
                engine,
                world.first().checkpoints(),
                TrajectoryEstimator.Options.DEFAULT,
                TargetAudit.Options.DEFAULT.kappas()));
        statistics.addAll(StandardStatistics.distances(engine, model));
        statistics.add(InputControls.certainty(engine, model));
        statistics.add(InputControls.random(seed));
        world.inputScores(engine).forEach(score -> statistics.add(InputControls.of(score)));
        statistics.replaceAll(MeasuredOnce::new);
        return statistics;
    }

    /**
     * What decides.
     *
     * @param statistics all that were measured
     * @param deciding the names of those that decide together
     * @param alone what the one that decides says by itself; null if there are several
     */
    private record Decision(
            List<TargetStatistic> statistics,
            List<String> deciding,
            @Nullable StatisticFinding alone) {
        TargetAudit.Options options() {
            return TargetAudit.Options.DEFAULT.withDeciding(deciding);
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

    private void add(DefenseSetting setting, String name, long seed, DefenseWorld world, Decision decision) {
        TargetAudit.Findings found =
                examine(world, decision.statistics(), decision.options()).findings();
        TargetAudit.Findings unsupported = examine(
                        world, decision.statistics(), decision.options().withSupport(""))
                .findings();
        StatisticFinding alone = decision.alone();
        List<Double> heaviness = alone == null
                ? found.inputs().stream()
                        .map(TargetAudit.InputFinding::heaviness)
                        .toList()
                : alone.heaviness();
        List<Double> pValues = alone == null
                ? found.inputs().stream().map(TargetAudit.InputFinding::pValue).toList()
                : alone.pValues();
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
                String.join(" + ", decision.deciding()),
                alone != null && alone.isControl(),
                targets,
                RankMetrics.baseRate(isTarget),
                targets == 0 ? Double.NaN : RankMetrics.averagePrecision(scores, isTarget),
                targets == 0
                        ? Double.NaN
                        : RankMetrics.averagePrecision(
                                IntStream.of(hard).mapToDouble(i -> scores[i]).toArray(), select(isTarget, hard)),
                100 * flagged(pValues, isTarget, true),
                100 * flagged(pValues, isTarget, false),
                found.suspiciousLabels().size(),
                unsupported.suspiciousLabels().size());
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

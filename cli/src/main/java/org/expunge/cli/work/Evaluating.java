package org.expunge.cli.work;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.expunge.cli.method.Bench;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.work.EvaluationReport.Row;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.Precision;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.evaluate.Bootstrap;
import org.expunge.influence.evaluate.EffectAgreement;
import org.expunge.influence.evaluate.LabelNoise;
import org.expunge.influence.evaluate.LinearDatamodelingScore;
import org.expunge.influence.evaluate.MislabelControls;
import org.expunge.influence.evaluate.MislabelDetection;
import org.expunge.influence.evaluate.NoiseCeiling;
import org.expunge.influence.evaluate.Pbrf;
import org.expunge.influence.evaluate.RemovalCurve;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.retraining.LeaveOneOut;
import org.expunge.influence.retraining.QueryFunctional;
import org.expunge.influence.retraining.RetrainedQueries;
import org.expunge.influence.retraining.RetrainingBank;
import org.expunge.influence.retraining.Retrainings;
import org.expunge.influence.retraining.SubsetOutputs;
import org.expunge.influence.retraining.Subsets;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.InnerProduct;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.Scores;
import org.expunge.influence.score.SelfInfluence;
import org.expunge.influence.score.TrajectoryEstimator;
import org.expunge.influence.score.Weighting;
import org.expunge.influence.score.automatic.DampingSweep;
import org.expunge.influence.training.Checkpoint;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.Retrainer;

/** Holds scores of a run against trainings that really take place. */
public final class Evaluating {
    /**
     * How much work to spend.
     *
     * @param method the estimator's name, for the report
     * @param queries test rows to look at, from the first; at least 1
     * @param rows training rows to remove one by one, at least 2
     * @param subsets random halves to train on, at least 2
     * @param repetitions seeds of each training, at least 1
     * @param seed decides what is drawn
     */
    public record Effort(String method, int queries, int rows, int subsets, int repetitions, long seed) {
        /** Checks the ranges. */
        public Effort {
            checkArgument(queries >= 1, "--queries must be at least 1, got %s", queries);
            checkArgument(rows >= 2, "--rows must be at least 2, got %s", rows);
            checkArgument(subsets >= 2, "--subsets must be at least 2, got %s", subsets);
            checkArgument(repetitions >= 1, "--repetitions must be at least 1, got %s", repetitions);
        }
    }

    private static final int FOLDS = 5;
    /** Newton steps of a response; smooth networks need some ten. */
    private static final int MAX_STEPS = 50;

    private static final List<Double> REMOVED_SHARES = List.of(0.005, 0.01, 0.03);

    private final Bench bench;
    private final Effort effort;
    private final Engine engine;
    private final Dataset train;
    private final Dataset queries;

    /**
     * Reads the run's test rows.
     *
     * @param bench the run and where to compute
     * @param effort how much
     */
    public Evaluating(Bench bench, Effort effort) {
        this.bench = bench;
        this.effort = effort;
        this.engine = bench.engine();
        this.train = bench.train();
        Dataset test = bench.run().test();
        checkArgument(
                test.size() >= 1,
                "run %s has no test rows to look at",
                bench.run().path());
        this.queries = test.select(
                IntStream.range(0, Math.min(effort.queries(), test.size())).toArray());
    }

    /**
     * The linear datamodeling score, with the ceiling that noise leaves and a random control.
     *
     * @param estimator what is evaluated
     * @param bank where retrainings are kept
     */
    public EvaluationReport lds(Estimator estimator, Path bank) throws IOException {
        checkArgument(effort.repetitions() >= 2, "the noise ceiling of lds needs --repetitions of at least 2");
        Subsets subsets = Subsets.random(train.size(), effort.subsets(), 0.5, effort.seed());
        QueryFunctional functional = functional();
        Retrainings.Options options =
                new Retrainings.Options(effort.repetitions(), Retrainings.SeedPlan.FRESH, effort.seed());
        SubsetOutputs outputs = bench.console()
                .during(
                        "training " + effort.subsets() * effort.repetitions() + " times",
                        () -> RetrainingBank.fill(bank, engine, task(functional), subsets, options));
        double[][] losses = outputs.means();
        double[][] scores = table(scores(estimator, train));
        LinearDatamodelingScore lds = new LinearDatamodelingScore(Bootstrap.Options.DEFAULT);
        NoiseCeiling ceiling = NoiseCeiling.of(outputs);
        List<Row> rows = new ArrayList<>();
        rows.add(row(effort.method(), lds.twoWay(scores, subsets.masks(), losses), ceiling));
        double[][] random = RemovalCurve.random(queries.size(), train.size(), effort.seed());
        rows.add(row("random", lds.twoWay(random, subsets.masks(), losses), ceiling));
        Map<String, Object> settings = settings("lds");
        settings.put("measure", functional.name().toLowerCase(java.util.Locale.ROOT));
        settings.put("bank", bank.toString());
        settings.put("noise ceiling", ceiling.ceiling());
        return report(
                "lds",
                settings,
                List.of("LDS", "low", "high", "of the ceiling"),
                rows,
                "Rank correlation of predicted and measured losses over random halves; 95 % over queries and halves.");
    }

    private static Row row(String name, Bootstrap.Interval lds, NoiseCeiling ceiling) {
        return new Row(name, List.of(lds.estimate(), lds.low(), lds.high(), lds.estimate() / ceiling.ceiling()));
    }

    /** Scores against the effects of leaving rows out one by one and training again. */
    public EvaluationReport leaveOneOut(Estimator estimator) throws IOException {
        int[] removed = RemovedRows.of(engine, bench.model(), train, effort.rows(), effort.seed());
        Retrainings.Options options =
                new Retrainings.Options(effort.repetitions(), Retrainings.SeedPlan.PAIRED, effort.seed());
        LeaveOneOut found = bench.console()
                .during(
                        "training " + (removed.length + 1) * effort.repetitions() + " times",
                        () -> LeaveOneOut.of(new Retrainings(engine, task(QueryFunctional.LOSS))
                                .run(Subsets.leavingOut(train.size(), removed), options)));
        EffectAgreement agreement = EffectAgreement.of(perRemoval(estimator, removed), found.effects());
        Map<String, Object> settings = settings("loo");
        if (effort.repetitions() > 1) {
            double noise = rootMeanSquare(found.standardErrors()) / rootMeanSquare(found.effects());
            settings.put("noise of the effects", noise);
        }
        return report(
                "loo",
                settings,
                AGREEMENT,
                List.of(row(effort.method(), agreement)),
                "Meant for convex models: where the noise (standard error over size) is near 1 or "
                        + "above, no score can agree.");
    }

    /** Scores against proximal Bregman responses. */
    public EvaluationReport pbrf(Estimator estimator, double damping) throws IOException {
        int[] removed = RemovedRows.of(engine, bench.model(), train, effort.rows(), effort.seed());
        boolean isDouble = engine.compute().precision() == Precision.FLOAT64;
        Pbrf pbrf = new Pbrf(
                engine,
                bench.model(),
                train,
                new Pbrf.Options(damping, isDouble ? Pbrf.Options.DEFAULT.tolerance() : 1e-6, MAX_STEPS));
        double[] before = new PerExample(engine).losses(bench.model(), queries);
        double[][] found = new double[queries.size()][removed.length];
        int unconverged = 0;
        double largestGradient = 0;
        for (int k = 0; k < removed.length; k++) {
            int row = removed[k];
            Pbrf.Response response = bench.console()
                    .during(
                            "response " + (k + 1) + " of " + removed.length,
                            () -> pbrf.removing(train.select(new int[] {row})));
            double[] after = new PerExample(engine).losses(response.model(), queries);
            for (int q = 0; q < after.length; q++) {
                found[q][k] = after[q] - before[q];
            }
            unconverged += response.isConverged() ? 0 : 1;
            largestGradient = Math.max(largestGradient, response.gradientNorm());
        }
        EffectAgreement agreement = EffectAgreement.of(perRemoval(estimator, removed), found);
        Map<String, Object> settings = settings("pbrf");
        settings.put("proximity", damping);
        settings.put("responses above the tolerance", unconverged);
        settings.put("largest gradient left", largestGradient);
        return report(
                "pbrf",
                settings,
                AGREEMENT,
                List.of(row(effort.method(), agreement)),
                "What influence functions with a damped Gauss-Newton matrix predict, without training noise. Networks with "
                        + "kinks (ReLU) have minima where no gradient vanishes.");
    }

    private static final List<String> AGREEMENT =
            List.of("Pearson", "Spearman", "slope", "relative error", "mean Pearson of a query");

    private static Row row(String name, EffectAgreement agreement) {
        return new Row(
                name,
                List.of(
                        agreement.pearson(),
                        agreement.spearman(),
                        agreement.slope(),
                        agreement.relativeError(),
                        agreement.meanOfQueries()));
    }

    /** What removing each query's foremost rows does to it, beside baselines. */
    public EvaluationReport removal(Estimator estimator) throws IOException {
        Map<String, double[][]> rankings = new LinkedHashMap<>();
        rankings.put(effort.method(), table(scores(estimator, train)));
        rankings.put(
                "gradient dot",
                table(new InnerProduct(engine, bench.model(), TrajectoryEstimator.Options.DEFAULT)
                        .score(train, queries)));
        rankings.put("nearest neighbours", RemovalCurve.nearestNeighbours(engine, bench.model(), train, queries));
        rankings.put("random", RemovalCurve.random(queries.size(), train.size(), effort.seed()));
        List<Integer> sizes = REMOVED_SHARES.stream()
                .map(share -> (int) Math.max(1, Math.round(share * train.size())))
                .distinct()
                .toList();
        Retrainings.Options options =
                new Retrainings.Options(effort.repetitions(), Retrainings.SeedPlan.PAIRED, effort.seed());
        RemovalCurve curve = new RemovalCurve(engine, task(QueryFunctional.LOSS), options);
        int trainings = effort.repetitions() * (1 + rankings.size() * sizes.size() * queries.size());
        List<RemovalCurve.Point> points =
                bench.console().during("training " + trainings + " times", () -> curve.points(rankings, sizes));
        List<Row> rows = points.stream()
                .map(point -> new Row(
                        point.ranking() + ", " + point.removed() + " rows",
                        List.of(point.rise().mean(), point.rise().standardError())))
                .toList();
        return report(
                "removal",
                settings("removal"),
                List.of("rise of the loss", "standard error"),
                rows,
                "Rows are removed for each input by themselves; standard errors are over inputs.");
    }

    /** Who finds rows of a training whose classes were changed. */
    public EvaluationReport mislabel(double share) {
        LabelNoise noise = LabelNoise.uniform(train, share, effort.seed());
        Recipe recipe = bench.run().recipe();
        List<Checkpoint> checkpoints = bench.console()
                .during(
                        "training on changed classes",
                        () -> new Retrainer(engine, recipe)
                                .retrain(noise.data(), bench.run().validation(), effort.seed())
                                .checkpoints());
        Map<String, double[]> detectors = new LinkedHashMap<>();
        detectors.put(
                "self-influence over " + checkpoints.size() + " checkpoints",
                new SelfInfluence(engine, checkpoints, Weighting.LEARNING_RATE).scores(noise.data()));
        detectors.putAll(bench.console()
                .during(
                        "training on folds",
                        () -> new MislabelControls(engine, FOLDS)
                                .scores(noise.data(), checkpoints, recipe, effort.seed())));
        List<Row> rows = new ArrayList<>();
        detectors.forEach((name, scores) -> {
            MislabelDetection found = MislabelDetection.of(name, scores, noise.isFlipped());
            rows.add(new Row(
                    name,
                    List.of(
                            found.auroc(),
                            found.averagePrecision(),
                            found.recallAtTenPercent(),
                            found.recallAtTwentyPercent())));
        });
        Map<String, Object> settings = settings("mislabel");
        settings.put("share of classes changed", share);
        return report(
                "mislabel",
                settings,
                List.of("AUROC", "average precision", "recall at 10 %", "recall at 20 %"),
                rows,
                "The last four are controls: a detector is worth something where it beats the best of them.");
    }

    /**
     * How the ranks of rows move with λ, from exact solves with the run's Gauss-Newton matrix.
     *
     * @param dampings at least two, different, above 0
     */
    public EvaluationReport sweep(List<Double> dampings) {
        DampingSweep.Options base = DampingSweep.Options.DEFAULT;
        DampingSweep sweep = new DampingSweep(new DampingSweep.Options(queries.size(), base.solve(), effort.seed()));
        DampingSweep.Result result;
        try (GaussNewton curvature = new GaussNewton(engine, bench.model(), train, bench.decay())) {
            result = bench.console()
                    .during(
                            "solving for " + queries.size() + " inputs",
                            () -> sweep.sweep(engine, bench.model(), curvature, dampings, train, queries));
        }
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("training rows", train.size());
        settings.put("inputs", result.queries());
        settings.put("solves above their tolerance", result.unconverged());
        List<Row> rows = result.steps().stream()
                .map(step -> new Row(
                        "from " + Numbers.decimal(step.lower()) + " to " + Numbers.decimal(step.higher()),
                        List.of(step.agreement(), step.least())))
                .toList();
        return report(
                "sweep",
                settings,
                List.of("Spearman, mean over inputs", "least"),
                rows,
                "Rank correlation of the rows' scores at neighbouring dampings: near 1, the choice hardly matters.");
    }

    private EvaluationReport report(
            String check, Map<String, Object> settings, List<String> columns, List<Row> rows, String note) {
        return new EvaluationReport(check, bench.run().path().toString(), settings, columns, rows, List.of(note));
    }

    private Map<String, Object> settings(String check) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("training rows", train.size());
        settings.put("seed", effort.seed());
        if (check.equals("mislabel")) {
            return settings;
        }
        settings.put("method", effort.method());
        settings.put("inputs", queries.size());
        if (check.equals("lds")) {
            settings.put("halves", effort.subsets());
        }
        if (!check.equals("pbrf")) {
            settings.put("repetitions", effort.repetitions());
        }
        return settings;
    }

    private RetrainedQueries task(QueryFunctional functional) {
        return new RetrainedQueries(bench.run().recipe(), train, bench.run().validation(), queries, functional);
    }

    /** Log-odds where they are defined: they are less noisy. */
    private QueryFunctional functional() {
        return bench.model().network().loss() == Loss.SOFTMAX_CROSS_ENTROPY
                ? QueryFunctional.LOG_ODDS
                : QueryFunctional.LOSS;
    }

    private Scores scores(Estimator estimator, Dataset rows) {
        return bench.console()
                .during("scoring " + queries.size() + " x " + rows.size(), () -> estimator.score(rows, queries));
    }

    private double[][] perRemoval(Estimator estimator, int[] removed) {
        Scores scores = scores(estimator, train);
        boolean countsRows = scores.provenance().units() == Provenance.Units.INNER_PRODUCT;
        double divisor = countsRows ? train.size() : 1;
        return Arrays.stream(table(scores))
                .map(row -> Arrays.stream(removed)
                        .mapToDouble(i -> row[i] / divisor)
                        .toArray())
                .toArray(double[][]::new);
    }

    private static double[][] table(Scores scores) {
        return IntStream.range(0, scores.queries()).mapToObj(scores::row).toArray(double[][]::new);
    }

    private static double rootMeanSquare(double[][] values) {
        ToDoubleFunction<double[]> squares =
                row -> Arrays.stream(row).map(v -> v * v).sum();
        return Math.sqrt(Arrays.stream(values).mapToDouble(squares).sum()
                / Math.max(1, Arrays.stream(values).mapToInt(row -> row.length).sum()));
    }
}

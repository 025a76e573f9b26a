package org.expunge.cli.method;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.expunge.cli.method.Plan.Recipe;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.damping.TrainingLength;
import org.expunge.influence.gradient.Projection;
import org.expunge.influence.gradient.Truncation;
import org.expunge.influence.score.Cosine;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.Gas;
import org.expunge.influence.score.GasL;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.InnerProduct;
import org.expunge.influence.score.QuerySolver;
import org.expunge.influence.score.SelfInfluence;
import org.expunge.influence.score.TracInCp;
import org.expunge.influence.score.TracInLast;
import org.expunge.influence.score.TrajectoryEstimator;
import org.expunge.influence.score.Weighting;
import org.expunge.influence.score.automatic.AutomaticInfluence;
import org.expunge.influence.score.dropout.DropoutEnsemble;
import org.expunge.influence.score.dropout.EnsembleInnerProduct;
import org.expunge.influence.score.ensemble.ScoreEnsemble;
import org.expunge.influence.score.hydra.FastHydra;
import org.expunge.influence.score.hydra.Hydra;
import org.expunge.influence.score.localensemble.CurvedDirections;
import org.expunge.influence.score.localensemble.LocalEnsemble;
import org.expunge.influence.score.outlier.IsolationForest;
import org.expunge.influence.score.outlier.OutlierGradients;
import org.expunge.influence.score.relative.RelatIf;
import org.expunge.influence.score.relative.RowEffects;
import org.expunge.influence.score.representer.RepresenterPoints;
import org.expunge.influence.score.sketch.TracInRp;
import org.expunge.influence.score.target.Target;
import org.expunge.influence.score.tracin.TracInIdeal;
import org.expunge.influence.score.trak.Trak;
import org.expunge.influence.solver.Lanczos;
import org.expunge.influence.training.Checkpoint;

/** All methods, by name. */
public final class Methods {
    private static final List<Method> ALL = List.of(
            new Method(
                    "automatic",
                    "damped Gauss-Newton, with damping and the length of solves chosen by itself",
                    Methods::automatic),
            new Method("influence-function", "inverse curvature between two gradients", Methods::influenceFunction),
            new Method("relatif", "influence relative to a row's own effect", Methods::relatIf),
            new Method("generalized", "influence where a share of the parameters moves", Generalized::plan),
            new Method("group", "influence of rows that are removed together", Removals::plan),
            new Method(
                    "input-perturbation",
                    "how influence changes with each feature of a row",
                    Methods::inputPerturbation),
            new Method("inner-product", "inner product of gradients at the last checkpoint", Methods::innerProduct),
            new Method(
                    "ensemble-inner-product",
                    "inner product averaged over sub-networks with units dropped",
                    Methods::dropout),
            new Method("cosine", "cosine of gradients at the last checkpoint", Methods::cosine),
            new Method("tracin-cp", "inner products over all checkpoints", options -> sum(options, TracInCp::new)),
            new Method(
                    "tracin-last",
                    "inner products over all checkpoints, last layer alone",
                    options -> sum(options, TracInLast::new)),
            new Method("tracin-rp", "inner products over all checkpoints, gradients projected", Methods::tracInRp),
            new Method("gas", "cosines over all checkpoints", options -> sum(options, Gas::new)),
            new Method("gas-l", "cosines layer by layer over all checkpoints", options -> sum(options, GasL::new)),
            new Method("trak", "a regression on projected gradients of margins", Methods::trak),
            new Method(
                    "tracin-ideal",
                    "the fall of the input's loss at each step, shared by its rows",
                    options -> table(bench -> tracInIdeal(bench, TracInIdeal.Kind.LOSS_FALL))),
            new Method(
                    "tracin-first-order",
                    "each row's first-order part of that fall",
                    options -> table(bench -> tracInIdeal(bench, TracInIdeal.Kind.FIRST_ORDER))),
            new Method(
                    "hydra",
                    "the training differentiated by each row's weight, with Hessians",
                    options -> table(bench -> new Hydra(bench.engine(), bench.replay(), bench.limits()))),
            new Method(
                    "hydra-fast",
                    "the training differentiated, without Hessians",
                    options -> table(bench -> new FastHydra(bench.engine(), bench.replay(), bench.limits()))),
            new Method("representer-points", "parts of a logit, by the last layer fitted again", Methods::representer),
            new Method("local-ensemble", "how far a prediction is left open", Methods::localEnsemble),
            new Method("outlier-l1", "size of a row's gradient", o -> outlier(o, OutlierGradients.Measure.L1)),
            new Method("outlier-l2", "squared size of a row's gradient", o -> outlier(o, OutlierGradients.Measure.L2)),
            new Method(
                    "outlier-forest",
                    "isolation of a row's gradient",
                    o -> outlier(o, OutlierGradients.Measure.ISOLATION_FOREST)),
            new Method(
                    "self-influence",
                    "each row on itself, over all checkpoints or with --curvature",
                    Methods::selfInfluence));

    /** Directions of high curvature that are taken out; more change little on small nets. */
    private static final int LOCAL_ENSEMBLE_RANK = 20;

    /** The names, as candidates for an option's value. */
    public static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return ALL.stream().map(Method::name).iterator();
        }
    }

    @FunctionalInterface
    private interface OverCheckpoints {
        Estimator of(Engine engine, List<Checkpoint> checkpoints, TrajectoryEstimator.Options options);
    }

    private Methods() {}

    /**
     * Finds a method.
     *
     * @param name as on the command line
     * @throws IllegalArgumentException if there is none; the message lists all
     */
    public static Method named(String name) {
        return ALL.stream()
                .filter(method -> method.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "--method must be one of " + String.join(", ", new Names()) + ", got " + name));
    }

    /** Returns a line a method: its name and what it is. */
    public static String[] lines() {
        return ALL.stream()
                .map(method -> String.format("  %-24s%s", method.name(), method.summary()))
                .toArray(String[]::new);
    }

    /** Makes the estimator that audits rest on. */
    public static Estimator gas(Engine engine, List<Checkpoint> checkpoints) {
        return new Gas(engine, checkpoints, alongTraining(checkpoints));
    }

    /** Returns how audits weigh checkpoints and cut their work. */
    public static TrajectoryEstimator.Options alongTraining(List<Checkpoint> checkpoints) {
        return TrajectoryEstimator.Options.DEFAULT.withWeighting(customary(checkpoints));
    }

    /** Averages over the models that it is given. */
    static Plan table(Recipe<Estimator> recipe) {
        return new Plan.Table(bench -> {
            List<Estimator> members = new ArrayList<>();
            for (Bench member : bench.members()) {
                members.add(recipe.on(member));
            }
            return members.size() == 1 ? members.get(0) : new ScoreEnsemble(members, bench.limits());
        });
    }

    private static Plan automatic(MethodOptions options) {
        AutomaticInfluence.Options base = AutomaticInfluence.Options.DEFAULT;
        int products = options.iterations().orElse(base.maxProducts());
        long seed = options.seed().orElse(base.seed());
        Units units = options.units();
        return table(bench -> units.of(bench.closing(bench.fitting(
                "damping and factors",
                () -> AutomaticInfluence.fit(
                        bench.engine(),
                        bench.model(),
                        bench.train(),
                        TrainingLength.of(bench.run()),
                        bench.decay(),
                        new AutomaticInfluence.Options(
                                base.sampleRows(), base.stability(), products, seed, bench.cutOfSolves()))))));
    }

    private static Plan influenceFunction(MethodOptions options) {
        Optional<Target> target = Targets.of(options);
        Recipe<Inversion> inversion = Solvers.of(options, Curvature.EKFAC);
        if (target.isPresent()) {
            return Targets.byInfluence(target.get(), inversion);
        }
        Units units = options.units();
        Optional<Truncation> truncation = options.queryRank().map(Truncation::toRank);
        return table(bench -> {
            Inversion made = inversion.on(bench);
            InfluenceFunction.Options whole = made.match(closed -> bench.cut(), solved -> bench.cutOfSolves());
            InfluenceFunction.Options cut =
                    truncation.map(whole::withTruncation).orElse(whole);
            return units.of(new InfluenceFunction(bench.engine(), bench.model(), made.solvers(), cut));
        });
    }

    private static Plan relatIf(MethodOptions options) {
        RelatIf.Norm norm = options.norm().orElse(RelatIf.Norm.PARAMETERS);
        Recipe<Inversion> inversion = Solvers.of(options, Curvature.EKFAC);
        return table(bench ->
                new RelatIf(bench.engine(), bench.model(), inversion.on(bench).solvers(), norm, bench.cut()));
    }

    private static Plan inputPerturbation(MethodOptions options) {
        Recipe<Inversion> inversion = Solvers.of(options, Curvature.EKFAC);
        return new Plan.Features(bench -> inversion.on(bench).solvers());
    }

    private static Plan innerProduct(MethodOptions options) {
        return Targets.of(options)
                .map(Targets::byInnerProduct)
                .orElseGet(() ->
                        table(bench -> new InnerProduct(bench.engine(), bench.model(), bench.cut(Weighting.UNIFORM))));
    }

    private static Plan cosine(MethodOptions options) {
        return table(bench -> new Cosine(bench.engine(), bench.model(), bench.cut(Weighting.UNIFORM)));
    }

    private static Plan dropout(MethodOptions options) {
        DropoutEnsemble base = DropoutEnsemble.DEFAULT;
        DropoutEnsemble ensemble = new DropoutEnsemble(
                options.members().orElse(base.members()),
                options.dropped().orElse(base.dropped()),
                options.seed().orElse(base.seed()));
        return Targets.of(options)
                .map(target -> Targets.byEnsemble(target, ensemble))
                .orElseGet(() -> table(bench -> new EnsembleInnerProduct(
                        bench.engine(), bench.model(), ensemble, bench.cut(Weighting.UNIFORM))));
    }

    /** Averages over the projections and models that it is given by itself. */
    private static Plan trak(MethodOptions options) {
        Trak.Options base = Trak.Options.DEFAULT;
        double threshold = options.threshold().orElse(base.threshold());
        Projection projection = projection(options, base.projection());
        double damping = options.damping().map(Damping::share).orElse(base.relativeDamping());
        return new Plan.Table(bench -> new Trak(
                bench.engine(),
                bench.models(),
                new Trak.Options(projection, damping, Trak.Target.LOSS, threshold, bench.limits())));
    }

    private static Plan tracInRp(MethodOptions options) {
        Projection projection = projection(options, TracInRp.Options.DEFAULT.projection());
        var weighting = options.weighting();
        return table(bench -> {
            List<Checkpoint> checkpoints = bench.trajectory();
            return new TracInRp(
                    bench.engine(),
                    checkpoints,
                    new TracInRp.Options(
                            projection, weighting.orElseGet(() -> customary(checkpoints)), bench.limits()));
        });
    }

    private static Estimator tracInIdeal(Bench bench, TracInIdeal.Kind kind) {
        return new TracInIdeal(bench.engine(), bench.replay(), kind, bench.limits());
    }

    private static Plan representer(MethodOptions options) {
        RepresenterPoints.Options base = RepresenterPoints.Options.DEFAULT;
        double penalty = options.penalty().orElse(base.penalty());
        double tolerance = options.tolerance().orElse(base.tolerance());
        int steps = options.iterations().orElse(base.maxSteps());
        return table(bench -> new RepresenterPoints(
                bench.engine(),
                bench.model(),
                new RepresenterPoints.Options(penalty, tolerance, steps, bench.limits())));
    }

    private static Plan localEnsemble(MethodOptions options) {
        int rank = options.rank().orElse(LOCAL_ENSEMBLE_RANK);
        Lanczos.Options base = Lanczos.Options.DEFAULT;
        Lanczos.Options lanczos = new Lanczos.Options(
                options.steps().orElse(Math.max(base.steps(), 2 * rank)),
                base.invariance(),
                options.seed().orElse(base.seed()));
        return new Plan.PerInput("models that fit the rows alike differ there", bench -> {
            CurvedDirections directions = bench.fittingOnce(
                    "the Hessian's outer eigenvectors",
                    lanczos,
                    () -> CurvedDirections.of(Curvature.HESSIAN.operator(bench), rank, lanczos, bench.eigen()));
            LocalEnsemble ensemble = new LocalEnsemble(
                    bench.engine(), bench.model(), directions, LocalEnsemble.Prediction.LOGIT, bench.limits());
            return inputs -> ensemble.scores(inputs)[directions.size()];
        });
    }

    private static Plan outlier(MethodOptions options, OutlierGradients.Measure measure) {
        OutlierGradients.Options base = OutlierGradients.Options.DEFAULT;
        boolean isForest = measure == OutlierGradients.Measure.ISOLATION_FOREST;
        Projection projection = isForest ? projection(options, base.projection()) : base.projection();
        IsolationForest.Options forest = isForest ? forest(options, base.forest(), projection.seed()) : base.forest();
        boolean isWhole = options.isWhole();
        return new Plan.Rows(
                "the row's gradient stands apart",
                !isForest,
                bench -> new OutlierGradients(
                        bench.engine(),
                        bench.model(),
                        new OutlierGradients.Options(measure, !isWhole, projection, forest, bench.limits()))::scores);
    }

    private static IsolationForest.Options forest(MethodOptions options, IsolationForest.Options base, long seed) {
        return new IsolationForest.Options(options.members().orElse(base.trees()), base.sample(), seed);
    }

    private static Projection projection(MethodOptions options, Projection base) {
        return Projection.signs(
                options.dimensions().orElse(base.dimensions()), options.seed().orElse(base.seed()));
    }

    private static Plan sum(MethodOptions options, OverCheckpoints method) {
        var weighting = options.weighting();
        return table(bench -> {
            List<Checkpoint> checkpoints = bench.trajectory();
            return method.of(bench.engine(), checkpoints, bench.cut(weighting.orElseGet(() -> customary(checkpoints))));
        });
    }

    private static Plan selfInfluence(MethodOptions options) {
        if (options.curvature().isPresent() || options.factors().isPresent()) {
            Recipe<Inversion> inversion = Solvers.of(options, Curvature.EKFAC);
            return new Plan.Rows("a large score marks a mislabelled or unusual row", true, bench -> {
                QuerySolver solver = inversion.on(bench).solvers().get();
                return rows -> {
                    RowEffects effects = RowEffects.of(bench.engine(), bench.model(), solver, rows);
                    bench.warnOf(effects.evidence());
                    return effects.selfInfluence();
                };
            });
        }
        var weighting = options.weighting();
        return new Plan.Rows("a large score marks a mislabelled or unusual row", true, bench -> {
            List<Checkpoint> checkpoints = bench.trajectory();
            return new SelfInfluence(bench.engine(), checkpoints, weighting.orElseGet(() -> customary(checkpoints)))
                    ::scores;
        });
    }

    /** A model that was not trained here has no learning rate to weigh by. */
    private static Weighting customary(List<Checkpoint> checkpoints) {
        boolean hasRates = checkpoints.stream().anyMatch(c -> c.learningRate() > 0);
        return hasRates ? Weighting.LEARNING_RATE : Weighting.UNIFORM;
    }
}

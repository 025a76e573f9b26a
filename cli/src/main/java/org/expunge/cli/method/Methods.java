package org.expunge.cli.method;

import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.expunge.influence.compute.Engine;
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
import org.expunge.influence.score.dropout.DropoutEnsemble;
import org.expunge.influence.score.dropout.EnsembleInnerProduct;
import org.expunge.influence.score.relative.RelatIf;
import org.expunge.influence.training.Checkpoint;

/** All methods, by name. */
public final class Methods {
    private static final List<Method> ALL = List.of(
            new Method("influence-function", "inverse curvature between two gradients", Methods::influenceFunction),
            new Method("relatif", "the same, relative to a row's own effect", Methods::relatIf),
            new Method(
                    "inner-product",
                    "inner product of gradients at the last checkpoint",
                    options -> table(
                            bench -> new InnerProduct(bench.engine(), bench.model(), bench.cut(Weighting.UNIFORM)))),
            new Method(
                    "ensemble-inner-product",
                    "the same, averaged over sub-networks with units dropped",
                    Methods::dropout),
            new Method(
                    "cosine",
                    "cosine of gradients at the last checkpoint",
                    options -> table(bench -> new Cosine(bench.engine(), bench.model(), bench.cut(Weighting.UNIFORM)))),
            new Method("tracin-cp", "inner products over all checkpoints", options -> sum(options, TracInCp::new)),
            new Method("tracin-last", "the same, of the last layer alone", options -> sum(options, TracInLast::new)),
            new Method("gas", "cosines over all checkpoints", options -> sum(options, Gas::new)),
            new Method("gas-l", "cosines layer by layer over all checkpoints", options -> sum(options, GasL::new)),
            new Method("self-influence", "each row on itself, over all checkpoints", Methods::selfInfluence));

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

    /** Makes the estimator that audits rest on. */
    public static Estimator gas(Engine engine, List<Checkpoint> checkpoints) {
        return new Gas(engine, checkpoints, TrajectoryEstimator.Options.DEFAULT.withWeighting(customary(checkpoints)));
    }

    private static Plan table(Plan.Recipe<Estimator> recipe) {
        return new Plan.Table(recipe);
    }

    private static Plan influenceFunction(MethodOptions options) {
        Plan.Recipe<Supplier<QuerySolver>> solvers = Solvers.of(options);
        Units units = options.units();
        return table(bench ->
                units.of(new InfluenceFunction(bench.engine(), bench.model(), solvers.on(bench), bench.cut())));
    }

    private static Plan relatIf(MethodOptions options) {
        RelatIf.Norm norm = options.norm().orElse(RelatIf.Norm.PARAMETERS);
        Plan.Recipe<Supplier<QuerySolver>> solvers = Solvers.of(options);
        return table(bench -> new RelatIf(bench.engine(), bench.model(), solvers.on(bench), norm, bench.cut()));
    }

    private static Plan dropout(MethodOptions options) {
        DropoutEnsemble base = DropoutEnsemble.DEFAULT;
        DropoutEnsemble ensemble = new DropoutEnsemble(
                options.members().orElse(base.members()),
                options.dropped().orElse(base.dropped()),
                options.seed().orElse(base.seed()));
        return table(bench ->
                new EnsembleInnerProduct(bench.engine(), bench.model(), ensemble, bench.cut(Weighting.UNIFORM)));
    }

    private static Plan sum(MethodOptions options, OverCheckpoints method) {
        var weighting = options.weighting();
        return table(bench -> {
            List<Checkpoint> checkpoints = bench.trajectory();
            return method.of(bench.engine(), checkpoints, bench.cut(weighting.orElseGet(() -> customary(checkpoints))));
        });
    }

    private static Plan selfInfluence(MethodOptions options) {
        var weighting = options.weighting();
        return new Plan.Rows("a large score marks a mislabelled or unusual row", bench -> {
            List<Checkpoint> checkpoints = bench.trajectory();
            return new SelfInfluence(bench.engine(), checkpoints, weighting.orElseGet(() -> customary(checkpoints)))
                    .scores(bench.train());
        });
    }

    /** A model that was not trained here has no learning rate to weigh by. */
    private static Weighting customary(List<Checkpoint> checkpoints) {
        boolean hasRates = checkpoints.stream().anyMatch(c -> c.learningRate() > 0);
        return hasRates ? Weighting.LEARNING_RATE : Weighting.UNIFORM;
    }
}

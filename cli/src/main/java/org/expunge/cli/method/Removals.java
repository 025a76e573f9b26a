package org.expunge.cli.method;

import static com.google.common.base.Preconditions.checkArgument;

import java.nio.file.Path;
import java.util.List;
import org.expunge.cli.method.Plan.Recipe;
import org.expunge.cli.method.Plan.Removal;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.score.group.GroupEffect;
import org.expunge.influence.score.group.GroupInfluence;
import org.expunge.influence.score.group.GroupInfluence.Objective;
import org.expunge.influence.score.group.GroupInfluence.Order;

/** What removing groups of rows does, from the options. */
final class Removals {
    /** Predicts one way. */
    private record Predictor(GroupInfluence influence, Order order, Objective objective) implements Removal {
        @Override
        public GroupEffect effect(int[] rows) {
            return influence.effect(rows, order, objective);
        }

        @Override
        public double[] rises(GroupEffect effect, Dataset inputs) {
            return influence.rise(effect, inputs);
        }
    }

    private Removals() {}

    /** Reads the options. */
    static Plan plan(MethodOptions options) {
        List<Path> files = options.groups();
        checkArgument(!files.isEmpty(), "name the groups: --group FILE, with one id of a training row a line");
        Order order = options.order().orElse(Order.SECOND);
        Objective objective = options.objective().orElse(Objective.REMAINING);
        Recipe<Inversion> inversion = Solvers.of(options, Curvature.GAUSS_NEWTON);
        checkArgument(
                order != Order.NEWTON
                        || !options.curvature().orElse(Curvature.GAUSS_NEWTON).isFitted(),
                "--order newton solves over the rows that remain and needs --curvature gauss-newton, hessian or "
                        + "empirical-fisher");
        Solver solver = options.solver().orElse(Solver.CG);
        checkArgument(
                solver == Solver.CG || solver == Solver.CLOSED_FORM,
                "--method group solves with cg, not with --solver %s",
                solver);
        return new Plan.Groups(files, bench -> new Predictor(influence(bench, inversion.on(bench)), order, objective));
    }

    private static GroupInfluence influence(Bench bench, Inversion inversion) {
        return inversion.match(
                closed -> new GroupInfluence(
                        bench.engine(), bench.model(), Curvature.GAUSS_NEWTON.operator(bench), closed.inverse()),
                solved -> new GroupInfluence(bench.engine(), bench.model(), solved.system()));
    }
}

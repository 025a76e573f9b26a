package org.expunge.influence.score.group;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.EmpiricalFisher;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.Hessian;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.LossOperator;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.CurvatureSystem;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.QuerySolver;

/**
 * The change of the parameters, and of other rows' losses, when a group S of training rows is removed; to first order,
 * to second, or by an exact Newton step on the rows that remain. With C the curvature of the mean training loss and of
 * its decay, b the gradient that removing S adds and D the curvature that it adds,
 *
 * <ul>
 *   <li>first order: {@code x₁ = (C + λI)⁻¹ b};
 *   <li>second order: {@code x₁ − (C + λI)⁻¹ D x₁};
 *   <li>Newton: {@code (C + D + λI)⁻¹ b}, exact where the loss is quadratic.
 * </ul>
 *
 * <p>With {@code r = |S| / n}, {@link Objective#REMAINING} has {@code b = r/(1−r) · (ḡ_S + decay)} and {@code D =
 * r/(1−r) · (C − C_S)}; {@link Objective#UNSCALED} has {@code b = r ḡ_S} and {@code D = −r C_S} without decay. The
 * model is taken to be at the optimum of its training objective.
 *
 * <p><b>Shapes.</b> {@code p} parameters; a group of 1 to n − 1 rows.
 *
 * <p><b>Units.</b> Parameter units; loss of a row.
 *
 * <p><b>Cost.</b> First order: one solve. Second order: two, and one product over all rows and one over the group.
 * Newton: one solve over the rows that remain.
 *
 * <p><b>Source.</b> P. W. Koh, K. Ang, H. Teo and P. Liang, "On the Accuracy of Influence Functions for Measuring Group
 * Effects", NeurIPS 2019; S. Basu, X. You and S. Feizi, "On Second-Order Group Influence Functions for Black-Box
 * Predictions", ICML 2020. The sign of the second term is that of the expansion above: released code has the other one,
 * with which the error grows.
 */
public final class GroupInfluence {
    /** How the change is predicted. */
    public enum Order {
        /** Sum of the rows' influences: neglects that the group takes curvature away. */
        FIRST,
        /** With the first correction for the curvature that changes. */
        SECOND,
        /** Newton's step with the curvature of the rows that remain. */
        NEWTON
    }

    /** What the model is trained on without the group. */
    public enum Objective {
        /** The mean loss over the rows that remain, and the same decay: what training on them does. */
        REMAINING,
        /**
         * The sum over the rows that remain, still divided by n, and the same decay: influence as score / n counts it.
         */
        UNSCALED
    }

    private final Engine engine;
    private final Model model;
    private final LossOperator curvature;
    private final Supplier<QuerySolver> solvers;
    private final Optional<CurvatureSystem> system;

    /**
     * Predicts with a solved system.
     *
     * @param engine where to compute
     * @param model the model
     * @param system curvature over all training rows, with the decay that the model was trained with; stays the
     *     caller's
     */
    public GroupInfluence(Engine engine, Model model, CurvatureSystem system) {
        this(engine, model, system.curvature(), () -> QuerySolver.of(system), Optional.of(system));
    }

    /**
     * Predicts with an inverse in closed form; to first and second order only.
     *
     * @param engine where to compute
     * @param model the model
     * @param curvature over all training rows, with the decay that the model was trained with; stays the caller's
     * @param inverse near the inverse of that curvature, damped; stays the caller's
     */
    public GroupInfluence(Engine engine, Model model, LossOperator curvature, InverseCurvature inverse) {
        this(engine, model, curvature, () -> QuerySolver.of(inverse), Optional.empty());
    }

    private GroupInfluence(
            Engine engine,
            Model model,
            LossOperator curvature,
            Supplier<QuerySolver> solvers,
            Optional<CurvatureSystem> system) {
        this.engine = engine;
        this.model = model;
        this.curvature = curvature;
        this.solvers = solvers;
        this.system = system;
        int parameters = model.network().layout().length();
        int dimension = solvers.get().dimension();
        checkArgument(
                dimension == parameters && curvature.dimension() == parameters,
                "the curvature is of %s parameters and its inverse of %s but the model has %s",
                curvature.dimension(),
                dimension,
                parameters);
    }

    /**
     * Predicts what removing a group does to the parameters.
     *
     * @param group indices of training rows: of the rows that the curvature is over
     * @param order how to predict it
     * @param objective what the model is trained on without the group
     * @throws IllegalArgumentException if the group is empty or holds all rows, or a Newton step is asked of an inverse
     *     in closed form
     */
    public GroupEffect effect(int[] group, Order order, Objective objective) {
        int n = curvature.data().size();
        checkArgument(
                group.length >= 1 && group.length < n,
                "a group has 1 to %s of the %s rows, got %s",
                n - 1,
                n,
                group.length);
        double share = group.length / (double) n;
        double[] b = addedGradient(curvature.data().select(group), share, objective);
        if (order == Order.NEWTON) {
            return newton(group, b, share, objective);
        }
        QuerySolver solver = solvers.get();
        double[] first = solver.solve(b);
        double[] change = order == Order.FIRST ? first : second(first, group, share, objective, solver);
        return effect(group, order, objective, change, solver.evidence());
    }

    /**
     * Returns how much each row's loss rises, to first order in the parameters: {@code g_qᵀ Δ}.
     *
     * @param effect of removing a group
     * @param queries m rows with the labels that are asked about
     * @return m numbers
     */
    public double[] rise(GroupEffect effect, Dataset queries) {
        return new PerExample(engine).dots(model, queries, effect.change().toArray());
    }

    /**
     * Returns how much each row's loss rises when the parameters are moved by the predicted change.
     *
     * @param effect of removing a group
     * @param queries m rows with the labels that are asked about
     * @return m numbers
     */
    public double[] riseAtMovedModel(GroupEffect effect, Dataset queries) {
        PerExample perExample = new PerExample(engine);
        double[] before = perExample.losses(model, queries);
        double[] rise = perExample.losses(moved(effect), queries);
        Arrays.setAll(rise, q -> rise[q] - before[q]);
        return rise;
    }

    /** Returns the model with its parameters moved by the predicted change. */
    public Model moved(GroupEffect effect) {
        double[] change = effect.change().toArray();
        double[] parameters = model.parameters();
        Arrays.setAll(parameters, i -> parameters[i] + change[i]);
        return model.withParameters(parameters);
    }

    private static GroupEffect effect(
            int[] group, Order order, Objective objective, double[] change, Provenance.Inverse evidence) {
        return new GroupEffect(group.length, order, objective, ParameterVector.of(change), evidence);
    }

    /** The training objective's gradient without the group, where it is 0 with it, times −1. */
    private double[] addedGradient(Dataset group, double share, Objective objective) {
        double[] b = new PerExample(engine).meanGradient(model, group);
        if (objective == Objective.REMAINING) {
            curvature.decay().addProduct(model.network(), 1, model.parameters(), b);
        }
        double factor = objective == Objective.REMAINING ? share / (1 - share) : share;
        return scaled(factor, b);
    }

    private double[] second(double[] first, int[] group, double share, Objective objective, QuerySolver solver) {
        double[] correction = solver.solve(addedCurvature(first, group, share, objective));
        double[] change = first.clone();
        Arrays.setAll(change, i -> first[i] - correction[i]);
        return change;
    }

    private double[] addedCurvature(double[] x, int[] group, double share, Objective objective) {
        boolean isMean = objective == Objective.REMAINING;
        double[] ofGroup = new double[x.length];
        try (LossOperator over = over(curvature.data().select(group), isMean ? curvature.decay() : WeightDecay.NONE)) {
            over.apply(x, ofGroup);
        }
        if (!isMean) {
            return scaled(-share, ofGroup);
        }
        double[] ofAll = new double[x.length];
        curvature.apply(x, ofAll);
        Arrays.setAll(ofAll, i -> ofAll[i] - ofGroup[i]);
        return scaled(share / (1 - share), ofAll);
    }

    /** Where the sum is still divided by n, the whole system is divided by the share that remains. */
    private GroupEffect newton(int[] group, double[] b, double share, Objective objective) {
        CurvatureSystem all = system.orElseThrow(
                () -> new IllegalArgumentException(
                        "a Newton step on the remaining rows needs a curvature that can be solved, not an inverse in closed form"));
        double left = objective == Objective.REMAINING ? 1 : 1 - share;
        WeightDecay decay = new WeightDecay(curvature.decay().l2() / left);
        try (LossOperator remaining = over(curvature.data().without(group), decay)) {
            QuerySolver solver = QuerySolver.of(
                    new CurvatureSystem(remaining, all.damping() / left, all.preconditioner(), all.options()));
            double[] change = solver.solve(scaled(1 / left, b));
            return effect(group, Order.NEWTON, objective, change, solver.evidence());
        }
    }

    private LossOperator over(Dataset rows, WeightDecay decay) {
        if (curvature instanceof Hessian) {
            return new Hessian(engine, model, rows, decay);
        }
        return curvature instanceof GaussNewton
                ? new GaussNewton(engine, model, rows, decay)
                : new EmpiricalFisher(engine, model, rows, decay);
    }

    private static double[] scaled(double factor, double[] x) {
        return Arrays.stream(x).map(value -> factor * value).toArray();
    }
}

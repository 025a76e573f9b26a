package org.expunge.influence.score.target;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.GradientSums;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Pass;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Weights;
import org.expunge.influence.score.CurvatureSystem;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.QuerySolver;
import org.expunge.influence.score.dropout.DropoutEnsemble;

/**
 * Scores of training rows for a {@link Target} over validation rows: {@code ∇f_Vᵀ C⁻¹ g_i}, with the identity for C
 * (the inner product) or any inverse curvature or solve.
 *
 * <p><b>Shapes.</b> n training rows give n numbers.
 *
 * <p><b>Units.</b> Those of the target; divided by n, about its rise when row i is removed.
 *
 * <p><b>Cost.</b> Two forward passes and one backward pass over the validation rows, one inverse product or solve, and
 * a forward and backward pass over the training rows. Memory is that of {@link Outputs}, and a few vectors of p
 * numbers.
 *
 * <p><b>Source.</b> Z. Yang, H. Yue, J. Chen, H. Liu, "Revisit, Extend, and Enhance Hessian-Free Influence Functions",
 * arXiv:2405.17490, 2024; A. Chhabra, P. Li, P. Mohapatra and H. Liu, "What Data Benefits My Classifier?", ICLR 2024.
 */
public final class TargetInfluence {
    private final Engine engine;
    private final String method;
    private final List<Model> models;
    private final Supplier<QuerySolver> solvers;

    private TargetInfluence(Engine engine, String method, List<Model> models, Supplier<QuerySolver> solvers) {
        this.engine = engine;
        this.method = method;
        this.models = List.copyOf(models);
        this.solvers = solvers;
        int parameters = models.get(0).network().layout().length();
        int dimension = solvers.get().dimension();
        checkArgument(
                dimension == parameters,
                "the curvature is of %s parameters but the model has %s",
                dimension,
                parameters);
    }

    /** Scores by inner products with the target's gradient. */
    public static TargetInfluence innerProduct(Engine engine, Model model) {
        return new TargetInfluence(
                engine, "inner-product", List.of(model), () -> QuerySolver.identity(model.network()));
    }

    /** Scores by inner products averaged over sub-networks; a mask is the same for the target and all rows. */
    public static TargetInfluence ensemble(Engine engine, Model model, DropoutEnsemble ensemble) {
        return new TargetInfluence(
                engine, "ensemble-inner-product", ensemble.of(model), () -> QuerySolver.identity(model.network()));
    }

    /** Scores with an inverse in closed form, which stays the caller's. */
    public static TargetInfluence with(Engine engine, Model model, InverseCurvature inverse) {
        return with(engine, model, () -> QuerySolver.of(inverse));
    }

    /** Scores by solving a system once for each target; it stays the caller's. */
    public static TargetInfluence with(Engine engine, Model model, CurvatureSystem system) {
        return with(engine, model, () -> QuerySolver.of(system));
    }

    /**
     * Scores with whatever solves for the target's gradient.
     *
     * @param solvers gives a new solver for each target
     */
    public static TargetInfluence with(Engine engine, Model model, Supplier<QuerySolver> solvers) {
        return new TargetInfluence(engine, "influence-function", List.of(model), solvers);
    }

    /**
     * Scores every training row for a target.
     *
     * @param target what is to be low
     * @param train n rows
     * @param validation m rows with the labels and groups that the target needs
     * @throws IllegalArgumentException if they lack those
     */
    public TargetScores scores(Target target, Dataset train, Dataset validation) {
        double[] scores = new double[train.size()];
        double value = 0;
        QuerySolver solver = solvers.get();
        for (Model model : models) {
            TargetGradient gradient = gradient(engine, model, target, validation);
            double[] dots = dots(model, train, solver.solve(gradient.gradient()));
            for (int i = 0; i < scores.length; i++) {
                scores[i] += dots[i] / models.size();
            }
            value += gradient.value() / models.size();
        }
        return new TargetScores(target.name(), value, scores, provenance(solver));
    }

    /**
     * Returns a target's value and its gradient.
     *
     * @param engine where to compute
     * @param model the model
     * @param target what is to be low
     * @param validation m rows with the labels and groups that the target needs
     */
    public static TargetGradient gradient(Engine engine, Model model, Target target, Dataset validation) {
        Dataset rows = target.rows(engine, model, validation);
        TargetValue value = target.at(Outputs.of(engine, model, rows), rows);
        double[][] derivative = value.derivative();
        double largest = largest(derivative);
        double[] gradient = new double[model.network().layout().length()];
        try (Weights weights = Weights.of(engine.compute(), model);
                Passes passes = new Passes(engine, weights);
                GradientSums sums = new GradientSums(engine, model.network().layout())) {
            passes.forEachTile(rows, (worker, pass, from) -> {
                writeDelta(pass, derivative, from, 1 / largest);
                pass.backward(sums.of(worker));
            });
            sums.read(largest, gradient);
        }
        return new TargetGradient(value.value(), gradient);
    }

    /** Derivatives go to the device with size 1, so that means over many rows do not underflow there. */
    private static void writeDelta(Pass pass, double[][] derivative, int from, double scale) {
        int outputs = pass.network().outputs();
        int batch = pass.batch();
        double[] delta = new double[outputs * batch];
        for (int i = 0; i < delta.length; i++) {
            delta[i] = scale * derivative[from + i % batch][i / batch];
        }
        pass.compute().write(delta, 0, pass.outputDelta(), 0, delta.length);
    }

    private static double largest(double[][] derivative) {
        double largest = 0;
        for (double[] row : derivative) {
            for (double value : row) {
                largest = Math.max(largest, Math.abs(value));
            }
        }
        return largest > 0 && Double.isFinite(largest) ? largest : 1;
    }

    /** The direction goes to the device scaled by a power of two, so that tiny ones do not underflow there. */
    private double[] dots(Model model, Dataset train, double[] direction) {
        double scale = ParameterVector.powerOfTwoNear(direction);
        double[] scaled = Arrays.stream(direction).map(value -> value / scale).toArray();
        double[] dots = new PerExample(engine).dots(model, train, scaled);
        return Arrays.stream(dots).map(value -> scale * value).toArray();
    }

    private Provenance provenance(QuerySolver solver) {
        Network network = models.get(0).network();
        List<Provenance.UsedCheckpoint> used = new ArrayList<>();
        for (int k = 0; k < models.size(); k++) {
            used.add(new Provenance.UsedCheckpoint(k, 0, 1, 1.0 / models.size()));
        }
        return new Provenance(
                method,
                used,
                solver.curvature(),
                solver.damping(),
                solver.layers(network),
                solver.coveragePercent(),
                Provenance.Units.INNER_PRODUCT,
                engine.compute().name(),
                engine.compute().precision(),
                Provenance.Skipped.NONE,
                solver.evidence());
    }
}

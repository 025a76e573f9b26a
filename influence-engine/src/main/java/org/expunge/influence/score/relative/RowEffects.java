package org.expunge.influence.score.relative;

import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.VectorMath;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.QuerySolver;

/**
 * What training rows do to themselves and to the model, with curvature: self-influence {@code g_iᵀ C⁻¹ g_i} (n times
 * the rise of a row's own loss when it is removed) and the length {@code ‖C⁻¹ g_i‖} of n times the step that removing
 * it makes. Large self-influence marks mislabelled and unusual rows.
 *
 * <p><b>Units.</b> Loss, and parameter units.
 *
 * <p><b>Cost.</b> A forward and backward pass over the rows, and one inverse product or solve a row; with a solver that
 * iterates this is n solves. A tile's gradients and answers are held at a time: {@code 16 · tile · p} bytes.
 *
 * <p><b>Source.</b> P. W. Koh and P. Liang, "Understanding Black-box Predictions via Influence Functions", ICML 2017,
 * section 5.4; E. Barshan, M. Brunet and G. K. Dziugaite, "RelatIF: Identifying Explanatory Training Samples via
 * Relative Influence", AISTATS 2020.
 */
public final class RowEffects {
    private final double[] selfInfluence;
    private final double[] steps;
    private final Provenance.Inverse evidence;

    private RowEffects(double[] selfInfluence, double[] steps, Provenance.Inverse evidence) {
        this.selfInfluence = selfInfluence;
        this.steps = steps;
        this.evidence = evidence;
    }

    /**
     * Computes both for every row, with the label that it carries.
     *
     * @param engine where to compute
     * @param model the model
     * @param solver for the model's parameters
     * @param rows n rows
     */
    public static RowEffects of(Engine engine, Model model, QuerySolver solver, Dataset rows) {
        double[] selfInfluence = new double[rows.size()];
        double[] steps = new double[rows.size()];
        for (int from = 0; from < rows.size(); from += engine.tile()) {
            int[] some = IntStream.range(from, Math.min(rows.size(), from + engine.tile()))
                    .toArray();
            double[][] gradients = new PerExample(engine).gradients(model, rows.select(some));
            double[][] effects = solver.solveAll(gradients);
            for (int i = 0; i < some.length; i++) {
                selfInfluence[some[i]] = VectorMath.dot(gradients[i], effects[i]);
                steps[some[i]] = Math.sqrt(VectorMath.dot(effects[i], effects[i]));
            }
        }
        return new RowEffects(selfInfluence, steps, solver.evidence());
    }

    /** Returns the bytes of a tile's gradients and answers. */
    static long tileBytes(Engine engine, Network network) {
        return 2L * Double.BYTES * engine.tile() * network.layout().length();
    }

    /** Returns {@code g_iᵀ C⁻¹ g_i} of each row; 0 or more if C is positive definite. */
    public double[] selfInfluence() {
        return selfInfluence.clone();
    }

    /** Returns {@code ‖C⁻¹ g_i‖₂} of each row. */
    public double[] steps() {
        return steps.clone();
    }

    /** Returns how the solves ended. */
    public Provenance.Inverse evidence() {
        return evidence;
    }
}

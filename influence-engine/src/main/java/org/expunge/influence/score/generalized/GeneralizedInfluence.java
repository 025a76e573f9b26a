package org.expunge.influence.score.generalized;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.solver.Cgls;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.solver.SolveResult;

/**
 * The change of a selection S of the parameters that answers a gradient g, with all others held where they are. H is
 * the damped curvature.
 *
 * <ul>
 *   <li>{@link Kind#GENERALIZED}: {@code argmin_x ‖H_{:,S} x − g‖²}: leaves the least gradient over all parameters;
 *   <li>{@link Kind#FROZEN}: {@code H_SS⁻¹ g_S}: what training S alone would do; looks at the gradient of S only;
 *   <li>{@link Kind#PROJECTED}: {@code (H⁻¹ g)_S}: the whole answer, cut down.
 * </ul>
 *
 * <p>With all parameters selected the three are {@code H⁻¹ g}.
 *
 * <p><b>Units.</b> Parameter units, for g in loss per parameter unit.
 *
 * <p><b>Accuracy.</b> Least squares throughout, so that an indefinite H is no obstacle; the residual reported is that
 * of the normal equations. Converges within k iterations but for rounding.
 *
 * <p><b>Cost.</b> Two products with H an iteration.
 *
 * <p><b>Source.</b> H. Lyu, J. Jang, S. Ryu and H. Yang, "Deeper Understanding of Black-box Predictions via Generalized
 * Influence Functions", arXiv:2312.05586, 2023. There by a Neumann series on the normal equations, here by CGLS.
 */
public final class GeneralizedInfluence {
    /** How the parameters that stay count. */
    public enum Kind {
        /** Their gradient is to vanish too. */
        GENERALIZED,
        /** They are neglected. */
        FROZEN,
        /** They are moved and then put back. */
        PROJECTED
    }

    /**
     * What was found and how.
     *
     * @param vector p numbers
     * @param solve how the solve behind it ended
     */
    public record Answer(ParameterVector vector, SolveResult solve) {}

    private final Kind kind;
    private final LinearOperator curvature;
    private final ParameterSelection selection;
    private final ParameterSelection all;
    private final Cgls solver;

    /**
     * Chooses what moves and how.
     *
     * @param kind how the parameters that stay count
     * @param curvature H, symmetric, with its damping
     * @param selection S
     * @param options when a solve stops; products with H and with its transpose both count
     */
    public GeneralizedInfluence(
            Kind kind, LinearOperator curvature, ParameterSelection selection, ConjugateGradient.Options options) {
        checkArgument(
                curvature.dimension() == selection.parameters(),
                "the curvature is of %s parameters but the selection is among %s",
                curvature.dimension(),
                selection.parameters());
        this.kind = kind;
        this.curvature = curvature;
        this.selection = selection;
        this.all = ParameterSelection.all(selection.parameters());
        this.solver = new Cgls(options);
    }

    /** Returns how the parameters that stay count. */
    public Kind kind() {
        return kind;
    }

    /** Returns S. */
    public ParameterSelection selection() {
        return selection;
    }

    /**
     * Finds the change that answers a gradient: 0 but in the selection.
     *
     * @param gradient p finite numbers
     */
    public Answer change(double[] gradient) {
        SolveResult solved = switch (kind) {
            case GENERALIZED -> least(all, selection, gradient);
            case FROZEN -> least(selection, selection, selection.gather(gradient));
            case PROJECTED -> least(all, all, gradient);
        };
        double[] solution = solved.solution().toArray();
        double[] selected = kind == Kind.PROJECTED ? selection.gather(solution) : solution;
        return new Answer(ParameterVector.of(selection.scatter(selected)), solved);
    }

    /**
     * Finds what gradients are to be dotted with for their changes' effect on a query: {@code s} with {@code sᵀ g =
     * g_qᵀ change(g)} for every g.
     *
     * @param query {@code g_q}, p finite numbers
     */
    public Answer direction(double[] query) {
        double[] selected = selection.gather(query);
        SolveResult solved = switch (kind) {
            case GENERALIZED -> least(selection, all, selected); // the shortest of all solutions
            case FROZEN -> least(selection, selection, selected);
            case PROJECTED -> least(all, all, selection.scatter(selected));
        };
        double[] solution = solved.solution().toArray();
        return new Answer(ParameterVector.of(kind == Kind.FROZEN ? selection.scatter(solution) : solution), solved);
    }

    private SolveResult least(ParameterSelection rows, ParameterSelection columns, double[] b) {
        return solver.solve(new OperatorBlock(curvature, rows, columns), ParameterVector.of(b), 0);
    }
}

package org.expunge.influence.score;

import java.util.List;
import java.util.SortedMap;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.network.Network;

/**
 * Finds {@code s_q = (C + λI)⁻¹ g_q}, with which {@code score(i → q) = s_qᵀ g_i}, and keeps count of how that went.
 * Serves one run.
 */
public interface QuerySolver {
    /** Stands for a curvature that is the identity: answers with the gradient itself. */
    static QuerySolver identity(Network network) {
        return new IdentitySolver(network.layout().length());
    }

    /** Multiplies by an inverse, which stays the caller's. */
    static QuerySolver of(InverseCurvature inverse) {
        return new ClosedForm(inverse);
    }

    /** Solves a system, which stays the caller's, for each gradient. */
    static QuerySolver of(CurvatureSystem system) {
        return new IterativeSolver(system);
    }

    /** Returns the name of C. */
    String curvature();

    /** Returns how many parameters C is for. */
    int dimension();

    /** Returns λ, the smallest where layers differ. */
    double damping();

    /** Returns the names of the layers that take part. */
    List<String> layers(Network network);

    /** Returns the share of the parameters that take part, in percent. */
    double coveragePercent();

    /** Returns what the answers depend on beside the model and the query. */
    SortedMap<String, String> inputs();

    /**
     * Solves.
     *
     * @param gradient {@code g_q}, left as it was
     * @return the answer, another array
     */
    double[] solve(double[] gradient);

    /**
     * Solves for several queries: as {@link #solve} on each, which is what this does unless the solver can share work
     * between them.
     *
     * @param gradients {@code g_q} of each, left as they were
     * @return the answers, in their order; other arrays
     */
    default double[][] solveAll(double[][] gradients) {
        double[][] answers = new double[gradients.length][];
        for (int q = 0; q < answers.length; q++) {
            answers[q] = solve(gradients[q]);
        }
        return answers;
    }

    /** Returns how the solves so far ended. */
    Provenance.Inverse evidence();
}

package org.expunge.influence.score;

import java.util.List;
import java.util.SortedMap;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.Directions;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Weights;

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

    /** Solves a system, which stays the caller's, for each gradient by conjugate gradients. */
    static QuerySolver of(CurvatureSystem system) {
        return of(system, SystemSolver.CG);
    }

    /**
     * Solves a system, which stays the caller's, for each gradient.
     *
     * @param system whose options bound the solves
     * @param solver how
     * @throws IllegalArgumentException if the system has a preconditioner and the solver takes none
     */
    static QuerySolver of(CurvatureSystem system, SystemSolver solver) {
        return new IterativeSolver(system, solver);
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

    /**
     * Solves for the gradients of some queries.
     *
     * @param engine where to compute
     * @param model the model
     * @param weights its weights on that engine's compute
     * @param queries the queries, at least 1; their targets are the labels differentiated
     * @return the answers, to dot rows with; the caller closes them
     */
    default Directions directions(Engine engine, Model model, Weights weights, Dataset queries) {
        double[][] answers = solveAll(new PerExample(engine).gradients(model, queries));
        return Directions.of(engine.compute(), model.network(), answers);
    }

    /** Returns the bytes that {@link #directions} takes for each query, at most. */
    default long bytesPerQuery(Engine engine, Network network) {
        // the gradient and the answer, and the answer on the compute
        return (long) network.layout().length()
                * (2 * Double.BYTES + engine.compute().bytesPerNumber());
    }

    /** Returns how the solves so far ended. */
    Provenance.Inverse evidence();
}

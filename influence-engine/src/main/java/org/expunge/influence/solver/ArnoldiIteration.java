package org.expunge.influence.solver;

import java.util.List;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;

/**
 * Builds a basis of Krylov vectors without assuming that the operator is symmetric: the Hessenberg matrix it measures
 * tells whether it is ({@link KrylovBasis#asymmetry}). For a fixed symmetric operator the basis is that of
 * {@link Lanczos}.
 *
 * <p><b>Shapes.</b> {@code A} is {@code p × p}; m steps give m vectors of length {@code p} and an {@code m × m} matrix.
 * Where the literature counts the vector that follows as well, its m is one more.
 *
 * <p><b>Units.</b> Eigenvalues are in the units of {@code A}: loss per squared parameter.
 *
 * <p><b>Accuracy.</b> Modified Gram-Schmidt, run twice, keeps the basis orthogonal to some roundings. A direction that
 * vanishes ends the iteration, with basis and matrix of the same size.
 *
 * <p><b>Cost.</b> One product a step, {@code 4 p m²} FLOP for m steps, and {@code m} vectors of doubles.
 *
 * <p><b>Source.</b> W. E. Arnoldi, "The Principle of Minimized Iterations in the Solution of the Matrix Eigenvalue
 * Problem", Quarterly of Applied Mathematics 9, 1951; for influence A. Schioppa, P. Zablotskaia, D. Vilar and A.
 * Sokolov, "Scaling Up Influence Functions", AAAI 2022, algorithm 1, which orthogonalises once.
 */
public final class ArnoldiIteration {
    private final KrylovRun run;

    /** Keeps the options; one instance serves many operators. */
    public ArnoldiIteration(Lanczos.Options options) {
        this.run = new KrylovRun(options, ArnoldiIteration::orthogonalise);
    }

    /**
     * Runs from a start of independent normal numbers.
     *
     * @param a the operator, at least {@code 1 × 1}
     * @return the basis, of at most {@code p} vectors
     * @throws IllegalArgumentException if a product is not finite
     */
    public KrylovBasis run(LinearOperator a) {
        return run.from(a, run.randomStart(a.dimension()));
    }

    /**
     * Runs from a given start.
     *
     * @param a the operator
     * @param start length {@code p}, finite and not 0
     * @return the basis, of at most {@code p} vectors
     * @throws IllegalArgumentException if the start is of another length, not finite or 0, or a product is not finite
     */
    public KrylovBasis run(LinearOperator a, ParameterVector start) {
        return run.from(a, start);
    }

    private static void orthogonalise(List<double[]> basis, double[] w, double[][] h, int column) {
        for (int pass = 0; pass < 2; pass++) {
            for (int j = 0; j <= column; j++) {
                double share = Vectors.dot(basis.get(j), w);
                h[j][column] += share;
                Vectors.addScaled(-share, basis.get(j), w);
            }
        }
    }
}

package org.expunge.influence.solver;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;

/**
 * Finds the outer eigenvalues of a symmetric operator by the three-term recurrence, with every vector orthogonalised
 * against all before it: without that, copies of the largest eigenvalues appear.
 *
 * <p><b>Shapes.</b> {@code A} is {@code p × p}; the basis has at most {@code steps} vectors of length {@code p}.
 *
 * <p><b>Units.</b> Eigenvalues are in the units of {@code A}: loss per squared parameter.
 *
 * <p><b>Accuracy.</b> The largest and smallest eigenvalues come first; each pair's residual says how far it is
 * ({@link RitzPairs#residuals}). The operator must be the same at every product: one fixed set of rows.
 *
 * <p><b>Cost.</b> One product a step, {@code 2 p m²} FLOP or twice that for m steps, and {@code m} vectors of doubles.
 *
 * <p><b>Source.</b> G. H. Golub and C. F. Van Loan, "Matrix Computations", 4th edition, 2013, algorithm 10.1.1, with
 * complete reorthogonalisation (section 10.3.4).
 */
public final class Lanczos {
    /**
     * How far to go.
     *
     * @param steps most products to spend, at least 1; never more than {@code p}
     * @param invariance a next direction shorter than this share of the longest product counts as 0, in [0, 1)
     * @param seed of the start vector, where none is given
     */
    public record Options(int steps, double invariance, long seed) {
        /** 100 steps, and what is left of a direction below 1e-10 is rounding. */
        public static final Options DEFAULT = new Options(100, 1e-10, 0);

        /** Checks the ranges. */
        public Options {
            checkArgument(steps >= 1, "steps must be at least 1, got %s", steps);
            checkArgument(invariance >= 0 && invariance < 1, "invariance must be in [0, 1), got %s", invariance);
        }
    }

    private final KrylovRun run;

    /** Keeps the options; one instance serves many operators. */
    public Lanczos(Options options) {
        this.run = new KrylovRun(options, Lanczos::orthogonalise);
    }

    /**
     * Runs from a start of independent normal numbers, which has a share of every eigenvector.
     *
     * @param a the operator, symmetric, at least {@code 1 × 1}
     * @return the basis, of at most {@code p} vectors
     * @throws IllegalArgumentException if a product is not finite
     */
    public KrylovBasis run(LinearOperator a) {
        return run.from(a, run.randomStart(a.dimension()));
    }

    /**
     * Runs from a given start. Eigenvectors orthogonal to it are not found: a start that means something, such as the
     * parameters themselves, may lie in an eigenspace.
     *
     * @param a the operator, symmetric
     * @param start length {@code p}, finite and not 0
     * @return the basis, of at most {@code p} vectors
     * @throws IllegalArgumentException if the start is of another length, not finite or 0, or a product is not finite
     */
    public KrylovBasis run(LinearOperator a, ParameterVector start) {
        return run.from(a, start);
    }

    /** The three-term recurrence, then against all vectors: once, and again where most of the product was cancelled. */
    private static void orthogonalise(List<double[]> basis, double[] w, double[][] t, int column) {
        if (column > 0) {
            t[column - 1][column] = t[column][column - 1];
            Vectors.addScaled(-t[column][column - 1], basis.get(column - 1), w);
        }
        double alpha = Vectors.dot(basis.get(column), w);
        t[column][column] = alpha;
        Vectors.addScaled(-alpha, basis.get(column), w);
        double before = Double.POSITIVE_INFINITY;
        double norm = Vectors.norm(w);
        while (norm < before / 2) {
            for (double[] q : basis) {
                Vectors.addScaled(-Vectors.dot(q, w), q, w);
            }
            before = norm;
            norm = Vectors.norm(w);
        }
    }
}

package org.expunge.cli.method;

import java.util.Locale;
import org.expunge.influence.curvature.EmpiricalFisher;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.Hessian;
import org.expunge.influence.curvature.LossOperator;

/** What can stand for the second derivatives of the mean loss. */
public enum Curvature {
    /** Kronecker factors with corrected eigenvalues. */
    EKFAC(true),
    /** Kronecker factors. */
    KFAC(true),
    /** Kronecker factors of the inputs alone. */
    FOOF(true),
    /** The diagonal of the Fisher matrix. */
    DIAGONAL(true),
    /** The Fisher matrix of each layer, written out. */
    BLOCK_DENSE(true),
    /** The empirical Fisher matrix of some gradients. */
    M_FAC(true),
    /** The outer eigenvectors of the Gauss-Newton matrix, by Arnoldi's iteration. */
    ARNOLDI(true),
    /** The Gauss-Newton matrix as a few random directions see it. */
    NYSTROM(true),
    /** The Gauss-Newton matrix, by products. */
    GAUSS_NEWTON(false),
    /** The Hessian, by products. */
    HESSIAN(false),
    /** The empirical Fisher matrix, by products. */
    EMPIRICAL_FISHER(false);

    private final boolean isFitted;

    Curvature(boolean isFitted) {
        this.isFitted = isFitted;
    }

    /** Returns whether it has an inverse in closed form; if not, it is known by its products. */
    public boolean isFitted() {
        return isFitted;
    }

    /** Opens a curvature that is known by its products, over the rows that the run was trained on. */
    LossOperator operator(Bench bench) {
        return bench.closing(
                switch (this) {
                    case GAUSS_NEWTON -> new GaussNewton(bench.engine(), bench.model(), bench.train(), bench.decay());
                    case HESSIAN -> new Hessian(bench.engine(), bench.model(), bench.train(), bench.decay());
                    case EMPIRICAL_FISHER ->
                        new EmpiricalFisher(bench.engine(), bench.model(), bench.train(), bench.decay());
                    default -> throw new IllegalStateException(this + " is not known by products");
                });
    }

    /** Returns how it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

package org.expunge.cli.method;

import java.util.Locale;
import org.expunge.influence.curvature.EmpiricalFisher;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.Hessian;
import org.expunge.influence.curvature.LossOperator;

/** What can stand for the second derivatives of the mean loss. */
public enum Curvature {
    /** Kronecker factors with corrected eigenvalues. */
    EKFAC,
    /** Kronecker factors. */
    KFAC,
    /** The Gauss-Newton matrix, by products. */
    GAUSS_NEWTON,
    /** The Hessian, by products. */
    HESSIAN,
    /** The empirical Fisher matrix, by products. */
    EMPIRICAL_FISHER;

    /** Returns whether it is known by its factors, and so has an inverse in closed form. */
    boolean isFactored() {
        return this == EKFAC || this == KFAC;
    }

    /** Opens a curvature that is known by its products, over the rows that the run was trained on. */
    LossOperator operator(Bench bench) {
        return bench.closing(
                switch (this) {
                    case GAUSS_NEWTON -> new GaussNewton(bench.engine(), bench.model(), bench.train(), bench.decay());
                    case HESSIAN -> new Hessian(bench.engine(), bench.model(), bench.train(), bench.decay());
                    case EMPIRICAL_FISHER ->
                        new EmpiricalFisher(bench.engine(), bench.model(), bench.train(), bench.decay());
                    case EKFAC, KFAC -> throw new IllegalStateException(this + " is not known by products");
                });
    }

    /** Returns how it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

package org.expunge.influence.solver;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.influence.curvature.LinearOperator;

/**
 * The number σ that {@link Neumann} and {@link Lissa} divide the operator by. They converge if and only if every
 * eigenvalue lies in {@code (0, 2σ)}, the faster the smaller σ.
 */
public sealed interface Scale {
    /**
     * What was chosen.
     *
     * @param value σ
     * @param products products spent on choosing
     */
    record Choice(double value, int products) {}

    /** Chooses σ for an operator. */
    Choice of(LinearOperator a);

    /**
     * A number given.
     *
     * @param value σ, above 0 and finite
     */
    record Fixed(double value) implements Scale {
        /** Checks the number. */
        public Fixed {
            checkArgument(value > 0 && Double.isFinite(value), "scale must be above 0, got %s", value);
        }

        @Override
        public Choice of(LinearOperator a) {
            return new Choice(value, 0);
        }
    }

    /**
     * A multiple of the largest eigenvalue's magnitude, found by Lanczos from a random start: low by a few percent at
     * most, where twice too low would still converge.
     *
     * @param products most products to spend on it, at least 1
     * @param margin the multiple, above ½: 1 for one fixed operator, more where batches differ from what was estimated
     * @param seed of the start
     */
    record Estimated(int products, double margin, long seed) implements Scale {
        /** 20 products; 1.2 of the largest eigenvalue. */
        public static final Estimated DEFAULT = new Estimated(20, 1.2, 0);

        /** Checks the ranges. */
        public Estimated {
            checkArgument(products >= 1, "products must be at least 1, got %s", products);
            checkArgument(margin > 0.5 && Double.isFinite(margin), "margin must be above 0.5, got %s", margin);
        }

        @Override
        public Choice of(LinearOperator a) {
            KrylovBasis basis = new Lanczos(new Lanczos.Options(products, 1e-10, seed)).run(a);
            double largest = basis.largestMagnitude();
            return new Choice(largest == 0 ? 1 : margin * largest, basis.size());
        }
    }
}

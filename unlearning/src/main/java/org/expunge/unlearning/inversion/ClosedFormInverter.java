package org.expunge.unlearning.inversion;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.Labels;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.curvature.factor.BlockDense;
import org.expunge.influence.curvature.factor.Diagonal;
import org.expunge.influence.curvature.factor.MFac;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Foof;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.KroneckerInverse;
import org.expunge.influence.curvature.kronecker.PositionScaling;
import org.expunge.influence.curvature.lowrank.Arnoldi;
import org.expunge.influence.curvature.lowrank.LowRank;
import org.expunge.influence.curvature.lowrank.Nystrom;

/**
 * A curvature that is fitted once and inverted in closed form for every λ. The penalty is added to all parameters it
 * takes in, biases too: {@code (C̃ + (l2 + λ)I)⁻¹}. Parameters that take no part, such as those of batch normalisation
 * in Kronecker factors, do not move.
 *
 * <p><b>Accuracy.</b> An approximation to the Gauss-Newton matrix (M-FAC: to the empirical Fisher matrix); its residual
 * in that matrix is measured for every λ.
 *
 * <p><b>Cost.</b> One fit, and one Gauss-Newton product over the rows for each λ.
 *
 * @param form which
 */
public record ClosedFormInverter(Form form) implements Inverter {
    /** A fitted curvature, at its defaults. */
    public enum Form {
        /** Kronecker factors with corrected eigenvalues. */
        EKFAC {
            @Override
            Fitted fit(Linearization at) {
                Ekfac factors = Ekfac.fit(at.engine(), at.model(), at.data(), Kfac.Options.DEFAULT);
                return Fitted.byGradients(l -> factors.inverse(at.engine().compute(), DampingRule.fixed(l)));
            }
        },
        /** Kronecker factors. */
        KFAC {
            @Override
            Fitted fit(Linearization at) {
                Kfac factors = Kfac.fit(at.engine(), at.model(), at.data(), Kfac.Options.DEFAULT);
                return Fitted.byGradients(l -> factors.inverse(at.engine().compute(), DampingRule.fixed(l)));
            }
        },
        /** Second moments of the layers' inputs. */
        FOOF {
            @Override
            Fitted fit(Linearization at) {
                Foof factors = Foof.fit(at.engine(), at.model(), at.data(), PositionScaling.KFC);
                return Fitted.byGradients(l -> factors.inverse(at.engine().compute(), DampingRule.fixed(l)));
            }
        },
        /** The diagonal alone. */
        DIAGONAL {
            @Override
            Fitted fit(Linearization at) {
                Diagonal diagonal = Diagonal.fit(at.engine(), at.model(), at.data(), Labels.EXACT);
                return Fitted.byGradients(l -> diagonal.inverse(DampingRule.fixed(l)));
            }
        },
        /** A dense block for each layer, up to a gibibyte. */
        BLOCK_DENSE {
            @Override
            Fitted fit(Linearization at) {
                BlockDense blocks = BlockDense.fit(at.engine(), at.model(), at.data(), BlockDense.Options.DEFAULT);
                return Fitted.byGradients(l -> blocks.inverse(at.engine().compute(), l));
            }
        },
        /** The gradients of up to 512 rows. */
        M_FAC {
            @Override
            Fitted fit(Linearization at) {
                MFac gradients = MFac.fit(at.engine(), at.model(), at.data(), MFac.Options.DEFAULT);
                return Fitted.byGradients(l -> gradients.inverse(at.engine().compute(), l));
            }
        },
        /** Outer eigenvectors of the Gauss-Newton matrix. */
        ARNOLDI {
            @Override
            Fitted fit(Linearization at) {
                try (GaussNewton curvature = at.withoutDecay().gaussNewton()) {
                    Arnoldi pairs = Arnoldi.fit(
                            curvature,
                            at.model().network(),
                            at.engine().compute().eigen(),
                            Arnoldi.Options.DEFAULT);
                    return new Fitted(
                            l -> pairs.pairs().inverse(DampingRule.fixed(l)),
                            pairs.diagnostics().products(),
                            0);
                }
            }
        },
        /** The Gauss-Newton matrix as a few random directions see it. */
        NYSTROM {
            @Override
            Fitted fit(Linearization at) {
                Nystrom.Options options = Nystrom.Options.DEFAULT;
                try (GaussNewton curvature = at.withoutDecay().gaussNewton()) {
                    LowRank pairs = Nystrom.fit(
                            curvature,
                            at.model().network(),
                            at.engine().compute().eigen(),
                            options);
                    return new Fitted(
                            l -> pairs.inverse(DampingRule.fixed(l)), options.rank() + options.oversampling(), 0);
                }
            }
        };

        abstract Fitted fit(Linearization at);
    }

    /** What was fitted, and the products and gradient passes that it took. */
    private record Fitted(DoubleFunction<InverseCurvature> inverse, int products, int gradientPasses) {
        static Fitted byGradients(DoubleFunction<InverseCurvature> inverse) {
            return new Fitted(inverse, 0, 1);
        }
    }

    @Override
    public String name() {
        return form.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public Inversion invert(Linearization at, double[] b, List<Double> dampings) {
        double l2 = at.decay().l2();
        dampings.forEach(damping -> checkArgument(
                damping + l2 > 0, "%s needs a damping above 0, got %s without a penalty", name(), damping));
        Fitted fitted = form.fit(at);
        List<Inversion.Solution> solutions = new ArrayList<>();
        try (GaussNewton curvature = at.gaussNewton()) {
            for (double damping : dampings) {
                double[] x = apply(fitted.inverse().apply(damping + l2), b);
                solutions.add(new Inversion.Solution(
                        damping, ParameterVector.of(x), 1, residual(curvature, damping, x, b), "closed form"));
            }
        }
        return new Inversion(solutions, fitted.products() + dampings.size(), fitted.gradientPasses());
    }

    private static double[] apply(InverseCurvature inverse, double[] b) {
        double[] x = new double[b.length];
        if (inverse instanceof KroneckerInverse kronecker) {
            try (kronecker) {
                kronecker.apply(b, x);
            }
        } else {
            inverse.apply(b, x);
        }
        return x;
    }

    private static double residual(GaussNewton curvature, double damping, double[] x, double[] b) {
        double[] product = new double[b.length];
        curvature.apply(x, product);
        double[] rest = new double[b.length];
        Arrays.setAll(rest, i -> b[i] - product[i] - damping * x[i]);
        double norm = ParameterVector.of(b).norm();
        return norm == 0 ? 0 : ParameterVector.of(rest).norm() / norm;
    }
}

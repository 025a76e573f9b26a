package org.expunge.influence.solver;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;

/**
 * Solves {@code (A + σ_k I) x_k = b} for several shifts at the cost of the smallest one, because they share their
 * Krylov subspace: a search over dampings costs the products of one solve.
 *
 * <p><b>Shapes.</b> {@code A} is {@code p × p} and symmetric; {@code b} and each {@code x_k} have length {@code p}.
 *
 * <p><b>Units.</b> Shifts are in the units of {@code A}: loss per squared parameter.
 *
 * <p><b>Accuracy.</b> Each system stops on its own once {@code ‖r_k‖₂ ≤ relativeTolerance · ‖b‖₂}; the answers equal
 * those of {@link ConjugateGradient} on each {@code A + σ_k I} up to rounding.
 *
 * <p><b>Cost.</b> One product with {@code A} per iteration, whatever the number of shifts; {@code 2p} doubles a shift
 * and {@code 3p} more.
 *
 * <p><b>Source.</b> B. Jegerlehner, "Krylov space solvers for shifted linear systems", hep-lat/9612014, 1996, section
 * 2.2 (CG-M).
 */
public final class ShiftedConjugateGradient {
    private final ConjugateGradient.Options options;

    /** Keeps the options; one instance serves many solves. */
    public ShiftedConjugateGradient(ConjugateGradient.Options options) {
        this.options = options;
    }

    /**
     * Solves from a zero start.
     *
     * @param a the operator {@code A}, {@code p × p}, symmetric
     * @param b the right-hand side, length {@code p}, every entry finite
     * @param shifts the σ_k, at least one, each finite and at least 0
     * @return one outcome a shift, in their order; the products of each are those until it stopped, and a curvature
     *     found is that of {@code A} plus the smallest shift
     * @throws IllegalArgumentException if a length is wrong, {@code b} is not finite or a shift is refused
     */
    public List<SolveResult> solve(LinearOperator a, ParameterVector b, List<Double> shifts) {
        Vectors.checkRightHandSide(a.dimension(), b);
        checkArgument(!shifts.isEmpty(), "there must be at least one shift");
        double smallest = Collections.min(shifts);
        LinearOperator base = a.damped(smallest);
        List<ShiftedSystem> systems = new ArrayList<>();
        for (double shift : shifts) {
            checkArgument(Double.isFinite(shift), "shifts must be finite, got %s", shift);
            systems.add(new ShiftedSystem(shift - smallest, b.toArray(), options.relativeTolerance()));
        }
        iterate(base, b.toArray(), systems);
        return systems.stream().map(ShiftedSystem::result).toList();
    }

    private void iterate(LinearOperator base, double[] r, List<ShiftedSystem> systems) {
        double[] d = r.clone();
        double[] ad = new double[r.length];
        double rr = Vectors.dot(r, r);
        double growth = 0; // β_j, the ratio of the last two squared residuals
        for (int products = 1; products <= options.maxProducts() && anyRunning(systems); products++) {
            base.apply(d, ad);
            double dAd = Vectors.dot(d, ad);
            if (!(dAd > 0)) { // NaN lands here too
                double curvature = dAd / Vectors.dot(d, d);
                for (ShiftedSystem system : systems) {
                    system.stopAtCurvature(curvature, products);
                }
                return;
            }
            double alpha = rr / dAd;
            Vectors.addScaled(-alpha, ad, r);
            double rrNext = Vectors.dot(r, r);
            for (ShiftedSystem system : systems) {
                system.advance(alpha, growth, rrNext / rr, r, Math.sqrt(rrNext));
            }
            growth = rrNext / rr;
            rr = rrNext;
            Vectors.combine(1, r, growth, d);
        }
    }

    private static boolean anyRunning(List<ShiftedSystem> systems) {
        return systems.stream().anyMatch(ShiftedSystem::isRunning);
    }
}

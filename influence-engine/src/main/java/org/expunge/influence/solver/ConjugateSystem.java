package org.expunge.influence.solver;

import java.util.Optional;
import org.expunge.influence.curvature.ParameterVector;

/** One system of {@link ConjugateGradient}: iterate x, residual r, preconditioned residual z, direction d. */
final class ConjugateSystem {
    private static final double[] CLOSED = {};

    private final int number;
    private final int p;
    private final ParameterVector b;
    private final double bNorm;
    private final ConjugateGradient.Options options;
    private double[] x = CLOSED;
    private double[] r = CLOSED;
    private double[] z = CLOSED;
    private double[] d = CLOSED;
    private double[] ad = CLOSED;
    private double rz = Double.POSITIVE_INFINITY;
    private double relative;
    private int products;
    private Optional<SolveResult> result = Optional.empty();

    ConjugateSystem(int number, int p, ParameterVector b, ConjugateGradient.Options options) {
        this.number = number;
        this.p = p;
        this.b = b;
        this.bNorm = Vectors.checkRightHandSide(p, b);
        this.options = options;
    }

    /** Starts from zero. */
    void open() {
        x = new double[p];
        r = b.toArray();
        z = new double[p];
        d = new double[p];
        ad = new double[p];
        relative = bNorm == 0 ? 0 : 1;
        endIfDone();
    }

    /** Turns to the next direction, once z is known; then {@link #ad} must be written. */
    void turn() {
        double rzNext = Vectors.dot(r, z);
        if (!(rzNext > 0)) { // NaN lands here too
            double quotient = rzNext / Vectors.dot(r, r);
            end(new SolveResult.PreconditionerNotPositiveDefinite(solution(), products, relative, quotient));
            return;
        }
        Vectors.combine(1, z, rzNext / rz, d);
        rz = rzNext;
    }

    /** Takes the step along the direction whose product is known. */
    void step() {
        products++;
        double dAd = Vectors.dot(d, ad);
        if (!(dAd > 0)) { // NaN lands here too
            double curvature = dAd / Vectors.dot(d, d);
            end(new SolveResult.NotPositiveDefinite(solution(), products, relative, curvature));
            return;
        }
        double alpha = rz / dAd;
        Vectors.addScaled(alpha, d, x);
        Vectors.addScaled(-alpha, ad, r);
        relative = Vectors.norm(r) / bNorm;
        if (relative <= options.relativeTolerance()) {
            endIfDone();
        }
    }

    /** Ends if a rule is satisfied or products have run out. */
    void settle(boolean isSettled) {
        if (isSettled) {
            end(new SolveResult.Settled(solution(), products, relative));
        } else {
            endIfDone();
        }
    }

    private void endIfDone() {
        if (relative <= options.relativeTolerance()) {
            end(new SolveResult.Converged(solution(), products, relative));
        } else if (products >= options.maxProducts()) {
            end(new SolveResult.BudgetSpent(solution(), products, relative));
        }
    }

    private void end(SolveResult ended) {
        result = Optional.of(ended);
        x = CLOSED;
        r = CLOSED;
        z = CLOSED;
        d = CLOSED;
        ad = CLOSED;
    }

    private ParameterVector solution() {
        return ParameterVector.of(x);
    }

    boolean isRunning() {
        return result.isEmpty();
    }

    SolveResult result() {
        return result.orElseThrow();
    }

    int number() {
        return number;
    }

    int products() {
        return products;
    }

    double[] x() {
        return x;
    }

    double[] r() {
        return r;
    }

    double[] z() {
        return z;
    }

    double[] d() {
        return d;
    }

    double[] ad() {
        return ad;
    }
}

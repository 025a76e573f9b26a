package org.expunge.unlearning.certified;

import org.expunge.influence.compute.Compute;
import org.jspecify.annotations.Nullable;

/**
 * Newton's method with a Cholesky factor that is kept as long as it does: a step that leaves more than half of the
 * residual has the factor made anew, and steps of a fresh factor are halved until they lower the objective.
 *
 * <p>Keeps its factor from one call to the next; for one thread.
 */
final class HeadSolver {
    /** A factor is kept while a step with it leaves at most this share of the residual. */
    private static final double CONTRACTION = 0.5;

    private static final int MOST_STEPS = 200;
    private static final int MOST_HALVINGS = 40;

    private final Compute compute;
    private @Nullable HessianFactor factor;
    private int factorizations;

    /** Where it ended. */
    static final class Solution {
        private final double[] w;
        private final double residual;
        private final int steps;

        private Solution(double[] w, double residual, int steps) {
            this.w = w;
            this.residual = residual;
            this.steps = steps;
        }

        /** Returns the head. */
        double[] w() {
            return w;
        }

        /** Returns {@code ‖∇L(w)‖}, measured. */
        double residual() {
            return residual;
        }

        /** Returns how many steps were taken. */
        int steps() {
            return steps;
        }
    }

    HeadSolver(Compute compute) {
        this.compute = compute;
    }

    /** Returns a solver that starts with the same factor. */
    HeadSolver copy() {
        HeadSolver copy = new HeadSolver(compute);
        copy.factor = factor;
        return copy;
    }

    /** Returns how often the factor was made. */
    int factorizations() {
        return factorizations;
    }

    /** Forgets the factor, and with it what it knows of rows. */
    void drop() {
        factor = null;
    }

    /** Minimises from a start until {@code ‖∇L‖ ≤ target} or rounding stops it. */
    Solution minimise(HeadObjective objective, double[] start, double target) {
        double[] w = start.clone();
        double[] gradient = objective.gradient(w);
        boolean isFresh = false;
        int steps = 0;
        while (HeadObjective.norm(gradient) > target && steps < MOST_STEPS) {
            if (factor == null) {
                refresh(objective, w);
                isFresh = true;
            }
            double[] direction = factor().solve(gradient);
            double[] next = moved(w, direction, 1);
            double[] nextGradient = objective.gradient(next);
            boolean isContracting = HeadObjective.norm(nextGradient) <= CONTRACTION * HeadObjective.norm(gradient);
            if (!isContracting && !isFresh) {
                factor = null;
                continue;
            }
            if (!isContracting) {
                next = descended(objective, w, gradient, direction);
                if (next == w) {
                    break;
                }
                nextGradient = objective.gradient(next);
                factor = null;
            }
            w = next;
            gradient = nextGradient;
            isFresh = false;
            steps++;
        }
        return new Solution(w, HeadObjective.norm(gradient), steps);
    }

    /** A linear system's answer. */
    static final class Step {
        private final double[] step;
        private final double[] remainder;

        private Step(double[] step, double[] remainder) {
            this.step = step;
            this.remainder = remainder;
        }

        /** Returns the solution. */
        double[] step() {
            return step;
        }

        /** Returns {@code ∇²L·step − right}, measured. */
        double[] remainder() {
            return remainder;
        }
    }

    /**
     * Solves {@code ∇²L(w)·step = right} by refining with the factor, until the remainder is at most {@code relative}
     * of the right-hand side or rounding stops it.
     */
    Step newtonStep(HeadObjective objective, double[] w, double[] right, double relative) {
        double[] step = new double[w.length];
        double[] remainder = moved(step, right, 1);
        double target = relative * HeadObjective.norm(right);
        boolean isFresh = false;
        for (int i = 0; HeadObjective.norm(remainder) > target && i < MOST_STEPS; i++) {
            if (factor == null) {
                refresh(objective, w);
                isFresh = true;
            }
            double[] next = moved(step, factor().solve(remainder), 1);
            double[] nextRemainder = moved(objective.product(w, next), right, 1);
            boolean isContracting = HeadObjective.norm(nextRemainder) <= CONTRACTION * HeadObjective.norm(remainder);
            if (isContracting) {
                step = next;
                remainder = nextRemainder;
            } else if (isFresh) {
                break;
            } else {
                factor = null;
            }
        }
        return new Step(step, remainder);
    }

    /** Returns {@code P⁻¹ right} with the factor that is there: a Newton step, not measured. */
    double[] roughStep(HeadObjective objective, double[] w, double[] right) {
        if (factor == null) {
            refresh(objective, w);
        }
        return factor().solve(right);
    }

    private HessianFactor factor() {
        HessianFactor made = factor;
        if (made == null) {
            throw new IllegalStateException("there is no factor");
        }
        return made;
    }

    private void refresh(HeadObjective objective, double[] w) {
        factor = HessianFactor.of(objective, w, compute);
        factorizations++;
    }

    /** Returns {@code w − scale·direction} of the first scale that lowers the objective; w itself if none does. */
    private static double[] descended(HeadObjective objective, double[] w, double[] gradient, double[] direction) {
        double before = objective.value(w);
        double slope = 0;
        for (int j = 0; j < w.length; j++) {
            slope += gradient[j] * direction[j];
        }
        double scale = 1;
        for (int halving = 0; halving < MOST_HALVINGS; halving++) {
            double[] next = moved(w, direction, scale);
            if (objective.value(next) < before - 1e-4 * scale * slope) {
                return next;
            }
            scale /= 2;
        }
        return w;
    }

    private static double[] moved(double[] w, double[] direction, double scale) {
        double[] next = w.clone();
        for (int j = 0; j < next.length; j++) {
            next[j] -= scale * direction[j];
        }
        return next;
    }
}

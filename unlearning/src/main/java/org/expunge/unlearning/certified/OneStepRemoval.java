package org.expunge.unlearning.certified;

import java.util.Arrays;

/**
 * One Newton step that takes rows out of a head of objective perturbation, {@code w + H⁻¹(mλw + Σ_F ∇ℓ_i)}, with H the
 * Hessian on what remains. The gradient was r and becomes {@code r + u}.
 */
final class OneStepRemoval {
    /** What solving leaves of the right-hand side; it is measured and added to the bound. */
    private static final double TARGET = 1e-7;

    private final double[] w;
    private final double residual;
    private final double[] spent;
    private final ResidualBounds step;

    private OneStepRemoval(double[] w, double residual, double[] spent, ResidualBounds step) {
        this.w = w;
        this.residual = residual;
        this.spent = spent;
        this.step = step;
    }

    /**
     * Takes the step.
     *
     * @param rest the objective on what remains
     * @param state the head before
     * @param right {@code mλw + Σ_F ∇ℓ_i}
     * @param removed m
     * @param solver solves the Newton system
     */
    static OneStepRemoval of(HeadObjective rest, HeadState state, double[] right, int removed, HeadSolver solver) {
        double[] start = state.head();
        HeadSolver.Step solved = solver.newtonStep(rest, start, right, TARGET);
        double[] w = start.clone();
        for (int j = 0; j < w.length; j++) {
            w[j] += solved.step()[j];
        }
        double[] before = rest.gradient(start);
        double[] after = rest.gradient(w);
        double[] added = new double[w.length];
        Arrays.setAll(added, j -> after[j] - before[j] - right[j]); // before is r − right, after is r + u
        ResidualBounds[] blocks = ResidualBounds.ofBlocks(rest, solved.step(), state.spectralNorm());
        double[] unsolved = rest.blockNorms(solved.remainder());
        double[] tight = new double[blocks.length];
        double[] spent = new double[blocks.length];
        for (int block = 0; block < blocks.length; block++) {
            tight[block] = blocks[block].tight() + unsolved[block];
            spent[block] = state.spent().get(block) + tight[block];
        }
        ResidualBounds step = new ResidualBounds(
                Math.sqrt(blocks.length)
                        * ResidualBounds.worstCase(rest.loss(), state.options().lambda(), removed, rest.alive().length),
                HeadObjective.norm(Arrays.stream(blocks)
                        .mapToDouble(ResidualBounds::published)
                        .toArray()),
                HeadObjective.norm(tight),
                HeadObjective.norm(added));
        return new OneStepRemoval(w, HeadObjective.norm(after), spent, step);
    }

    /** Returns the head after the step. */
    double[] w() {
        return w;
    }

    /** Returns {@code ‖r + u‖}, measured. */
    double residual() {
        return residual;
    }

    /** Returns β of each block with this step's bound added. */
    double[] spent() {
        return spent;
    }

    /** Returns bounds of {@code ‖u‖}, and the norm itself. */
    ResidualBounds step() {
        return step;
    }
}

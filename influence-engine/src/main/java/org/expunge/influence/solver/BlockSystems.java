package org.expunge.influence.solver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;

/** The systems of one block of {@link BlockConjugateGradient} and the directions they share. */
final class BlockSystems {
    /** A direction of which less is left beside the others is one that they imply, but for rounding. */
    private static final double DEPENDENT = 1e-8;

    private final LinearOperator a;
    private final int first;
    private final double tolerance;
    private final double[] bNorms;
    private final double[][] x;
    private final double[][] r;
    private final double[] relative;
    private final List<Optional<SolveResult>> results = new ArrayList<>();
    private List<Integer> running = new ArrayList<>();
    private double[][] directions = new double[0][];
    private double[][] images = new double[0][];
    private SmallCholesky gram = new SmallCholesky(new double[0][]);
    private int sweeps;
    private long products;

    /** Starts from zero; right-hand sides are taken with norm 1, and numbered from {@code first}. */
    BlockSystems(LinearOperator a, List<ParameterVector> b, int first, double tolerance) {
        int k = b.size();
        this.a = a;
        this.first = first;
        this.tolerance = tolerance;
        this.bNorms = new double[k];
        this.x = new double[k][a.dimension()];
        this.r = new double[k][];
        this.relative = new double[k];
        for (int i = 0; i < k; i++) {
            bNorms[i] = Vectors.checkRightHandSide(a.dimension(), b.get(i));
            r[i] = b.get(i).toArray();
            results.add(Optional.empty());
            if (bNorms[i] == 0) {
                end(i, new SolveResult.Converged(b.get(i), 0, 0));
            } else {
                Vectors.combine(0, r[i], 1 / bNorms[i], r[i]);
                relative[i] = 1;
                running.add(i);
            }
        }
    }

    boolean isRunning() {
        return !running.isEmpty();
    }

    int sweeps() {
        return sweeps;
    }

    long products() {
        return products;
    }

    List<SolveResult> results() {
        List<SolveResult> ended = new ArrayList<>();
        for (int i = 0; i < x.length; i++) {
            int system = i;
            ended.add(results.get(i)
                    .orElseGet(() -> new SolveResult.BudgetSpent(solution(system), sweeps, relative[system])));
        }
        return ended;
    }

    /** Takes one product for each direction, and a step in all of them. */
    void sweep(BiConsumer<double[][], double[][]> precondition, StoppingRule rule) {
        nextDirections(precondition);
        if (directions.length == 0) { // only rounding can leave nothing of a residual
            endAll(i -> new SolveResult.BudgetSpent(solution(i), sweeps, relative[i]));
            return;
        }
        images = new double[directions.length][a.dimension()];
        a.applyAll(directions, images);
        sweeps++;
        products += directions.length;
        gram = new SmallCholesky(products(directions, images));
        if (!gram.isPositiveDefinite()) {
            double curvature = gram.failedCurvature();
            endAll(i -> new SolveResult.NotPositiveDefinite(solution(i), sweeps, relative[i], curvature));
            return;
        }
        for (int i : running) {
            step(i);
        }
        judge(rule);
    }

    private void step(int i) {
        double[] alpha = gram.solve(products(directions, r[i]));
        for (int j = 0; j < directions.length; j++) {
            Vectors.addScaled(alpha[j], directions[j], x[i]);
            Vectors.addScaled(-alpha[j], images[j], r[i]);
        }
        relative[i] = Vectors.norm(r[i]);
    }

    /** {@code P ← orth(Z − P (PᵀQ)⁻¹ Qᵀ Z)}, with {@code Z} the preconditioned residuals of those still running. */
    private void nextDirections(BiConsumer<double[][], double[][]> precondition) {
        double[][] residuals = running.stream().map(i -> r[i]).toArray(double[][]::new);
        double[][] z = new double[residuals.length][a.dimension()];
        precondition.accept(residuals, z);
        List<double[]> next = new ArrayList<>();
        List<Integer> left = new ArrayList<>();
        for (int k = 0; k < z.length; k++) {
            int i = running.get(k);
            double rz = Vectors.dot(r[i], z[k]);
            if (!(rz > 0)) { // NaN lands here too
                double quotient = rz / Vectors.dot(r[i], r[i]);
                end(i, new SolveResult.PreconditionerNotPositiveDefinite(solution(i), sweeps, relative[i], quotient));
                continue;
            }
            left.add(i);
            double[] beta = gram.solve(products(images, z[k]));
            for (int j = 0; j < directions.length; j++) {
                Vectors.addScaled(-beta[j], directions[j], z[k]);
            }
            next.add(z[k]);
        }
        running = left;
        directions = orthonormal(next);
    }

    private static double[][] orthonormal(List<double[]> vectors) {
        List<double[]> kept = new ArrayList<>();
        for (double[] v : vectors) {
            double whole = Vectors.norm(v);
            Vectors.combine(0, v, 1 / whole, v);
            for (int pass = 0; pass < 2; pass++) {
                for (double[] q : kept) {
                    Vectors.addScaled(-Vectors.dot(q, v), q, v);
                }
            }
            double left = Vectors.norm(v);
            if (left > DEPENDENT) {
                Vectors.combine(0, v, 1 / left, v);
                kept.add(v);
            }
        }
        return kept.toArray(double[][]::new);
    }

    private void judge(StoppingRule rule) {
        List<Integer> left = new ArrayList<>();
        for (int i : running) {
            if (relative[i] <= tolerance) {
                end(i, new SolveResult.Converged(solution(i), sweeps, relative[i]));
            } else {
                left.add(i);
            }
        }
        running = left;
        if (running.isEmpty()) {
            return;
        }
        int[] systems = running.stream().mapToInt(i -> first + i).toArray();
        double[][] iterates = running.stream().map(this::iterate).toArray(double[][]::new);
        boolean[] settled = rule.settled(sweeps, systems, iterates);
        running = new ArrayList<>();
        for (int k = 0; k < systems.length; k++) {
            int i = systems[k] - first;
            if (settled[k]) {
                end(i, new SolveResult.Settled(solution(i), sweeps, relative[i]));
            } else {
                running.add(i);
            }
        }
    }

    private double[] iterate(int i) {
        return Arrays.stream(x[i]).map(value -> value * bNorms[i]).toArray();
    }

    private ParameterVector solution(int i) {
        return ParameterVector.of(iterate(i));
    }

    private void end(int i, SolveResult result) {
        results.set(i, Optional.of(result));
    }

    private void endAll(IntFunction<SolveResult> result) {
        running.forEach(i -> end(i, result.apply(i)));
        running = new ArrayList<>();
    }

    private static double[] products(double[][] rows, double[] v) {
        return Arrays.stream(rows).mapToDouble(row -> Vectors.dot(row, v)).toArray();
    }

    private static double[][] products(double[][] rows, double[][] columns) {
        return Arrays.stream(rows).map(row -> products(columns, row)).toArray(double[][]::new);
    }
}

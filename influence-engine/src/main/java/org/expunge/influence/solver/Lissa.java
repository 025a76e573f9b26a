package org.expunge.influence.solver;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.curvature.RowOperator;

/**
 * Solves {@code (C + λI) x = b} with batches of rows: {@code h ← b + h − (C_B h + λh)/σ} with a new batch B each time,
 * and {@code x = h/σ}, averaged over repeats. On the mean its fixed point is {@code (C + λI)⁻¹ b} whatever σ is; the
 * form in wide use, {@code h ← b + (1 − d) h − C_B h/σ}, has the damping {@code d σ} instead.
 *
 * <p><b>Shapes.</b> {@code C} is {@code p × p}; right-hand sides and answers have length {@code p}.
 *
 * <p><b>Units.</b> λ is added to the eigenvalues of the mean loss's curvature, as everywhere.
 *
 * <p><b>Accuracy.</b> That of the batches: the mean over repeats has the standard error reported, and {@code depth}
 * batches leave {@code (1 − (λ_k + λ)/σ)^depth} of each eigendirection. The residual reported is measured by one
 * product over all rows; {@code 1} is that of no answer at all, and above it the solve ends as
 * {@link SolveResult.Diverged}. A repeat ends early, for all right-hand sides, once one of its h outgrows any
 * convergent series ({@code ‖h‖ > (t + 1) ‖b‖}).
 *
 * <p><b>Cost.</b> {@code repeats · depth · batch} rows, all right-hand sides together, and one product over all rows,
 * beside what {@link Scale} spends on each of three batches. {@link SolveResult#products} counts rows in units of n,
 * rounded up.
 *
 * <p><b>Source.</b> N. Agarwal, B. Bullins and E. Hazan, "Second-Order Stochastic Optimization for Machine Learning in
 * Linear Time", JMLR 18, 2017, algorithm 1; P. W. Koh and P. Liang, "Understanding Black-box Predictions via Influence
 * Functions", ICML 2017, section 3. Deviations: λ beside the curvature, batches without replacement until all rows had
 * their turn.
 */
public final class Lissa {
    /** Batches whose largest eigenvalue the scale is chosen by. */
    private static final int SCALE_BATCHES = 3;

    /**
     * How far to go.
     *
     * @param damping λ, at least 0 and finite
     * @param scale σ
     * @param batch rows of a batch, at least 1; never more than there are
     * @param depth batches of a repeat, at least 1
     * @param repeats repeats that are averaged, at least 1
     * @param relativeTolerance the residual that counts as converged, in (0, 1)
     * @param seed of the batches
     */
    public record Options(
            double damping, Scale scale, int batch, int depth, int repeats, double relativeTolerance, long seed) {
        /** Checks the ranges. */
        public Options {
            checkArgument(damping >= 0 && Double.isFinite(damping), "damping must be 0 or more, got %s", damping);
            checkArgument(batch >= 1, "batch must be at least 1 row, got %s", batch);
            checkArgument(depth >= 1, "depth must be at least 1 batch, got %s", depth);
            checkArgument(repeats >= 1, "repeats must be at least 1, got %s", repeats);
            checkArgument(
                    relativeTolerance > 0 && relativeTolerance < 1,
                    "relativeTolerance must be in (0, 1), got %s",
                    relativeTolerance);
        }

        /** Returns a scale from the batches, 64 rows, 1000 batches, 4 repeats and a tolerance of 5 % at a damping. */
        public static Options withDamping(double damping) {
            return new Options(damping, Scale.Estimated.DEFAULT, 64, 1_000, 4, 0.05, 0);
        }
    }

    /**
     * Answers with their evidence.
     *
     * @param results one for each right-hand side, in their order
     * @param scale σ
     * @param standardErrors of each answer: the root mean square distance of the mean over repeats from its
     *     expectation, estimated, relative to the answer's norm; NaN for one repeat
     */
    public record Solution(List<SolveResult> results, double scale, List<Double> standardErrors) {
        /** Copies the lists. */
        public Solution {
            results = List.copyOf(results);
            standardErrors = List.copyOf(standardErrors);
        }
    }

    private final Options options;

    /** Keeps the options; one instance serves many solves. */
    public Lissa(Options options) {
        this.options = options;
    }

    /**
     * Solves for several right-hand sides with the same batches.
     *
     * @param c the curvature C, {@code p × p}, symmetric, a mean over rows
     * @param b right-hand sides, each of length {@code p} and finite
     * @return how each iteration ended
     * @throws IllegalArgumentException if a right-hand side is of another length or not finite
     */
    public Solution solve(RowOperator c, List<ParameterVector> b) {
        double[] norms = b.stream()
                .mapToDouble(v -> Vectors.checkRightHandSide(c.dimension(), v))
                .toArray();
        double[][] v = b.stream().map(ParameterVector::toArray).toArray(double[][]::new);
        BatchOrder batches = new BatchOrder(c.rows(), options.batch(), options.seed());
        Averages averages = new Averages(v.length, c.dimension());
        Scale.Choice scale = scale(c, batches);
        long rows = (long) scale.products() * batches.size();
        for (int repeat = 0; repeat < options.repeats(); repeat++) {
            averages.add(repeat(c, v, norms, batches, scale.value()));
        }
        rows += (long) options.repeats() * options.depth() * batches.size() + c.rows();
        int products = (int) Math.min(Integer.MAX_VALUE, (rows + c.rows() - 1) / c.rows());
        double[][] residuals = residuals(c, v, averages.means);
        List<SolveResult> results = new ArrayList<>();
        List<Double> errors = new ArrayList<>();
        for (int k = 0; k < v.length; k++) {
            double relative = norms[k] == 0 ? 0 : Vectors.norm(residuals[k]) / norms[k];
            results.add(ended(averages.means[k], products, relative));
            errors.add(averages.standardError(k));
        }
        return new Solution(results, scale.value(), errors);
    }

    /** The largest of what some batches ask for: a batch's eigenvalues spread further than those of all rows. */
    private Scale.Choice scale(RowOperator c, BatchOrder batches) {
        double largest = 0;
        int products = 0;
        for (int i = 0; i < SCALE_BATCHES; i++) {
            Scale.Choice choice = options.scale().of(c.of(batches.next()).damped(options.damping()));
            largest = Math.max(largest, choice.value());
            products += choice.products();
        }
        return new Scale.Choice(largest, products);
    }

    private double[][] repeat(RowOperator c, double[][] v, double[] norms, BatchOrder batches, double scale) {
        double[][] h = Arrays.stream(v).map(double[]::clone).toArray(double[][]::new);
        double[][] product = new double[v.length][c.dimension()];
        for (int t = 1; t <= options.depth(); t++) {
            LinearOperator damped = c.of(batches.next()).damped(options.damping());
            damped.applyAll(h, product);
            boolean isGrowing = false;
            for (int k = 0; k < v.length; k++) {
                Vectors.addScaled(-1 / scale, product[k], h[k]);
                Vectors.addScaled(1, v[k], h[k]);
                isGrowing |= !(Vectors.norm(h[k]) <= (t + 1.01) * norms[k]); // NaN too
            }
            if (isGrowing) {
                break;
            }
        }
        for (double[] row : h) {
            Vectors.combine(0, row, 1 / scale, row);
        }
        return h;
    }

    private double[][] residuals(RowOperator c, double[][] v, double[][] x) {
        double[][] residuals = new double[v.length][c.dimension()];
        c.damped(options.damping()).applyAll(x, residuals);
        for (int k = 0; k < v.length; k++) {
            Vectors.combine(1, v[k], -1, residuals[k]);
        }
        return residuals;
    }

    private SolveResult ended(double[] x, int products, double relative) {
        if (!(relative <= 1)) { // NaN lands here too
            return new SolveResult.Diverged(ParameterVector.of(new double[x.length]), products, 1, relative);
        }
        ParameterVector solution = ParameterVector.of(x);
        return relative <= options.relativeTolerance()
                ? new SolveResult.Converged(solution, products, relative)
                : new SolveResult.BudgetSpent(solution, products, relative);
    }

    /** Rows in random order, a batch at a time; another order once fewer than a batch are left. */
    private static final class BatchOrder {
        private final int[] rows;
        private final int size;
        private final SplittableRandom random;
        private int used;

        BatchOrder(int count, int batch, long seed) {
            rows = new int[count];
            Arrays.setAll(rows, i -> i);
            size = Math.min(batch, count);
            random = new SplittableRandom(seed);
            used = count;
        }

        int size() {
            return size;
        }

        int[] next() {
            if (used + size > rows.length) {
                used = 0;
            }
            for (int i = used; i < used + size; i++) {
                int chosen = i + random.nextInt(rows.length - i);
                int row = rows[chosen];
                rows[chosen] = rows[i];
                rows[i] = row;
            }
            used += size;
            return Arrays.copyOfRange(rows, used - size, used);
        }
    }

    /** Means over repeats, and the sum of squared distances from them. */
    private static final class Averages {
        private final double[][] means;
        private final double[] squares;
        private int count;

        Averages(int systems, int p) {
            means = new double[systems][p];
            squares = new double[systems];
        }

        void add(double[][] answers) {
            count++;
            for (int k = 0; k < means.length; k++) {
                for (int i = 0; i < means[k].length; i++) {
                    double before = answers[k][i] - means[k][i];
                    means[k][i] += before / count;
                    squares[k] += before * (answers[k][i] - means[k][i]);
                }
            }
        }

        double standardError(int k) {
            double norm = Vectors.norm(means[k]);
            return count < 2 ? Double.NaN : norm == 0 ? 0 : Math.sqrt(squares[k] / (count - 1) / count) / norm;
        }
    }
}

package org.expunge.influence.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.evaluate.RankMetrics;
import org.junit.jupiter.api.Test;

class RankStabilityTest {
    private static final int P = 60;
    private static final int ROWS = 40;

    private final double[][] rows = gradients();

    @Test
    void stopsBetweenTheFirstProductsAndAFullSolveWithTheOrderOfTheFullSolve() {
        LinearOperator a = logarithmicSpectrum();
        ParameterVector b = ParameterVector.of(new Random(3).doubles(P, -1, 1).toArray());
        ConjugateGradient solver = new ConjugateGradient(new ConjugateGradient.Options(1e-10, 500));

        SolveResult full = solver.solve(a, b);
        SolveResult settled = solver.solve(a, b, rule(new RankStability.Options(1, 0.999, 3)));

        assertThat(settled).isInstanceOf(SolveResult.Settled.class);
        assertThat(settled.products()).isBetween(5, full.products() - 5);
        assertThat(RankMetrics.spearman(
                        scores(settled.solution().toArray()),
                        scores(full.solution().toArray())))
                .isGreaterThan(0.98);
    }

    @Test
    void looksOnlySoOftenAndWaitsForAgreementInARow() {
        List<Integer> looks = new ArrayList<>();
        double[][] sequence = {{1, 2}, {1, 2}, {2, 1}, {2, 1}, {2, 1}};
        RankStability rule = new RankStability(
                new RankStability.Options(3, 0.9, 2),
                iterates -> {
                    looks.add(looks.size());
                    return new double[][] {sequence[looks.size() - 1]};
                },
                RankMetrics::pearson);
        int products = 0;
        boolean settled = false;
        while (!settled) {
            products++;
            settled = rule.settled(products, new int[] {0}, new double[1][1])[0];
        }

        // the second look agrees, the third does not, the fourth and fifth do
        assertThat(products).isEqualTo(15);
        assertThat(looks).hasSize(5);
    }

    @Test
    void keepsSystemsApart() {
        double[][][] scores = {{{1, 2}, {1, 2}}, {{1, 2}, {2, 1}}, {{1, 2}, {2, 1}}};
        int[] look = {0};
        RankStability rule = new RankStability(
                new RankStability.Options(1, 0.9, 2), iterates -> scores[look[0]++], RankMetrics::pearson);

        rule.settled(1, new int[] {4, 7}, new double[2][1]);
        rule.settled(2, new int[] {4, 7}, new double[2][1]);

        assertThat(rule.settled(3, new int[] {4, 7}, new double[2][1])).containsExactly(true, false);
    }

    @Test
    void refusesOptionsThatMeanNothing() {
        assertThatThrownBy(() -> new RankStability.Options(0, 0.9, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RankStability.Options(1, 1.1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RankStability.Options(1, Double.NaN, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RankStability.Options(1, 0.9, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private RankStability rule(RankStability.Options options) {
        return new RankStability(
                options,
                iterates -> Arrays.stream(iterates).map(this::scores).toArray(double[][]::new),
                RankMetrics::spearman);
    }

    private double[] scores(double[] x) {
        return Arrays.stream(rows).mapToDouble(row -> Vectors.dot(row, x)).toArray();
    }

    /** Large where the curvature is, as gradients are. */
    private static double[][] gradients() {
        Random random = new Random(9);
        double[][] rows = new double[ROWS][P];
        for (double[] row : rows) {
            Arrays.setAll(row, i -> random.nextGaussian() * Math.sqrt(eigenvalue(i)));
        }
        return rows;
    }

    private static LinearOperator logarithmicSpectrum() {
        double[][] matrix = new double[P][P];
        for (int i = 0; i < P; i++) {
            matrix[i][i] = eigenvalue(i);
        }
        return SpdProblem.operator(matrix);
    }

    private static double eigenvalue(int i) {
        return Math.pow(10, -2 + 4.0 * i / (P - 1));
    }
}

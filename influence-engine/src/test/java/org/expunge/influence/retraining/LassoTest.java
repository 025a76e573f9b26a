package org.expunge.influence.retraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LassoTest {
    private static final Lasso LASSO = new Lasso(new Lasso.Options(20, 1e-3, 1e-10, 100_000));

    @Test
    void everyFitMeetsItsOptimalityConditions() {
        Lasso.Problem problem = problem(40, 12, 3);

        List<Lasso.Fit> path = LASSO.path(problem);

        assertThat(path).hasSize(20);
        for (Lasso.Fit fit : path) {
            for (int j = 0; j < 12; j++) {
                double correlation = correlation(problem, fit.coefficients(), j);
                double bound = fit.lambda() * problem.penaltyFactors[j];
                double beta = fit.coefficients()[j];
                if (beta == 0) {
                    assertThat(Math.abs(correlation)).isLessThanOrEqualTo(bound + 1e-8);
                } else {
                    assertThat(correlation).isCloseTo(Math.signum(beta) * bound, within(1e-8));
                }
            }
        }
    }

    @Test
    void thePathBeginsWhereTheFirstPenalisedCoefficientIsAboutToMove() {
        Lasso.Problem problem = problem(40, 12, 5);
        double[] lambdas = LASSO.lambdas(problem);

        double[] first = LASSO.path(problem, new double[] {lambdas[0] * (1 + 1e-9)})
                .get(0)
                .coefficients();
        double[] below =
                LASSO.path(problem, new double[] {lambdas[0] * 0.99}).get(0).coefficients();

        assertThat(first).startsWith(first[0]);
        assertThat(first[0]).isNotZero(); // not penalised
        assertThat(Arrays.stream(first, 1, 12)).containsOnly(0.0);
        assertThat(Arrays.stream(below, 1, 12).filter(b -> b != 0)).hasSize(1);
    }

    @Test
    void anOrthogonalProblemIsSoftThresholding() {
        double[][] columns = {{1, 1, 1, 1}, {1, -1, 1, -1}, {1, 1, -1, -1}};
        double[] y = {6, 2, 3, 1}; // inner products / 4: 3, 1.5, 1
        double[] beta = LASSO.path(new Lasso.Problem(columns, y, new double[] {1, 1, 1}), new double[] {1.2})
                .get(0)
                .coefficients();

        assertThat(beta).containsExactly(new double[] {1.8, 0.3, 0}, within(1e-12));
    }

    @Test
    void withoutPenaltyTheResidualIsOrthogonalToAllColumns() {
        Lasso.Problem problem = problem(40, 6, 8);

        double[] beta = LASSO.leastSquares(problem.columns, problem.y);

        for (int j = 0; j < 6; j++) {
            assertThat(correlation(problem, beta, j)).isCloseTo(0, within(1e-8));
        }
    }

    @Test
    void crossValidationFindsTheFewColumnsThatMatter() {
        Random random = new Random(4);
        double[][] columns = random(60, 40, random);
        double[] y = new double[60];
        Arrays.setAll(y, i -> 2 * columns[3][i] - 1.5 * columns[17][i] + 0.3 * random.nextGaussian());
        double[] factors = new double[40];
        Arrays.fill(factors, 1);
        Lasso.Problem problem = new Lasso.Problem(columns, y, factors);

        double[] sparse = new LassoCrossValidation(
                        new Lasso(Lasso.Options.DEFAULT), LassoCrossValidation.Options.DEFAULT)
                .fit(problem)
                .coefficients();
        double[] best = new LassoCrossValidation(
                        new Lasso(Lasso.Options.DEFAULT),
                        new LassoCrossValidation.Options(10, LassoCrossValidation.Rule.MINIMUM, 0))
                .fit(problem)
                .coefficients();

        assertThat(sparse[3]).isBetween(1.5, 2.0);
        assertThat(sparse[17]).isBetween(-1.5, -1.0);
        assertThat(count(sparse)).isLessThanOrEqualTo(count(best)).isLessThan(12);
    }

    @Test
    void refusesShapesThatDoNotFit() {
        assertThatThrownBy(() -> new Lasso.Problem(new double[2][3], new double[3], new double[1]))
                .hasMessage("2 columns do not match 1 penalty factors");
        assertThatThrownBy(() -> new Lasso.Problem(new double[1][3], new double[2], new double[1]))
                .hasMessage("a column of 3 for 2 rows");
    }

    private static long count(double[] beta) {
        return Arrays.stream(beta).filter(b -> b != 0).count();
    }

    private static double correlation(Lasso.Problem problem, double[] beta, int column) {
        double sum = 0;
        for (int i = 0; i < problem.y.length; i++) {
            double residual = problem.y[i];
            for (int j = 0; j < beta.length; j++) {
                residual -= beta[j] * problem.columns[j][i];
            }
            sum += residual * problem.columns[column][i];
        }
        return sum / problem.y.length;
    }

    /** Column 0 is not penalised; the others have factors from 0.5 to 1.5. */
    private static Lasso.Problem problem(int rows, int columns, long seed) {
        Random random = new Random(seed);
        double[] factors = new double[columns];
        Arrays.setAll(factors, j -> j == 0 ? 0 : 0.5 + random.nextDouble());
        return new Lasso.Problem(
                random(rows, columns, random), random.doubles(rows, 0, 3).toArray(), factors);
    }

    private static double[][] random(int rows, int columns, Random random) {
        double[][] values = new double[columns][rows];
        for (double[] column : values) {
            Arrays.setAll(column, i -> random.nextGaussian());
        }
        return values;
    }
}

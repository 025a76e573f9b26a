package org.expunge.influence.curvature;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Shape;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.testkit.EveryLayer;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.training.Evaluator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hessian and Gauss-Newton products of a network of all layers against whole matrices, and mutants that fail. */
class CurvatureChecksTest {
    private static final double ROUNDING = 1e-12;

    /**
     * Central differences with step 1e-5: rounding of 1e-11, and 1e-10 times a third derivative, beside small columns.
     */
    private static final double DIFFERENCES = 1e-6;

    private final Engine engine = SmallProblems.reference(2, 3);
    private final Model model = SmallProblems.of(EveryLayer.NETWORK, 5);
    private final Dataset data = SmallProblems.rows(model, 5, 6);
    private final Jacobian jacobian = new Jacobian(engine, model, data, Jacobian.Lines.PRE_ACTIVATIONS);

    @AfterEach
    void close() {
        jacobian.close();
        engine.close();
    }

    @Test
    void gaussNewtonEqualsTheMatrixOfExplicitJacobiansForEveryLayer() {
        try (GaussNewton operator = new GaussNewton(engine, model, data)) {
            CurvatureChecks.checkMatrix(operator, DenseGaussNewton.of(model, data), ROUNDING);
            CurvatureChecks.checkSymmetric(operator);
            CurvatureChecks.checkPositive(operator);
        }
    }

    @Test
    void columnsOfTheHessianAreDifferencesOfTheGradientForEveryTensor() {
        PerExample gradients = new PerExample(engine);
        double step = 1e-5;
        try (Hessian operator = new Hessian(engine, model, data)) {
            for (ParameterLayout.Entry entry : model.network().layout().entries()) {
                int column = entry.offset() + entry.length() / 2;
                double[] moved = model.parameters();
                moved[column] += step;
                double[] expected = gradients.meanGradient(model.withParameters(moved), data);
                moved[column] -= 2 * step;
                double[] down = gradients.meanGradient(model.withParameters(moved), data);
                Arrays.setAll(expected, i -> (expected[i] - down[i]) / (2 * step));
                double[] unit = new double[moved.length];
                unit[column] = 1;

                CurvatureChecks.checkClose(CurvatureChecks.product(operator, unit), expected, DIFFERENCES);
            }
            CurvatureChecks.checkSymmetric(operator);
        }
    }

    @Test
    void theEmpiricalFisherEqualsTheMeanOfOuterProducts() {
        double[][] gradients = new PerExample(engine).gradients(model, data);
        double[][] expected = new double[gradients[0].length][gradients[0].length];
        for (double[] g : gradients) {
            for (int i = 0; i < g.length; i++) {
                for (int j = 0; j < g.length; j++) {
                    expected[i][j] += g[i] * g[j] / gradients.length;
                }
            }
        }

        try (EmpiricalFisher operator = new EmpiricalFisher(engine, model, data)) {
            CurvatureChecks.checkMatrix(operator, expected, ROUNDING);
            CurvatureChecks.checkSymmetric(operator);
            CurvatureChecks.checkPositive(operator);
        }
    }

    @Test
    void hessianAndGaussNewtonAgreeOnlyWhereTheNetworkIsLinearInItsParameters() {
        Model linear = SmallProblems.of(
                Network.builder(Shape.flat(4)).add("output", new Dense(3)).build(Loss.SOFTMAX_CROSS_ENTROPY), 3);
        Dataset rows = SmallProblems.rows(linear, 9, 4);

        try (Hessian operator = new Hessian(engine, linear, rows)) {
            CurvatureChecks.checkMatrix(operator, DenseGaussNewton.of(linear, rows), ROUNDING);
        }
        try (Hessian operator = new Hessian(engine, model, data)) {
            assertThatThrownBy(() -> CurvatureChecks.checkMatrix(operator, DenseGaussNewton.of(model, data), 1e-3))
                    .isInstanceOf(AssertionError.class);
            assertThatThrownBy(() -> CurvatureChecks.checkPositive(operator)).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void aSoftmaxHessianWithoutItsCrossTermsIsRejected() {
        LinearOperator right = withLossHessian((p, k, l) -> p[k] * ((k == l ? 1 : 0) - p[l]));
        LinearOperator diagonal = withLossHessian((p, k, l) -> k == l ? p[k] : 0);
        LinearOperator lopsided = withLossHessian((p, k, l) -> (k == l ? p[k] : 0) - p[k] * p[k]);
        double[][] expected = DenseGaussNewton.of(model, data);

        CurvatureChecks.checkMatrix(right, expected, ROUNDING);
        assertThatThrownBy(() -> CurvatureChecks.checkMatrix(diagonal, expected, 1e-3))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> CurvatureChecks.checkSymmetric(lopsided)).isInstanceOf(AssertionError.class);
    }

    /** An entry of the Hessian of a row's loss with respect to its pre-activations, from its predictions. */
    @FunctionalInterface
    private interface LossHessian {
        double entry(double[] prediction, int k, int l);
    }

    /** Returns {@code (1/n) Σ J_iᵀ Λ_i J_i}, with Jacobian and Λ apart. */
    private LinearOperator withLossHessian(LossHessian hessian) {
        double[][] predictions = new Evaluator(engine).evaluate(model, data).predictions();
        return new LinearOperator() {
            @Override
            public int dimension() {
                return jacobian.columns();
            }

            @Override
            public void apply(double[] x, double[] y) {
                double[] lines = new double[jacobian.rows()];
                double[] bent = new double[jacobian.rows()];
                jacobian.apply(x, lines);
                for (int line = 0; line < lines.length; line++) {
                    int row = line / 3;
                    for (int l = 0; l < 3; l++) {
                        bent[line] += hessian.entry(predictions[row], line % 3, l) * lines[3 * row + l] / data.size();
                    }
                }
                jacobian.applyTransposed(bent, y);
            }
        };
    }
}

package org.expunge.unlearning.inversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.Hessian;
import org.expunge.influence.curvature.LossOperator;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.unlearning.Problems;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Against the curvature written out as a matrix. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InverterTest {
    private static final List<Double> DAMPINGS = List.of(0.5, 0.1);

    private final Engine engine = Problems.engine();
    private final Dataset data = Problems.noisyClasses("rows", 40, 0.2, 4);
    private final Model model = Initializer.XAVIER.initialise(Problems.network(), 2);
    private final Linearization at = new Linearization(engine, model, data, new WeightDecay(0.05));
    private final double[] b =
            new Random(8).doubles(model.parameters().length, -1, 1).toArray();

    @AfterAll
    void closeEngine() {
        engine.close();
    }

    @ParameterizedTest
    @CsvSource({"GAUSS_NEWTON, CG", "GAUSS_NEWTON, MINRES", "HESSIAN, MINRES", "EMPIRICAL_FISHER, CG"})
    void krylovMethodsReachTheDenseSolutionForEveryDamping(
            KrylovInverter.Products products, KrylovInverter.Solver solver) {
        Inversion inversion = new KrylovInverter(products, solver, 1e-12, 2000).invert(at, b, DAMPINGS);

        for (int k = 0; k < DAMPINGS.size(); k++) {
            Inversion.Solution solution = inversion.solutions().get(k);
            double[][] matrix = dense(products.open(at), DAMPINGS.get(k));
            assertThat(solution.damping()).isEqualTo(DAMPINGS.get(k));
            assertThat(solution.outcome()).isEqualTo("converged");
            assertThat(solution.direction().toArray()).containsExactly(Problems.solve(matrix, b), within(1e-8));
        }
        int most = inversion.solutions().stream()
                .mapToInt(Inversion.Solution::products)
                .max()
                .orElseThrow();
        int all = inversion.solutions().stream()
                .mapToInt(Inversion.Solution::products)
                .sum();
        assertThat(inversion.products()).isEqualTo(solver == KrylovInverter.Solver.CG ? most : all);
    }

    /** Some weights of a small network have negative curvature. */
    @Test
    void conjugateGradientsSayWhereAHessianIsIndefinite() {
        double[][] hessian = dense(new Hessian(engine, model, data), 0);
        Inversion inversion = new KrylovInverter(KrylovInverter.Products.HESSIAN, KrylovInverter.Solver.CG, 1e-12, 2000)
                .invert(at.withoutDecay(), b, List.of(0.0));

        double[] x = inversion.solutions().get(0).direction().toArray();
        assertThat(inversion.solutions().get(0).outcome()).isEqualTo("not positive definite");
        assertThat(inversion.solutions().get(0).relativeResidual()).isCloseTo(residual(hessian, x), within(1e-6));
    }

    @ParameterizedTest
    @EnumSource(ClosedFormInverter.Form.class)
    void closedFormsTellTheResidualThatTheyLeaveInTheGaussNewtonMatrix(ClosedFormInverter.Form form) {
        Inversion inversion = new ClosedFormInverter(form).invert(at, b, DAMPINGS);

        for (int k = 0; k < DAMPINGS.size(); k++) {
            Inversion.Solution solution = inversion.solutions().get(k);
            double[][] matrix = dense(new GaussNewton(engine, model, data, at.decay()), DAMPINGS.get(k));
            assertThat(solution.relativeResidual())
                    .isCloseTo(residual(matrix, solution.direction().toArray()), within(1e-9))
                    .isBetween(1e-3, 1.0);
        }
        assertThat(inversion.products()).isGreaterThanOrEqualTo(DAMPINGS.size());
    }

    @Test
    void namesAreThoseOfReports() {
        assertThat(Inverter.DEFAULT.name()).isEqualTo("gauss-newton by cg");
        assertThat(new ClosedFormInverter(ClosedFormInverter.Form.BLOCK_DENSE).name())
                .isEqualTo("block-dense");
    }

    @Test
    void refusesWhatCannotBeInverted() {
        ClosedFormInverter form = new ClosedFormInverter(ClosedFormInverter.Form.DIAGONAL);
        assertThatThrownBy(() -> form.invert(at.withoutDecay(), b, List.of(0.0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("damping above 0");
        assertThatThrownBy(
                        () -> new KrylovInverter(KrylovInverter.Products.HESSIAN, KrylovInverter.Solver.MINRES, 0.1, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private double[][] dense(LossOperator curvature, double damping) {
        double[][] matrix = new double[b.length][b.length];
        try (curvature) {
            for (int i = 0; i < b.length; i++) {
                double[] unit = new double[b.length];
                unit[i] = 1;
                curvature.apply(unit, matrix[i]);
                matrix[i][i] += damping;
            }
        }
        return matrix;
    }

    private double residual(double[][] matrix, double[] x) {
        double left = 0;
        double all = 0;
        for (int i = 0; i < b.length; i++) {
            double rest = b[i];
            for (int j = 0; j < b.length; j++) {
                rest -= matrix[i][j] * x[j];
            }
            left += rest * rest;
            all += b[i] * b[i];
        }
        return Math.sqrt(left / all);
    }
}

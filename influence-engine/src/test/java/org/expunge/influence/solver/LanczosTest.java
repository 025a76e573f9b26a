package org.expunge.influence.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.compute.EigenKernels;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;
import org.junit.jupiter.api.Test;

class LanczosTest {
    private static final int P = 100;

    private final EigenKernels eigen = new ReferenceCompute().eigen();
    private final KnownSpectrum problem = KnownSpectrum.logarithmic(P, -2, 2, 5);

    @Test
    void findsTheTopEigenpairsOfAKnownSpectrum() {
        RitzPairs pairs = run(problem.operator(), 60).ritz(eigen).largest(10, RitzPairs.Selection.MAGNITUDE);

        double[] expected = problem.eigenvalues();
        for (int k = 0; k < 10; k++) {
            double exact = expected[P - 1 - k];
            assertThat(pairs.values()[k]).isCloseTo(exact, within(1e-8 * exact));
            double along = Vectors.dot(pairs.vector(k), problem.eigenvector(P - 1 - k));
            assertThat(Math.abs(along)).isCloseTo(1, within(1e-8));
        }
    }

    @Test
    void theCertificateIsTheResidualThatIsMeasured() {
        RitzPairs pairs = run(problem.operator(), 25).ritz(eigen);

        double[] residuals = pairs.residuals();
        assertThat(Arrays.stream(residuals).max().orElseThrow()).isGreaterThan(0.1);
        for (int k = 0; k < pairs.size(); k++) {
            double[] y = pairs.vector(k);
            double[] ay = new double[P];
            problem.operator().apply(y, ay);
            Vectors.addScaled(-pairs.values()[k], y, ay);
            assertThat(residuals[k]).isCloseTo(Vectors.norm(ay), within(1e-11));
        }
    }

    @Test
    void inFullDimensionItSolvesDirectly() {
        double[] solution = new Random(8).doubles(P, -1, 1).toArray();
        ParameterVector b = problem.times(solution);

        KrylovBasis basis = new Lanczos(new Lanczos.Options(P + 5, 0, 1)).run(problem.operator(), b);

        assertThat(basis.size()).isEqualTo(P);
        assertThat(basis.isInvariant()).isTrue();
        assertThat(basis.ritz(eigen).function(theta -> 1 / theta)).containsExactly(solution, within(1e-8));
    }

    @Test
    void staysOrthogonalLongAfterTheTopEigenvalueHasConverged() {
        KrylovBasis basis = run(problem.operator(), 90);

        assertThat(basis.orthogonalityError()).isLessThan(1e-13);
        assertThat(basis.ritz(eigen).values()).doesNotHaveDuplicates();
        double[] top =
                basis.ritz(eigen).largest(2, RitzPairs.Selection.MAGNITUDE).values();
        assertThat(top[1]).isLessThan(0.95 * top[0]);
    }

    @Test
    void endsWithEigenpairsWhereTheSubspaceIsInvariant() {
        double[][] matrix = new double[6][6];
        matrix[1][1] = 2;
        matrix[4][4] = -3;

        KrylovBasis basis = run(SpdProblem.operator(matrix), 6);

        // two eigenvalues and 0 take part in a random start
        assertThat(basis.size()).isEqualTo(3);
        assertThat(basis.isInvariant()).isTrue();
        RitzPairs pairs = basis.ritz(eigen);
        assertThat(pairs.values()).containsExactly(new double[] {-3, 0, 2}, within(1e-14));
        assertThat(pairs.residuals()).containsOnly(0);
        assertThat(pairs.largest(9, RitzPairs.Selection.MAGNITUDE).values())
                .containsExactly(new double[] {-3, 2, 0}, within(1e-14));
        assertThat(pairs.largest(9, RitzPairs.Selection.POSITIVE).values()[0]).isCloseTo(2, within(1e-14));
    }

    @Test
    void weightsAreThoseOfTheStartInTheEigenvectors() {
        LinearOperator diagonal = SpdProblem.operator(new double[][] {{1, 0, 0}, {0, 2, 0}, {0, 0, 5}});

        RitzPairs pairs = new Lanczos(Lanczos.Options.DEFAULT)
                .run(diagonal, ParameterVector.of(2, -1, 2))
                .ritz(eigen);

        assertThat(pairs.weights()).containsExactly(new double[] {4 / 9.0, 1 / 9.0, 4 / 9.0}, within(1e-14));
    }

    @Test
    void whatTheTopVectorsLeaveOfAGradientIsTheKnownOne() {
        LinearOperator diagonal = SpdProblem.operator(new double[][] {{5, 0, 0}, {0, 1, 0}, {0, 0, 0.1}});
        RitzPairs pairs =
                new Lanczos(new Lanczos.Options(3, 0, 4)).run(diagonal).ritz(eigen);
        double[] expected = {13, 12.6491106407, 12, 0};
        double[] left = {3, 4, 12};

        for (int m = 0; m <= 3; m++) {
            assertThat(Vectors.norm(left)).isCloseTo(expected[m], within(1e-9));
            if (m < 3) {
                double[] y = pairs.largest(m + 1, RitzPairs.Selection.MAGNITUDE).vector(m);
                Vectors.addScaled(-Vectors.dot(y, left), y, left);
            }
        }
    }

    /** The mutant starts from the parameters, here an eigenvector, as one may at an optimum of a penalised loss. */
    @Test
    void aStartThatIsAnEigenvectorFindsNothingElseAndSaysThatItIsInvariant() {
        KrylovBasis mutant = new Lanczos(Lanczos.Options.DEFAULT)
                .run(problem.operator(), ParameterVector.of(problem.eigenvector(0)));

        assertThat(mutant.size()).isEqualTo(1);
        assertThat(mutant.isInvariant()).isTrue();
        assertThat(mutant.ritz(eigen).values()[0]).isCloseTo(0.01, within(1e-12));
        assertThat(run(problem.operator(), 30).ritz(eigen).values()[29]).isGreaterThan(99);
    }

    @Test
    void theSeedDecidesTheStart() {
        double[] one = run(problem.operator(), 5).ritz(eigen).values();

        assertThat(run(problem.operator(), 5).ritz(eigen).values()).isEqualTo(one);
        assertThat(new Lanczos(new Lanczos.Options(5, 1e-10, 3))
                        .run(problem.operator())
                        .ritz(eigen)
                        .values())
                .isNotEqualTo(one);
    }

    @Test
    void refusesWhatCannotBeIterated() {
        Lanczos lanczos = new Lanczos(Lanczos.Options.DEFAULT);
        LinearOperator broken = SpdProblem.operator(new double[][] {{Double.NaN}});

        assertThatThrownBy(() -> lanczos.run(problem.operator(), ParameterVector.of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("b has length 1 but A is 100 × 100");
        assertThatThrownBy(() -> lanczos.run(problem.operator(), ParameterVector.of(new double[P])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0");
        assertThatThrownBy(() -> lanczos.run(broken))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not finite");
        assertThatThrownBy(() -> new Lanczos.Options(0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Lanczos.Options(1, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static KrylovBasis run(LinearOperator a, int steps) {
        return new Lanczos(new Lanczos.Options(steps, 1e-10, 2)).run(a);
    }
}

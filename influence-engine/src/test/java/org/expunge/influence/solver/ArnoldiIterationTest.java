package org.expunge.influence.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.expunge.influence.compute.EigenKernels;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;
import org.junit.jupiter.api.Test;

class ArnoldiIterationTest {
    private static final int P = 100;

    private final EigenKernels eigen = new ReferenceCompute().eigen();
    private final KnownSpectrum problem = KnownSpectrum.logarithmic(P, -2, 2, 5);

    @Test
    void meetsThePublishedExampleOfThreeEigenvalues() {
        LinearOperator diagonal = SpdProblem.operator(new double[][] {{1, 0, 0}, {0, 2, 0}, {0, 0, 3}});

        KrylovBasis basis =
                new ArnoldiIteration(new Lanczos.Options(2, 0, 0)).run(diagonal, ParameterVector.of(1, 1, 1));

        double[][] h = basis.projected();
        assertThat(h[0]).containsExactly(new double[] {2, 0.8164965809}, within(1e-9));
        assertThat(h[1]).containsExactly(new double[] {0.8164965809, 2}, within(1e-9));
        assertThat(basis.nextNorm()).isCloseTo(0.5773502692, within(1e-9));
        RitzPairs pairs = basis.ritz(eigen);
        assertThat(pairs.values()).containsExactly(new double[] {1.1835034191, 2.8164965809}, within(1e-9));
        double projected = 0;
        for (int k = 0; k < 2; k++) {
            double[] y = pairs.vector(k);
            projected +=
                    Vectors.dot(y, new double[] {1, 0, 2}) * Vectors.dot(y, new double[] {0, 1, 1}) / pairs.values()[k];
        }
        assertThat(projected).isCloseTo(1, within(1e-9));
    }

    @Test
    void productsOfTheBasisAreTheBasisTimesItsMatrix() {
        KrylovBasis basis = new ArnoldiIteration(new Lanczos.Options(20, 0, 3)).run(problem.operator());

        double[][] h = basis.projected();
        for (int n = 0; n < 19; n++) {
            double[] product = new double[P];
            problem.operator().apply(basis.vector(n), product);
            for (int j = 0; j < 20; j++) {
                Vectors.addScaled(-h[j][n], basis.vector(j), product);
            }
            assertThat(Vectors.norm(product)).isLessThan(1e-12);
        }
        assertThat(basis.orthogonalityError()).isLessThan(1e-13);
        assertThat(basis.asymmetry()).isLessThan(1e-13);
    }

    @Test
    void equalsLanczosOnASymmetricOperator() {
        Lanczos.Options options = new Lanczos.Options(30, 0, 3);

        double[][] h = new ArnoldiIteration(options).run(problem.operator()).projected();
        double[][] t = new Lanczos(options).run(problem.operator()).projected();

        for (int i = 0; i < t.length; i++) {
            assertThat(h[i]).containsExactly(t[i], within(1e-10));
        }
    }

    @Test
    void shiftingTheOperatorShiftsTheRitzValues() {
        Lanczos.Options options = new Lanczos.Options(15, 0, 3);
        double[] plain = new ArnoldiIteration(options)
                .run(problem.operator())
                .ritz(eigen)
                .values();

        double[] shifted = new ArnoldiIteration(options)
                .run(problem.operator().damped(7))
                .ritz(eigen)
                .values();

        for (int k = 0; k < plain.length; k++) {
            assertThat(shifted[k]).isCloseTo(plain[k] + 7, within(1e-10));
        }
    }

    @Test
    void endsAfterTheRankWithBasisAndMatrixOfTheSameSize() {
        double[][] matrix = new double[8][8];
        matrix[0][0] = 1;
        matrix[1][1] = 4;
        matrix[2][2] = 9;

        KrylovBasis basis = new ArnoldiIteration(new Lanczos.Options(8, 1e-12, 3)).run(SpdProblem.operator(matrix));

        assertThat(basis.size()).isEqualTo(4);
        assertThat(basis.projected()).hasDimensions(4, 4);
        assertThat(basis.isInvariant()).isTrue();
        assertThat(basis.ritz(eigen).values()).containsExactly(new double[] {0, 1, 4, 9}, within(1e-12));
    }

    /** The mutant draws new rows for each product, so that there is no one matrix. */
    @Test
    void anOperatorThatIsAnotherOneAtEachProductIsSeenAsAsymmetric() {
        LinearOperator changing = new LinearOperator() {
            private int products;

            @Override
            public int dimension() {
                return P;
            }

            @Override
            public void apply(double[] x, double[] y) {
                problem.operator().apply(x, y);
                y[products++ % P] *= 0.9;
            }
        };

        KrylovBasis basis = new ArnoldiIteration(new Lanczos.Options(20, 0, 3)).run(changing);

        assertThat(basis.asymmetry()).isGreaterThan(1e-4);
    }
}

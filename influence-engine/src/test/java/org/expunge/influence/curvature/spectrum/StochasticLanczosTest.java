package org.expunge.influence.curvature.spectrum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.cpu.CpuCompute;
import org.expunge.influence.curvature.EmpiricalFisher;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.Hessian;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.LossOperator;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.testkit.SymmetricMatrix;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StochasticLanczosTest {
    private static final CpuCompute COMPUTE = new CpuCompute();
    private static final int P = 200;

    @AfterAll
    static void close() {
        COMPUTE.close();
    }

    @Test
    void aDiagonalOfThreeIsWorkedOutExactly() {
        Spectrum spectrum = estimate(SymmetricMatrix.diagonal(1, 2, 3), new StochasticLanczos.Options(10, 1, 2, 7));

        assertThat(spectrum.products()).isEqualTo(3);
        assertThat(spectrum.nodes().stream().mapToDouble(Spectrum.Node::value).toArray())
                .containsExactly(new double[] {1, 2, 3}, within(1e-12));
        assertThat(spectrum.nodes().stream().mapToDouble(Spectrum.Node::weight).toArray())
                .containsExactly(new double[] {1 / 3.0, 1 / 3.0, 1 / 3.0}, within(1e-12));
        assertThat(spectrum.trace()).isCloseTo(6, within(1e-12));
        assertThat(spectrum.largest().get(0).value()).isCloseTo(3, within(1e-12));
        assertThat(spectrum.smallest().get(0).value()).isCloseTo(1, within(1e-12));
        assertThat(spectrum.largest())
                .allSatisfy(ritz -> assertThat(ritz.residual()).isLessThan(1e-12));
    }

    /** Nodes and weights of one probe integrate polynomials up to 2m − 1 exactly: here vᵀAᵏv for k = 0 to 9. */
    @Test
    void momentsOfAProbeAreExactUpToTwiceTheSteps() {
        SymmetricMatrix matrix = SymmetricMatrix.wigner(P, 0.1, 3);
        Spectrum spectrum = estimate(matrix, new StochasticLanczos.Options(5, 1, 5, 7));

        double[] v = probe(7);
        double[] power = v.clone();
        for (int k = 0; k <= 9; k++) {
            double expected = dot(v, power);
            assertThat(spectrum.moment(k)).isCloseTo(expected, within(1e-10 * (1 + Math.abs(expected))));
            power = product(matrix, power);
        }
    }

    @Test
    void manyProbesFindTheTracesToAPercent() {
        double[] values = logSpaced();
        Spectrum spectrum =
                estimate(SymmetricMatrix.diagonal(values).plus(small()), new StochasticLanczos.Options(6, 200, 3, 1));
        double[] truth = SymmetricMatrix.diagonal(values).plus(small()).eigenvalues();

        assertThat(spectrum.trace()).isCloseTo(Arrays.stream(truth).sum(), within(0.01 * spectrum.trace()));
        assertThat(spectrum.traceError()).isPositive().isLessThan(0.01 * spectrum.trace());
        double squares = Arrays.stream(truth).map(v -> v * v).average().orElseThrow();
        assertThat(spectrum.moment(2)).isCloseTo(squares, within(0.01 * squares));
        assertThat(spectrum.moment(0)).isCloseTo(1, within(1e-12));
    }

    static Stream<Arguments> networks() {
        return Stream.of(SmallProblems.dense(3), SmallProblems.convolutional(4))
                .flatMap(model -> Stream.of("hessian", "gauss-newton", "empirical-fisher")
                        .map(kind -> Arguments.of(model, kind)));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void theEndsOfASmallNetworksSpectrumAreItsEigenvalues(Model model, String kind) {
        Dataset rows = SmallProblems.rows(model, 30, 5);
        try (Engine engine = SmallProblems.reference(1, 8);
                LossOperator operator = open(engine, model, rows, kind)) {
            double[] truth = SymmetricMatrix.of(operator).eigenvalues();
            int p = truth.length;

            Spectrum spectrum = estimate(operator, new StochasticLanczos.Options(40, 2, 5, 1));

            for (int k = 0; k < 5; k++) {
                assertThat(spectrum.largest().get(k).value()).isCloseTo(truth[p - 1 - k], within(1e-8));
            }
            assertThat(spectrum.smallest().get(0).value()).isGreaterThanOrEqualTo(truth[0] - 1e-12);
            assertCertified(spectrum, truth);
        }
    }

    @Test
    void everyResidualHoldsAnEigenvalueHoweverFewTheSteps() {
        SymmetricMatrix matrix = SymmetricMatrix.wigner(P, 0.1, 3);
        double[] truth = matrix.eigenvalues();

        Spectrum rough = estimate(matrix, new StochasticLanczos.Options(12, 1, 4, 2));

        assertThat(rough.largest().get(3).residual()).isGreaterThan(1e-4);
        assertCertified(rough, truth);
    }

    /** A residual that leaves out how far the subspace is from invariant claims an eigenvalue where there is none. */
    @Test
    void aCertificateWithoutTheResidualIsRejected() {
        SymmetricMatrix matrix = SymmetricMatrix.wigner(P, 0.1, 3);
        double[] truth = matrix.eigenvalues();
        Spectrum rough = estimate(matrix, new StochasticLanczos.Options(12, 1, 4, 2));
        Spectrum boastful = new Spectrum(
                P,
                1,
                12,
                0,
                0,
                rough.largest().stream()
                        .map(r -> new Spectrum.Ritz(r.value(), r.weight(), 1e-9))
                        .toList(),
                rough.smallest(),
                rough.nodes());

        assertThatThrownBy(() -> assertCertified(boastful, truth)).isInstanceOf(AssertionError.class);
    }

    /** Without reorthogonalisation the largest eigenvalue comes back as a ghost. */
    @Test
    void noEigenvalueAppearsTwice() {
        double[] values =
                IntStream.range(0, P).mapToDouble(i -> Math.pow(0.7, i)).toArray();

        Spectrum spectrum = estimate(SymmetricMatrix.diagonal(values), new StochasticLanczos.Options(P, 1, 12, 3));

        for (int k = 0; k < 12; k++) {
            assertThat(spectrum.largest().get(k).value()).isCloseTo(values[k], within(1e-9));
        }
    }

    @Test
    void theBulkOfNoiseEndsAtTwiceItsDeviationWithOutliersBeyond() {
        double deviation = Math.sqrt(0.6 / P);
        double[] spikes = new double[P];
        spikes[0] = 5;
        spikes[1] = 4;
        spikes[2] = -3;
        SymmetricMatrix matrix = SymmetricMatrix.wigner(P, deviation, 5).plus(SymmetricMatrix.diagonal(spikes));

        Spectrum spectrum = estimate(matrix, new StochasticLanczos.Options(60, 10, 3, 1));

        assertThat(spectrum.bulkEdge()).isCloseTo(2 * Math.sqrt(0.6), within(0.1));
        assertThat(spectrum.above(spectrum.bulkEdge())).isCloseTo(2, within(1.5));
        assertThat(spectrum.negativeShare()).isCloseTo(0.5, within(0.06));
    }

    @Test
    void decadesCountAllEigenvaluesWhereTheyAre() {
        double[] values = IntStream.range(0, P)
                .mapToDouble(i -> i < 4 ? 5 : i < 24 ? 0.05 : i < 30 ? -0.3 : 0)
                .toArray();

        Spectrum spectrum = estimate(SymmetricMatrix.diagonal(values), new StochasticLanczos.Options(20, 1, 1, 1));

        assertThat(count(spectrum, 5)).isCloseTo(4, within(1e-8));
        assertThat(count(spectrum, 0.05)).isCloseTo(20, within(1e-8));
        assertThat(count(spectrum, -0.3)).isCloseTo(6, within(1e-8));
        assertThat(count(spectrum, 0)).isCloseTo(P - 30, within(1e-8));
        assertThat(spectrum.decades().stream()
                        .mapToDouble(Spectrum.Range::count)
                        .sum())
                .isCloseTo(P, within(1e-8));
    }

    @Test
    void theDensityIsThatOfTheEigenvalues() {
        Spectrum spectrum = estimate(SymmetricMatrix.diagonal(1, 2, 3), new StochasticLanczos.Options(5, 1, 1, 1));

        double integral = IntStream.range(-400, 800)
                .mapToDouble(i -> spectrum.density(i / 100.0, 0.2) / 100)
                .sum();

        assertThat(integral).isCloseTo(1, within(1e-9));
        assertThat(spectrum.density(2, 0.1)).isCloseTo(1 / (3 * 0.1 * Math.sqrt(2 * Math.PI)), within(1e-9));
    }

    @Test
    void matricesOfOneRowAndOfZerosHaveASpectrum() {
        Spectrum one = estimate(SymmetricMatrix.diagonal(-4), StochasticLanczos.Options.DEFAULT);
        Spectrum zeros = estimate(SymmetricMatrix.diagonal(new double[6]), StochasticLanczos.Options.DEFAULT);

        assertThat(one.largest()).hasSize(1);
        assertThat(one.trace()).isEqualTo(-4);
        assertThat(zeros.trace()).isZero();
        assertThat(zeros.bulkEdge()).isZero();
        assertThat(count(zeros, 0)).isEqualTo(6);
    }

    @Test
    void theSeedDecidesEverything() {
        SymmetricMatrix matrix = SymmetricMatrix.wigner(P, 0.1, 3);
        StochasticLanczos.Options options = new StochasticLanczos.Options(5, 2, 3, 1);

        assertThat(estimate(matrix, options)).isEqualTo(estimate(matrix, options));
        assertThat(estimate(matrix, options)).isNotEqualTo(estimate(matrix, new StochasticLanczos.Options(5, 2, 3, 2)));
    }

    @Test
    void refusesProductsThatAreNotFinite() {
        assertThatThrownBy(() -> estimate(SymmetricMatrix.diagonal(1, Double.NaN), StochasticLanczos.Options.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("finite");
        assertThatThrownBy(() -> new StochasticLanczos.Options(1, 1, 1, 0)).hasMessageContaining("steps");
    }

    private static void assertCertified(Spectrum spectrum, double[] truth) {
        Stream.concat(spectrum.largest().stream(), spectrum.smallest().stream()).forEach(ritz -> {
            double nearest = Arrays.stream(truth)
                    .map(value -> Math.abs(value - ritz.value()))
                    .min()
                    .orElseThrow();
            assertThat(nearest).isLessThanOrEqualTo(ritz.residual() + 1e-10);
        });
    }

    private static double count(Spectrum spectrum, double value) {
        return spectrum.decades().stream()
                .filter(range -> range.from() <= value && value < range.to())
                .mapToDouble(Spectrum.Range::count)
                .sum();
    }

    private static LossOperator open(Engine engine, Model model, Dataset rows, String kind) {
        return switch (kind) {
            case "hessian" -> new Hessian(engine, model, rows);
            case "gauss-newton" -> new GaussNewton(engine, model, rows);
            default -> new EmpiricalFisher(engine, model, rows);
        };
    }

    private static Spectrum estimate(LinearOperator operator, StochasticLanczos.Options options) {
        return new StochasticLanczos(COMPUTE.eigen(), options).estimate(operator);
    }

    /** Spread over four decades. */
    private static double[] logSpaced() {
        return IntStream.range(0, P)
                .mapToDouble(i -> Math.pow(10, -4.0 * i / P))
                .toArray();
    }

    /** Keeps eigenvectors off the axes, along which probes of signs would be exact. */
    private static SymmetricMatrix small() {
        return SymmetricMatrix.wigner(P, 0.01, 9);
    }

    /** The first probe of a seed, as documented: signs of norm 1. */
    private static double[] probe(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] probe = new double[P];
        Arrays.setAll(probe, i -> (random.nextBoolean() ? 1 : -1) / Math.sqrt(P));
        return probe;
    }

    private static double[] product(LinearOperator operator, double[] x) {
        double[] y = new double[x.length];
        operator.apply(x, y);
        return y;
    }

    private static double dot(double[] x, double[] y) {
        return IntStream.range(0, x.length).mapToDouble(i -> x[i] * y[i]).sum();
    }
}

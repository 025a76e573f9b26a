package org.expunge.influence.curvature.kronecker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.Stream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Precision;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.testkit.GoldenArray;
import org.expunge.influence.testkit.GoldenCase;
import org.expunge.influence.testkit.GoldenNetworks;
import org.expunge.influence.testkit.TestBackends;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** K-FAC and EK-FAC against an independent float64 implementation. */
@Tag(TestBackends.TAG)
class KroneckerGoldenTest {
    /** Golden values are met to 1e-8 relative to their largest entry. */
    private static final double GOLDEN = 1e-8;

    /** Some 100 roundings of float32, and an inverse that enlarges them by at most eigenvalue over damping, 100. */
    private static final double SINGLE = 1e-3;

    static Stream<Arguments> cases() {
        return GoldenCase.NAMES.stream()
                .flatMap(name -> TestBackends.names().map(backend -> Arguments.of(name, backend)));
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("cases")
    void factorsAreTheExpectedOnes(String name, String backend) {
        GoldenCase golden = GoldenCase.load(name);
        try (Engine engine = open(backend)) {
            Kfac kfac =
                    Kfac.fit(engine, GoldenNetworks.model(golden), GoldenNetworks.train(golden), Kfac.Options.DEFAULT);
            double tolerance = engine.compute().precision() == Precision.FLOAT64 ? GOLDEN : 1e-5;

            assertThat(kfac.layers()).isNotEmpty();
            for (String layer : kfac.layers()) {
                String path = "kronecker_factors." + layer;
                assertClose(kfac.inputFactor(layer), golden.expected(path + ".A"), tolerance);
                assertClose(kfac.outputFactor(layer), golden.expected(path + ".S"), tolerance);
            }
        }
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("cases")
    void influencesAreTheExpectedOnes(String name, String backend) {
        GoldenCase golden = GoldenCase.load(name);
        Model model = GoldenNetworks.model(golden);
        Dataset train = GoldenNetworks.train(golden);
        DampingRule damping = DampingRule.fixed(golden.damping());
        try (Engine engine = open(backend)) {
            Ekfac ekfac = Ekfac.fit(engine, model, train, Kfac.Options.DEFAULT);
            double tolerance = engine.compute().precision() == Precision.FLOAT64 ? GOLDEN : SINGLE;
            try (KroneckerInverse kfac = ekfac.factors().inverse(engine.compute(), damping);
                    KroneckerInverse corrected = ekfac.inverse(engine.compute(), damping)) {
                assertClose(
                        influence(engine, golden, model, kfac),
                        golden.expected("influence.kfac_damped_eigenbasis"),
                        tolerance);
                assertClose(
                        influence(engine, golden, model, corrected),
                        golden.expected("influence.ekfac_damped"),
                        tolerance);
            }
        }
    }

    private static double[] influence(Engine engine, GoldenCase golden, Model model, InverseCurvature inverse) {
        double[][] train = new PerExample(engine).gradients(model, GoldenNetworks.train(golden));
        double[][] test = new PerExample(engine).gradients(model, GoldenNetworks.test(golden));
        double[] scores = new double[test.length * train.length];
        double[] direction = new double[model.network().layout().length()];
        for (int q = 0; q < test.length; q++) {
            inverse.apply(test[q], direction);
            for (int i = 0; i < train.length; i++) {
                for (int j = 0; j < direction.length; j++) {
                    scores[q * train.length + i] += direction[j] * train[i][j];
                }
            }
        }
        return scores;
    }

    private static Engine open(String backend) {
        return new Engine(TestBackends.create(backend), new Workers(2), 3);
    }

    private static void assertClose(double[] actual, GoldenArray expected, double tolerance) {
        double largest = Arrays.stream(expected.values()).map(Math::abs).max().orElseThrow();
        assertThat(actual).containsExactly(expected.values(), within(tolerance * largest));
    }
}

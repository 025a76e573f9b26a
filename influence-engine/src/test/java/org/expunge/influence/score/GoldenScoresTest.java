package org.expunge.influence.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.Stream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Precision;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.testkit.GoldenCase;
import org.expunge.influence.testkit.GoldenNetworks;
import org.expunge.influence.testkit.TestBackends;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Inner products and cosines against values that an independent implementation computed by brute force in double. */
@Tag(TestBackends.TAG)
class GoldenScoresTest {
    private static final int TILE = 5;

    static Stream<Arguments> cases() {
        return GoldenCase.NAMES.stream()
                .flatMap(name -> TestBackends.names().map(backend -> Arguments.of(name, backend)));
    }

    private static Engine open(String backend) {
        return new Engine(TestBackends.create(backend), new Workers(2), TILE);
    }

    /**
     * Relative to the largest score. Each of the two gradients has passed some 20 kernels of sums of up to 200 terms
     * (300 u each, as roundings that do not conspire grow); their product doubles that.
     */
    private static double tolerance(Engine engine) {
        return engine.compute().precision() == Precision.FLOAT64
                ? 1e-9
                : 600 * engine.compute().precision().unitRoundoff();
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("cases")
    void innerProductsAreTheExpectedOnes(String name, String backend) {
        GoldenCase golden = GoldenCase.load(name);
        try (Engine engine = open(backend)) {
            Model model = GoldenNetworks.model(golden);

            Scores scores = new InnerProduct(engine, model, InnerProduct.Options.DEFAULT)
                    .score(GoldenNetworks.train(golden), GoldenNetworks.test(golden));

            assertScores(scores, golden.expected("influence.inner_product").values(), tolerance(engine));
            assertThat(scores.provenance().coveragePercent()).isEqualTo(100);
        }
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("cases")
    void oneQueryAtATimeGivesTheSameInnerProducts(String name, String backend) {
        GoldenCase golden = GoldenCase.load(name);
        Dataset test = GoldenNetworks.test(golden);
        double[] expected = golden.expected("influence.inner_product").values();
        int n = golden.train().rows();
        try (Engine engine = open(backend)) {
            InnerProduct estimator =
                    new InnerProduct(engine, GoldenNetworks.model(golden), InnerProduct.Options.DEFAULT);
            for (int q = 0; q < test.size(); q++) {
                Scores scores = estimator.score(GoldenNetworks.train(golden), test.select(new int[] {q}));

                assertScores(scores, Arrays.copyOfRange(expected, q * n, (q + 1) * n), tolerance(engine));
            }
        }
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("cases")
    void cosinesAreTheExpectedOnes(String name, String backend) {
        GoldenCase golden = GoldenCase.load(name);
        try (Engine engine = open(backend)) {
            Scores scores = new Cosine(engine, GoldenNetworks.model(golden), Cosine.Options.DEFAULT)
                    .score(GoldenNetworks.train(golden), GoldenNetworks.test(golden));

            assertScores(scores, golden.expected("influence.cosine").values(), tolerance(engine));
        }
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("cases")
    void selfInfluencesAreTheExpectedOnes(String name, String backend) {
        GoldenCase golden = GoldenCase.load(name);
        double[] expected = golden.expected("influence.self_inner_product").values();
        try (Engine engine = open(backend)) {
            double[] scores = new SelfInfluence(
                            engine, TrajectoryEstimator.single(GoldenNetworks.model(golden)), Weighting.LEARNING_RATE)
                    .scores(GoldenNetworks.train(golden));

            double bound = tolerance(engine) * Arrays.stream(expected).max().orElseThrow();
            assertThat(scores).containsExactly(expected, within(bound));
        }
    }

    private static void assertScores(Scores scores, double[] expected, double tolerance) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        double[] found = new double[expected.length];
        for (int q = 0; q < scores.queries(); q++) {
            System.arraycopy(scores.row(q), 0, found, q * scores.rows(), scores.rows());
        }
        assertThat(found).containsExactly(expected, within(tolerance * largest));
    }
}

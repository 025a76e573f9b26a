package org.expunge.influence.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Precision;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.EmpiricalFisher;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.Hessian;
import org.expunge.influence.curvature.LossOperator;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.KroneckerInverse;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.testkit.GoldenCase;
import org.expunge.influence.testkit.GoldenNetworks;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.testkit.TestBackends;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Tag(TestBackends.TAG)
class InfluenceFunctionTest {
    private static final InfluenceFunction.Options DEFAULT = InfluenceFunction.Options.DEFAULT;

    /** Golden values are met to 1e-8 relative to their largest entry. */
    private static final double GOLDEN = 1e-8;

    private static final ConjugateGradient.Options TIGHT = new ConjugateGradient.Options(1e-12, 2_000);

    static Stream<Arguments> cases() {
        return GoldenCase.NAMES.stream()
                .flatMap(name -> TestBackends.names().map(backend -> Arguments.of(name, backend)));
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("cases")
    void solvesOfEveryCurvatureGiveTheExpectedScores(String name, String backend) {
        GoldenCase golden = GoldenCase.load(name);
        Model model = GoldenNetworks.model(golden);
        Dataset train = GoldenNetworks.train(golden);
        double shift = golden.expected("influence.hessian_shift_used").value();
        try (Engine engine = open(backend);
                GaussNewton gaussNewton = new GaussNewton(engine, model, train);
                Hessian hessian = new Hessian(engine, model, train);
                EmpiricalFisher fisher = new EmpiricalFisher(engine, model, train)) {
            assertScores(engine, golden, gaussNewton, golden.damping(), "ggn_damped");
            assertScores(engine, golden, hessian, shift, "hessian_damped_positive");
            assertScores(engine, golden, fisher, golden.damping(), "empirical_fisher_damped");
        }
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("cases")
    void closedFormsGiveTheExpectedScores(String name, String backend) {
        GoldenCase golden = GoldenCase.load(name);
        Model model = GoldenNetworks.model(golden);
        Dataset train = GoldenNetworks.train(golden);
        try (Engine engine = open(backend);
                KroneckerInverse ekfac = Ekfac.fit(engine, model, train, Kfac.Options.DEFAULT)
                        .inverse(engine.compute(), DampingRule.fixed(golden.damping()))) {
            Scores scores =
                    new InfluenceFunction(engine, model, ekfac, DEFAULT).score(train, GoldenNetworks.test(golden));

            assertClose(scores, golden.expected("influence.ekfac_damped").values(), tolerance(engine));
            assertThat(scores.provenance().curvature()).isEqualTo("ekfac");
            assertThat(scores.provenance().damping()).isEqualTo(golden.damping());
            assertThat(scores.provenance().layers())
                    .containsExactlyInAnyOrderElementsOf(ekfac.dampings().keySet());
            assertThat(scores.provenance().coveragePercent()).isEqualTo(ekfac.coveragePercent());
            assertThat(scores.provenance().inverse().unconverged()).isZero();
        }
    }

    @Test
    void aPreconditionerChangesTheWorkAndNotTheScores() {
        GoldenCase golden = GoldenCase.load("resnet-batchnorm"); // normalisations are not covered by the factors
        Model model = GoldenNetworks.model(golden);
        Dataset train = GoldenNetworks.train(golden);
        Dataset test = GoldenNetworks.test(golden);
        try (Engine engine = open("reference");
                GaussNewton curvature = new GaussNewton(engine, model, train);
                KroneckerInverse ekfac = Ekfac.fit(engine, model, train, Kfac.Options.DEFAULT)
                        .inverse(engine.compute(), DampingRule.fixed(golden.damping()))) {
            CurvatureSystem plain = new CurvatureSystem(curvature, golden.damping(), TIGHT);
            Scores scores =
                    new InfluenceFunction(engine, model, plain.preconditionedBy(ekfac), DEFAULT).score(train, test);

            assertClose(scores, golden.expected("influence.ggn_damped").values(), GOLDEN);
            assertThat(scores.provenance().inverse().preconditioner()).isEqualTo("ekfac");
            assertThat(scores.provenance().inverse().solves()).isEqualTo(test.size());
            assertThat(scores.provenance().coveragePercent()).isEqualTo(100);
            assertThat(new InfluenceFunction(engine, model, plain, DEFAULT).inputs())
                    .isNotEqualTo(
                            new InfluenceFunction(engine, model, plain.preconditionedBy(ekfac), DEFAULT).inputs());
        }
    }

    @Test
    void saysHowManySolvesFellShort() {
        Model model = SmallProblems.dense(3);
        Dataset rows = SmallProblems.rows(model, 20, 5);
        try (Engine engine = SmallProblems.reference(1, 8);
                GaussNewton curvature = new GaussNewton(engine, model, rows)) {
            CurvatureSystem system = new CurvatureSystem(curvature, 1e-4, new ConjugateGradient.Options(1e-10, 2));
            Provenance provenance = new InfluenceFunction(engine, model, system, DEFAULT)
                    .score(rows, rows.select(new int[] {1, 4, 7}))
                    .provenance();

            assertThat(provenance.damping()).isEqualTo(1e-4);
            assertThat(provenance.inverse().unconverged()).isEqualTo(3);
            assertThat(provenance.inverse().products()).isEqualTo(6);
            assertThat(provenance.inverse().largestResidual()).isGreaterThan(1e-10);
        }
    }

    @Test
    void solvesThatFellShortBeforeAKillAreStillReported(@TempDir Path folder) throws IOException {
        Model model = SmallProblems.dense(3);
        Dataset rows = SmallProblems.rows(model, 20, 5);
        Dataset queries = rows.select(new int[] {1, 4, 7});
        Path file = folder.resolve("scores.npy");
        try (Engine engine = SmallProblems.reference(1, 8);
                GaussNewton curvature = new GaussNewton(engine, model, rows)) {
            CurvatureSystem system = new CurvatureSystem(curvature, 1e-4, new ConjugateGradient.Options(1e-10, 2));
            Estimator estimator = new PerRemoval(new InfluenceFunction(engine, model, system, DEFAULT));
            try (ScoreStore killed = ScoreStore.open(file, ScoreManifest.of(estimator, rows, queries))) {
                estimator.stream(rows, queries, killed); // and is killed before it is finished
            }

            Provenance.Inverse resumed = ScoreStore.compute(file, estimator, rows, queries)
                    .provenance()
                    .inverse();

            assertThat(resumed.unconverged()).isEqualTo(3);
            assertThat(resumed.products()).isEqualTo(6);
            assertThat(resumed.largestResidual()).isGreaterThan(1e-10);
            assertThat(folder).isDirectoryNotContaining("glob:**partial**");
        }
    }

    @Test
    void blocksDoNotChangeScores() {
        Model model = SmallProblems.convolutional(3);
        Dataset rows = SmallProblems.rows(model, 23, 5);
        Dataset queries = SmallProblems.rows(model, 9, 6);
        try (Engine engine = SmallProblems.reference(2, 4);
                KroneckerInverse ekfac = Ekfac.fit(engine, model, rows, Kfac.Options.DEFAULT)
                        .inverse(engine.compute(), DampingRule.relativeToMean(0.1))) {
            Scores whole = new InfluenceFunction(engine, model, ekfac, DEFAULT).score(rows, queries);
            long least = leastBytes(engine, model, ekfac);
            InfluenceFunction small =
                    new InfluenceFunction(engine, model, ekfac, new InfluenceFunction.Options(least, 8));
            MemoryPlan plan = small.plan(23, 9);
            Scores pieces = small.score(rows, queries);

            assertThat(plan.blocks()).hasSizeGreaterThan(20);
            assertThat(plan.totalBytes()).isLessThanOrEqualTo(least);
            for (int q = 0; q < 9; q++) {
                assertThat(pieces.row(q)).containsExactly(whole.row(q), within(1e-12));
            }
        }
    }

    @Test
    void storedScoresTellWhatMadeThem(@TempDir Path folder) throws IOException {
        Model model = SmallProblems.dense(3);
        Dataset rows = SmallProblems.rows(model, 20, 5);
        try (Engine engine = SmallProblems.reference(1, 8);
                KroneckerInverse ekfac = Ekfac.fit(engine, model, rows, Kfac.Options.DEFAULT)
                        .inverse(engine.compute(), DampingRule.relativeToMean(0.1))) {
            InfluenceFunction estimator = new InfluenceFunction(engine, model, ekfac, DEFAULT);
            Scores expected = estimator.score(rows, rows);
            Scores stored = ScoreStore.compute(folder.resolve("scores"), estimator, rows, rows);

            assertThat(stored.provenance()).isEqualTo(expected.provenance());
        }
    }

    @Test
    void refusesACurvatureOfAnotherModelAndTooLittleMemory() {
        Model model = SmallProblems.dense(3);
        Model other = SmallProblems.convolutional(3);
        Dataset rows = SmallProblems.rows(other, 4, 5);
        try (Engine engine = SmallProblems.reference(1, 8);
                GaussNewton curvature = new GaussNewton(engine, other, rows)) {
            CurvatureSystem system = new CurvatureSystem(curvature, 0.1, TIGHT);

            assertThatThrownBy(() -> new InfluenceFunction(engine, model, system, DEFAULT))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("parameters");
            assertThatThrownBy(
                            () -> new InfluenceFunction(engine, other, system, new InfluenceFunction.Options(1_000, 8))
                                    .plan(10, 10))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("maxBytes is 1000");
        }
    }

    private static long leastBytes(Engine engine, Model model, KroneckerInverse inverse) {
        InfluenceFunction tiny = new InfluenceFunction(engine, model, inverse, new InfluenceFunction.Options(1, 8));
        String message = String.valueOf(catchThrowable(() -> tiny.plan(1, 1)).getMessage());
        return Long.parseLong(message.replaceAll("\\D+(\\d+) bytes.*", "$1"));
    }

    private static void assertScores(
            Engine engine, GoldenCase golden, LossOperator curvature, double damping, String expected) {
        boolean isDouble = engine.compute().precision() == Precision.FLOAT64;
        ConjugateGradient.Options options = isDouble ? TIGHT : new ConjugateGradient.Options(1e-5, 2_000);
        Model model = GoldenNetworks.model(golden);
        Scores scores = new InfluenceFunction(engine, model, new CurvatureSystem(curvature, damping, options), DEFAULT)
                .score(GoldenNetworks.train(golden), GoldenNetworks.test(golden));

        assertClose(scores, golden.expected("influence." + expected).values(), tolerance(engine));
        assertThat(scores.provenance().curvature()).isEqualTo(curvature.method());
        assertThat(scores.provenance().inverse().unconverged()).isZero();
        assertThat(scores.provenance().inverse().largestResidual()).isLessThanOrEqualTo(options.relativeTolerance());
    }

    /** Float32 products err by 1e-6, which a damped inverse enlarges by its condition, some hundreds here. */
    private static double tolerance(Engine engine) {
        return engine.compute().precision() == Precision.FLOAT64 ? GOLDEN : 1e-3;
    }

    private static Engine open(String backend) {
        return new Engine(TestBackends.create(backend), new Workers(2), 3);
    }

    private static void assertClose(Scores scores, double[] expected, double tolerance) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        double[] found = new double[expected.length];
        for (int q = 0; q < scores.queries(); q++) {
            System.arraycopy(scores.row(q), 0, found, q * scores.rows(), scores.rows());
        }
        assertThat(found).containsExactly(expected, within(tolerance * largest));
    }
}

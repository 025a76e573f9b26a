package org.expunge.influence.score.automatic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.curvature.damping.TrainingLength;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.evaluate.RankMetrics;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.BatchNormalization;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.score.CurvatureSystem;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.ScoreStore;
import org.expunge.influence.score.Scores;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.solver.RankStability;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AutomaticInfluenceTest {
    private static final AutomaticInfluence.Options DEFAULT = AutomaticInfluence.Options.DEFAULT;

    private final Engine engine = SmallProblems.reference(2, 16);

    @AfterEach
    void close() {
        engine.close();
    }

    /** A network with the rows it is for. */
    record Problem(String name, Model model, Dataset rows, Dataset queries) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Problem> problems() {
        return Stream.of(
                classification("dense", SmallProblems.dense(3)),
                classification("convolution and batch normalisation", SmallProblems.convolutional(4)),
                regression(Loss.MEAN_SQUARED_ERROR),
                regression(Loss.SQUARED_ERROR),
                smoothed());
    }

    @ParameterizedTest
    @MethodSource("problems")
    void ranksAsTheConvergedSolvesWithItsDampingDo(Problem problem) {
        try (AutomaticInfluence automatic = fit(problem, Optional.empty());
                GaussNewton curvature = new GaussNewton(engine, problem.model(), problem.rows())) {
            Scores scores = automatic.score(problem.rows(), problem.queries());
            CurvatureSystem exact =
                    new CurvatureSystem(curvature, automatic.damping(), new ConjugateGradient.Options(1e-10, 2_000));
            Scores expected = new InfluenceFunction(engine, problem.model(), exact, InfluenceFunction.Options.DEFAULT)
                    .score(problem.rows(), problem.queries());

            for (int q = 0; q < problem.queries().size(); q++) {
                assertThat(RankMetrics.spearman(scores.row(q), expected.row(q))).isGreaterThan(0.97);
            }
            assertThat(scores.provenance().coveragePercent()).isEqualTo(100);
            assertThat(scores.provenance().damping()).isEqualTo(automatic.damping());
        }
    }

    @Test
    void writesDownAllThatItChose() {
        Problem problem = classification("dense", SmallProblems.dense(3));
        try (AutomaticInfluence automatic = fit(problem, Optional.of(new TrainingLength(20, 0.01)))) {
            Provenance provenance =
                    automatic.score(problem.rows(), problem.queries()).provenance();

            assertThat(provenance.method()).isEqualTo("automatic-influence");
            assertThat(provenance.curvature()).isEqualTo("gauss-newton");
            assertThat(provenance.damping()).isCloseTo(100, within(1e-9));
            assertThat(provenance.inverse().preconditioner()).isEqualTo("ekfac");
            assertThat(provenance.inverse().solves())
                    .isEqualTo(problem.queries().size());
            assertThat(provenance.inverse().products()).isPositive();
            assertThat(provenance.inverse().choices())
                    .containsOnlyKeys("damping", "preconditioner", "end-of-solves")
                    .hasEntrySatisfying("damping", text -> assertThat(text).contains("training length"));
        }
    }

    /** A solve that is told to stop at once is not what the default does. */
    @Test
    void stopsLaterWhenRanksAreAskedToAgreeMore() {
        Problem problem = classification("dense", SmallProblems.dense(3));

        assertThat(products(problem, -0.99)).isLessThan(products(problem, 0.999));
    }

    @Test
    void aSolveThatSettledCountsAsUnconverged() {
        Problem problem = classification("dense", SmallProblems.dense(3));
        try (AutomaticInfluence automatic = AutomaticInfluence.fit(
                engine,
                problem.model(),
                problem.rows(),
                Optional.of(new TrainingLength(10, 1e4)),
                WeightDecay.NONE,
                options(-0.99))) {
            Provenance.Inverse inverse = automatic
                    .score(problem.rows(), problem.queries())
                    .provenance()
                    .inverse();

            assertThat(inverse.unconverged()).isEqualTo(problem.queries().size());
            assertThat(inverse.largestResidual()).isGreaterThan(1e-3);
        }
    }

    @Test
    void networksWithoutFactorsAreSolvedWithoutAPreconditioner() {
        Network network = Network.builder(Shape.flat(3))
                .add("normalisation", new BatchNormalization(1e-5, 0.9, false))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);
        Model model =
                new Model(network, new double[] {1, 2, 0.5, 0.1, 0.2, 0.3}, new double[] {0.1, 0.2, 0.3, 1, 1.5, 2});
        Problem problem = classification("normalisation", model);
        try (AutomaticInfluence automatic = fit(problem, Optional.empty())) {
            Provenance provenance =
                    automatic.score(problem.rows(), problem.queries()).provenance();

            assertThat(provenance.inverse().preconditioner()).isEqualTo("none");
            assertThat(provenance.coveragePercent()).isEqualTo(100);
        }
    }

    @Test
    void oneRowAndOneQueryHaveAScore() {
        Model model = SmallProblems.dense(3);
        Dataset one = SmallProblems.rows(model, 1, 5);
        Problem problem = new Problem("one", model, one, one);
        try (AutomaticInfluence automatic = fit(problem, Optional.empty())) {
            assertThat(automatic.score(one, one).score(0, 0)).isPositive();
            assertThat(automatic.score(one, one.select(new int[0])).queries()).isZero();
        }
    }

    @Test
    void thePenaltyOfTheTrainingBelongsToTheCurvature() {
        Problem problem = classification("dense", SmallProblems.dense(3));
        try (AutomaticInfluence plain = fit(problem, Optional.empty());
                AutomaticInfluence decayed = AutomaticInfluence.fit(
                        engine, problem.model(), problem.rows(), Optional.empty(), new WeightDecay(10), DEFAULT)) {
            double most = Arrays.stream(
                            decayed.score(problem.rows(), problem.queries()).row(0))
                    .map(Math::abs)
                    .max()
                    .orElseThrow();
            double before = Arrays.stream(
                            plain.score(problem.rows(), problem.queries()).row(0))
                    .map(Math::abs)
                    .max()
                    .orElseThrow();

            assertThat(most).isLessThan(before);
            assertThat(decayed.inputs()).isNotEqualTo(plain.inputs());
        }
    }

    @Test
    void storedScoresTellWhatWasChosen(@TempDir Path folder) throws IOException {
        Problem problem = classification("dense", SmallProblems.dense(3));
        try (AutomaticInfluence automatic = fit(problem, Optional.empty())) {
            Scores stored = ScoreStore.compute(folder.resolve("scores"), automatic, problem.rows(), problem.queries());

            assertThat(stored.provenance())
                    .isEqualTo(
                            automatic.score(problem.rows(), problem.queries()).provenance());
        }
    }

    @Test
    void refusesOptionsOutOfRange() {
        assertThatThrownBy(() -> new AutomaticInfluence.Options(
                        1, RankStability.Options.DEFAULT, 1, 0, InfluenceFunction.Options.DEFAULT))
                .hasMessageContaining("sampleRows");
        assertThatThrownBy(() -> new AutomaticInfluence.Options(
                        2, RankStability.Options.DEFAULT, 0, 0, InfluenceFunction.Options.DEFAULT))
                .hasMessageContaining("maxProducts");
    }

    private long products(Problem problem, double agreement) {
        try (AutomaticInfluence automatic = AutomaticInfluence.fit(
                engine,
                problem.model(),
                problem.rows(),
                Optional.of(new TrainingLength(10, 1e4)),
                WeightDecay.NONE,
                options(agreement))) {
            return automatic
                    .score(problem.rows(), problem.queries())
                    .provenance()
                    .inverse()
                    .products();
        }
    }

    private static AutomaticInfluence.Options options(double agreement) {
        return new AutomaticInfluence.Options(
                DEFAULT.sampleRows(), new RankStability.Options(1, agreement, 1), 100, 0, DEFAULT.work());
    }

    private AutomaticInfluence fit(Problem problem, Optional<TrainingLength> length) {
        return AutomaticInfluence.fit(engine, problem.model(), problem.rows(), length, WeightDecay.NONE, DEFAULT);
    }

    private static Problem classification(String name, Model model) {
        return new Problem(name, model, SmallProblems.rows(model, 80, 5), SmallProblems.rows(model, 6, 6));
    }

    private static Problem regression(Loss loss) {
        Model model = model(loss);
        return new Problem(loss.name(), model, realRows(60, 5), realRows(5, 6));
    }

    /** Softmax with targets that share a tenth among all classes. */
    private static Problem smoothed() {
        Model model = model(Loss.SOFTMAX_CROSS_ENTROPY);
        Dataset rows = realRows(60, 7);
        double[] targets = new double[120];
        Arrays.setAll(targets, i -> (i / 2 + i) % 3 == 0 ? 0.95 : 0.05);
        for (int i = 0; i < 60; i++) {
            targets[2 * i + 1] = 1 - targets[2 * i];
        }
        Dataset smooth = rows.withTargets(Targets.real(targets, 2));
        return new Problem("label smoothing", model, smooth, smooth.select(new int[] {1, 5, 8}));
    }

    private static Model model(Loss loss) {
        Network network = Network.builder(Shape.flat(3))
                .add("hidden", new Dense(6))
                .add("tanh", new ActivationLayer(Activation.TANH))
                .add("output", new Dense(2))
                .build(loss);
        double[] parameters =
                new Random(3).doubles(network.layout().length(), -1, 1).toArray();
        return new Model(network, parameters, new double[0]);
    }

    private static Dataset realRows(int n, long seed) {
        Random random = new Random(seed);
        double[] x = random.doubles(3L * n, -1, 1).toArray();
        return Dataset.of(
                "real-" + seed,
                Shape.flat(3),
                Features.of(x, 3),
                Targets.real(random.doubles(2L * n, -1, 1).toArray(), 2));
    }
}

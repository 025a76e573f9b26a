package org.expunge.influence.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.curvature.damping.TrainingLength;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.KroneckerInverse;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.CurvatureSystem;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.InnerProduct;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.Scores;
import org.expunge.influence.score.TracInCp;
import org.expunge.influence.score.automatic.AutomaticInfluence;
import org.expunge.influence.solver.BlockConjugateGradient;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.solver.StoppingRule;
import org.expunge.influence.testkit.LdsDigits;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Scores against 1 000 real retrainings on digits; what an independent implementation reached stands beside. */
class LdsDigitsTest {
    private static final double DAMPING = 1e-2;

    private static final Engine ENGINE = new Engine(Backends.create("cpu"), new Workers(2), 64);
    private static final Dataset TRAIN = LdsDigits.train();
    private static final Dataset ALL = LdsDigits.queries();
    private static final boolean[][] SUBSETS = LdsDigits.subsets();
    private static final double[][] LOSSES = LdsDigits.losses("mean_of_10_seeds");
    private static final Model MODEL = LdsDigits.model();
    private static final Ekfac EKFAC = Ekfac.fit(ENGINE, MODEL, TRAIN, Kfac.Options.DEFAULT);

    @AfterAll
    static void close() {
        ENGINE.close();
    }

    @Test
    void innerProductReachesItsScore() {
        assertThat(lds(new InnerProduct(ENGINE, MODEL, InnerProduct.Options.DEFAULT)))
                .isBetween(.29, .31); // .296
    }

    @Test
    void tracInReachesItsScore() {
        assertThat(lds(new TracInCp(ENGINE, LdsDigits.checkpoints(), TracInCp.Options.DEFAULT)))
                .isGreaterThanOrEqualTo(.36); // .375
    }

    @Test
    void kfacAndEkfacReachTheirScores() {
        DampingRule damping = DampingRule.relativeToMean(0.1);
        try (KroneckerInverse corrected = EKFAC.inverse(ENGINE.compute(), damping);
                KroneckerInverse kfac = EKFAC.factors().inverse(ENGINE.compute(), damping)) {
            assertThat(lds(new InfluenceFunction(ENGINE, MODEL, corrected, InfluenceFunction.Options.DEFAULT)))
                    .isGreaterThanOrEqualTo(.53); // .542
            assertThat(lds(new InfluenceFunction(ENGINE, MODEL, kfac, InfluenceFunction.Options.DEFAULT)))
                    .isGreaterThanOrEqualTo(.53); // .552
        }
    }

    @Test
    void preconditionedSolvesReachTheirScoresInFewProductsAndThatOfDampedGaussNewtonInTheEnd() {
        try (KroneckerInverse inverse = EKFAC.inverse(ENGINE.compute(), DampingRule.fixed(DAMPING));
                GaussNewton curvature = new GaussNewton(ENGINE, MODEL, TRAIN)) {
            CurvatureSystem system = new CurvatureSystem(curvature, DAMPING, new ConjugateGradient.Options(1e-2, 60))
                    .preconditionedBy(inverse);
            List<double[][]> answers = answers(system);

            assertThat(lds(answers.get(0))).isGreaterThanOrEqualTo(.59); // .598
            assertThat(lds(answers.get(1))).isGreaterThanOrEqualTo(.625); // .631
            assertThat(lds(answers.get(2))).isGreaterThanOrEqualTo(.63); // .645
        }
    }

    /** Blocks of 16 reach after three products a query what each query alone reaches after five. */
    @Test
    void blocksOfQueriesReachTheirScoresInFewerProducts() {
        try (KroneckerInverse inverse = EKFAC.inverse(ENGINE.compute(), DampingRule.fixed(DAMPING));
                GaussNewton curvature = new GaussNewton(ENGINE, MODEL, TRAIN)) {
            List<ParameterVector> gradients = Arrays.stream(new PerExample(ENGINE).gradients(MODEL, ALL))
                    .map(ParameterVector::of)
                    .toList();

            BlockConjugateGradient.Solution solution = new BlockConjugateGradient(
                            new BlockConjugateGradient.Options(1e-2, 3, 16))
                    .solve(curvature.damped(DAMPING), gradients, inverse, StoppingRule.NEVER);

            assertThat(solution.products()).isLessThanOrEqualTo(3L * gradients.size());
            assertThat(lds(solution.results().stream()
                            .map(result -> result.solution().toArray())
                            .toArray(double[][]::new)))
                    .isGreaterThanOrEqualTo(.625); // .630
        }
    }

    /** Every sixth query, whose scores have about the LDS of all within 0.03. */
    @Test
    void theDefaultChoosesItsDampingAndTheEndOfItsSolves() {
        int[] some = IntStream.iterate(0, q -> q < ALL.size(), q -> q + 6).toArray();
        double[][] losses = Arrays.stream(LOSSES)
                .map(row -> Arrays.stream(some).mapToDouble(q -> row[q]).toArray())
                .toArray(double[][]::new);
        try (AutomaticInfluence automatic = AutomaticInfluence.fit(
                ENGINE,
                MODEL,
                TRAIN,
                TrainingLength.of(LdsDigits.training(), TRAIN.size()),
                new WeightDecay(LdsDigits.training().l2()),
                AutomaticInfluence.Options.DEFAULT)) {
            Scores scores = automatic.score(TRAIN, ALL.select(some));

            assertThat(new LinearDatamodelingScore(Bootstrap.Options.DEFAULT)
                            .evaluate(scores, SUBSETS, losses)
                            .mean()
                            .estimate())
                    .isGreaterThanOrEqualTo(.58); // .63
        }
    }

    /** What one run of conjugate gradients a query has after 2 and after 5 products, and in the end. */
    private static List<double[][]> answers(CurvatureSystem system) {
        ConjugateGradient solver = new ConjugateGradient(system.options());
        LinearOperator damped = system.curvature().damped(system.damping());
        InverseCurvature preconditioner = system.preconditioner().orElseThrow();
        List<ParameterVector> gradients = Arrays.stream(new PerExample(ENGINE).gradients(MODEL, ALL))
                .map(ParameterVector::of)
                .toList();
        double[][] afterTwo = new double[gradients.size()][];
        double[][] afterFive = new double[gradients.size()][];
        StoppingRule watching = (products, systems, iterates) -> {
            for (int k = 0; k < systems.length; k++) {
                if (products == 2) {
                    afterTwo[systems[k]] = iterates[k].clone();
                } else if (products == 5) {
                    afterFive[systems[k]] = iterates[k].clone();
                }
            }
            return new boolean[systems.length];
        };
        double[][] end = solver.solveAll(damped, gradients, preconditioner, watching).stream()
                .map(result -> result.solution().toArray())
                .toArray(double[][]::new);
        return List.of(afterTwo, afterFive, end);
    }

    private static double lds(double[][] answers) {
        double[][] dots = new PerExample(ENGINE).dots(MODEL, TRAIN, Arrays.asList(answers));
        return new LinearDatamodelingScore(Bootstrap.Options.DEFAULT)
                .evaluate(new FixedScores(dots), SUBSETS, LOSSES)
                .mean()
                .estimate();
    }

    private static double lds(Estimator estimator) {
        LinearDatamodelingScore.Result result = new LinearDatamodelingScore(Bootstrap.Options.DEFAULT)
                .evaluate(estimator.score(TRAIN, ALL), SUBSETS, LOSSES);
        return result.mean().estimate();
    }

    /** A table without a past. */
    private static final class FixedScores implements Scores {
        private final double[][] values;

        FixedScores(double[][] values) {
            this.values = values;
        }

        @Override
        public int queries() {
            return values.length;
        }

        @Override
        public int rows() {
            return values[0].length;
        }

        @Override
        public double score(int query, int row) {
            return values[query][row];
        }

        @Override
        public double[] row(int query) {
            return values[query];
        }

        @Override
        public Provenance provenance() {
            throw new UnsupportedOperationException("these scores were put together by the test");
        }
    }
}

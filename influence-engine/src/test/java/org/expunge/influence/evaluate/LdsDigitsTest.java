package org.expunge.influence.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Function;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.KroneckerInverse;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.CurvatureSystem;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.InnerProduct;
import org.expunge.influence.score.TracInCp;
import org.expunge.influence.solver.ConjugateGradient;
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
        Ekfac ekfac = Ekfac.fit(ENGINE, MODEL, TRAIN, Kfac.Options.DEFAULT);
        DampingRule damping = DampingRule.relativeToMean(0.1);
        try (KroneckerInverse corrected = ekfac.inverse(ENGINE.compute(), damping);
                KroneckerInverse kfac = ekfac.factors().inverse(ENGINE.compute(), damping)) {
            assertThat(lds(new InfluenceFunction(ENGINE, MODEL, corrected, InfluenceFunction.Options.DEFAULT)))
                    .isGreaterThanOrEqualTo(.53); // .542
            assertThat(lds(new InfluenceFunction(ENGINE, MODEL, kfac, InfluenceFunction.Options.DEFAULT)))
                    .isGreaterThanOrEqualTo(.53); // .552
        }
    }

    @Test
    void preconditionedSolvesReachTheirScoresInFewProducts() {
        Ekfac ekfac = Ekfac.fit(ENGINE, MODEL, TRAIN, Kfac.Options.DEFAULT);
        try (KroneckerInverse inverse = ekfac.inverse(ENGINE.compute(), DampingRule.fixed(DAMPING));
                GaussNewton curvature = new GaussNewton(ENGINE, MODEL, TRAIN)) {
            Function<Integer, Double> after = products -> lds(new InfluenceFunction(
                    ENGINE,
                    MODEL,
                    new CurvatureSystem(curvature, DAMPING, new ConjugateGradient.Options(1e-6, products))
                            .preconditionedBy(inverse),
                    InfluenceFunction.Options.DEFAULT));

            assertThat(after.apply(2)).isGreaterThanOrEqualTo(.59); // .598
            assertThat(after.apply(5)).isGreaterThanOrEqualTo(.625); // .625
        }
    }

    @Test
    void convergedSolvesOfDampedGaussNewtonReachTheirScore() {
        Ekfac ekfac = Ekfac.fit(ENGINE, MODEL, TRAIN, Kfac.Options.DEFAULT);
        try (KroneckerInverse inverse = ekfac.inverse(ENGINE.compute(), DampingRule.fixed(DAMPING));
                GaussNewton curvature = new GaussNewton(ENGINE, MODEL, TRAIN)) {
            CurvatureSystem system = new CurvatureSystem(curvature, DAMPING, new ConjugateGradient.Options(1e-2, 60))
                    .preconditionedBy(inverse);

            assertThat(lds(new InfluenceFunction(ENGINE, MODEL, system, InfluenceFunction.Options.DEFAULT)))
                    .isGreaterThanOrEqualTo(.63); // .645
        }
    }

    private static double lds(Estimator estimator) {
        LinearDatamodelingScore.Result result = new LinearDatamodelingScore(Bootstrap.Options.DEFAULT)
                .evaluate(estimator.score(TRAIN, ALL), SUBSETS, LOSSES);
        return result.mean().estimate();
    }
}

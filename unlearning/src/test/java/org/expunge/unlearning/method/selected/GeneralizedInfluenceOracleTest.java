package org.expunge.unlearning.method.selected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.generalized.GeneralizedInfluence.Kind;
import org.expunge.influence.score.generalized.UnitSelection;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.LeastSquares;
import org.expunge.unlearning.Problems;
import org.expunge.unlearning.method.CandidateSearch;
import org.expunge.unlearning.method.UtilityGuard;
import org.expunge.unlearning.method.selected.GeneralizedInfluenceRemoval.Curvature;
import org.expunge.unlearning.method.selected.GeneralizedInfluenceRemoval.Options;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Least squares with a penalty, where retraining has a closed form. */
class GeneralizedInfluenceOracleTest {
    private static final int D = LeastSquares.D;
    private static final int N = 40;
    private static final int FORGOTTEN = 7;
    private static final WeightDecay DECAY = new WeightDecay(0.05);
    private static final double EXACT = 1e-10;

    private final Engine engine = Problems.engine();
    private final Dataset train = LeastSquares.rows(N, 1);
    private final ForgetSet rows = ForgetSet.of(train, Problems.first(FORGOTTEN));
    private final Model model = LeastSquares.fit(train, DECAY.l2());

    @AfterEach
    void closeEngine() {
        engine.close();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void removalWithAllParametersEqualsRetraining(Kind kind) {
        Model after = new GeneralizedInfluenceRemoval(engine, options(kind, Curvature.HESSIAN, 1))
                .forget(model, rows, rows.retain())
                .model();

        assertThat(after.parameters())
                .containsExactly(LeastSquares.fit(rows.retain(), DECAY.l2()).parameters(), within(EXACT));
        assertThat(LeastSquares.distance(model, after)).isGreaterThan(1e-3);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void newLabelsWithAllParametersEqualRetrainingWithThem(Kind kind) {
        double[] anew = new Random(9).doubles(2L * FORGOTTEN, -1, 1).toArray();
        Dataset relabelled = rows.forget().withTargets(Targets.real(anew, 2));

        Model after = GeneralizedInfluenceRemoval.relabelling(
                        engine, options(kind, Curvature.GAUSS_NEWTON, 1), relabelled)
                .forget(model, rows, rows.retain())
                .model();

        assertThat(after.parameters())
                .containsExactly(
                        LeastSquares.fit(rows.retain().concat(relabelled), DECAY.l2())
                                .parameters(),
                        within(EXACT));
        assertThat(LeastSquares.distance(model, after)).isGreaterThan(1e-3);
    }

    /** Outputs share no parameters in a linear network, so the one that moves ends where retraining puts it. */
    @Test
    void removalFromOneOutputEqualsRetrainingOfThatOutput() {
        Model after = new GeneralizedInfluenceRemoval(engine, options(Kind.FROZEN, Curvature.HESSIAN, 0.5))
                .forget(model, rows, rows.retain())
                .model();

        double[] before = model.parameters();
        double[] retrained = LeastSquares.fit(rows.retain(), DECAY.l2()).parameters();
        int output = after.parameters()[0] == before[0] ? 1 : 0;
        for (int k = 0; k < 2; k++) {
            double[] expected = k == output ? retrained : before;
            for (int a = 0; a < D; a++) {
                assertThat(after.parameters()[k * D + a]).isCloseTo(expected[k * D + a], within(EXACT));
            }
            assertThat(after.parameters()[2 * D + k]).isCloseTo(expected[2 * D + k], within(EXACT));
        }
    }

    private static Options options(Kind kind, Curvature curvature, double share) {
        UnitSelection selection = new UnitSelection(
                share, UnitSelection.Importance.HIGHEST_GRADIENTS, UnitSelection.Statistic.ABSOLUTE_OF_MEAN, 0);
        return Options.DEFAULT
                .withKind(kind)
                .withCurvature(curvature, 0)
                .withSelection(selection)
                .withWeightDecay(DECAY)
                .withDampings(List.of(0.0))
                .withSteps(List.of(1.0))
                .withSolve(new ConjugateGradient.Options(1e-14, 1000))
                .withSearch(new CandidateSearch.Options(new UtilityGuard(1, 1e9, 1e9, 1e9), false, false, 0, 0));
    }
}

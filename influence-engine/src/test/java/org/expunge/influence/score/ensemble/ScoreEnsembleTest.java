package org.expunge.influence.score.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.Cosine;
import org.expunge.influence.score.CurvatureSystem;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.InnerProduct;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.Scores;
import org.expunge.influence.score.WorkLimits;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.testkit.EstimatorContract;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Test;

class ScoreEnsembleTest extends EstimatorContract {
    private final List<Model> models = List.of(SmallProblems.dense(1), SmallProblems.dense(2), SmallProblems.dense(3));

    private static Estimator of(Engine on, Model model) {
        return new InnerProduct(on, model, InnerProduct.Options.DEFAULT);
    }

    @Override
    protected Estimator estimator(Engine on, WorkLimits limits) {
        return new ScoreEnsemble(models.stream().map(model -> of(on, model)).toList(), limits);
    }

    @Override
    protected Dataset train() {
        return SmallProblems.rows(models.get(0), 9, 3);
    }

    @Override
    protected Dataset queries() {
        return SmallProblems.rows(models.get(0), 4, 4);
    }

    @Override
    protected boolean isCutByRows() {
        return false;
    }

    @Test
    void scoresAreTheMeanOfTheMembers() {
        Scores scores = estimator(engine, WorkLimits.DEFAULT).score(train(), queries());

        List<Scores> members = models.stream()
                .map(model -> of(engine, model).score(train(), queries()))
                .toList();
        for (int q = 0; q < 4; q++) {
            for (int i = 0; i < 9; i++) {
                double sum = 0;
                for (Scores member : members) {
                    sum += member.score(q, i);
                }
                assertThat(scores.score(q, i)).isCloseTo(sum / 3, within(1e-14));
            }
        }
        assertThat(scores.provenance().method()).isEqualTo("ensemble of 3 x inner-product");
        assertThat(scores.provenance().checkpoints())
                .hasSize(3)
                .allSatisfy(used -> assertThat(used.weight()).isCloseTo(1.0 / 3, within(1e-15)));
    }

    @Test
    void aMemberThatDidNotConvergeIsCounted() {
        try (GaussNewton curvature = new GaussNewton(engine, models.get(0), train())) {
            CurvatureSystem cut = new CurvatureSystem(curvature, 1e-3, new ConjugateGradient.Options(1e-12, 1));
            Estimator solved = new InfluenceFunction(engine, models.get(0), cut, InfluenceFunction.Options.DEFAULT);

            Provenance provenance = new ScoreEnsemble(List.of(of(engine, models.get(1)), solved), WorkLimits.DEFAULT)
                    .score(train(), queries())
                    .provenance();

            assertThat(provenance.inverse().unconverged()).isEqualTo(4);
            assertThat(provenance.inverse().largestResidual()).isPositive();
            assertThat(provenance.curvature()).isEqualTo("gauss-newton, identity");
            assertThat(provenance.method()).isEqualTo("ensemble of 1 x influence-function and 1 x inner-product");
        }
    }

    @Test
    void inputsNameEachMembersOwn() {
        assertThat(estimator(engine, WorkLimits.DEFAULT).inputs())
                .containsKeys("member-0 checkpoint-0", "member-2 method")
                .hasSize(3 * (1 + of(engine, models.get(0)).inputs().size()));
    }

    @Test
    void noRowsOrQueriesGiveAnEmptyTable() {
        Estimator ensemble = estimator(engine, WorkLimits.DEFAULT);
        Dataset none = train().select(new int[0]);

        assertThat(ensemble.score(train(), none).queries()).isZero();
        assertThat(ensemble.score(none, queries()).row(1)).isEmpty();
    }

    @Test
    void differentUnitsAndNoMembersAreRefused() {
        Estimator cosine = new Cosine(engine, models.get(0), Cosine.Options.DEFAULT);

        assertThatThrownBy(() -> new ScoreEnsemble(List.of(of(engine, models.get(0)), cosine), WorkLimits.DEFAULT)
                        .score(train(), queries()))
                .hasMessageContaining("INNER_PRODUCT and in COSINE");
        assertThatThrownBy(() -> new ScoreEnsemble(List.of(), WorkLimits.DEFAULT))
                .hasMessageContaining("a member");
    }
}

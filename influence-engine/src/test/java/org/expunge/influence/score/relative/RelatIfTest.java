package org.expunge.influence.score.relative;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.KroneckerInverse;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.CurvatureSystem;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.QuerySolver;
import org.expunge.influence.score.Scores;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Test;

class RelatIfTest {
    private static final ConjugateGradient.Options TIGHT = new ConjugateGradient.Options(1e-13, 1_000);

    private final Model model = SmallProblems.dense(3);
    private final Dataset train = SmallProblems.rows(model, 12, 1);
    private final Dataset queries = SmallProblems.rows(model, 4, 2);

    @Test
    void selfInfluenceIsTheDiagonalOfTheInfluenceOfAllRowsOnAll() {
        try (Engine engine = SmallProblems.reference(2, 5);
                GaussNewton curvature = new GaussNewton(engine, model, train)) {
            CurvatureSystem system = new CurvatureSystem(curvature, 0.05, TIGHT);
            Scores all =
                    new InfluenceFunction(engine, model, system, InfluenceFunction.Options.DEFAULT).score(train, train);
            double[] diagonal =
                    IntStream.range(0, 12).mapToDouble(i -> all.score(i, i)).toArray();

            RowEffects effects = RowEffects.of(engine, model, QuerySolver.of(system), train);

            assertThat(diagonal[0]).isGreaterThan(1e-3);
            assertThat(effects.selfInfluence()).containsExactly(diagonal, within(1e-9));
            assertThat(effects.evidence().solves()).isEqualTo(12);
            assertThat(effects.evidence().unconverged()).isZero();
        }
    }

    @Test
    void scoresAreInfluenceDividedByTheRowsStepOrTheRootOfItsSelfInfluence() {
        try (Engine engine = SmallProblems.reference(1, 5);
                KroneckerInverse inverse = Ekfac.fit(engine, model, train, Kfac.Options.DEFAULT)
                        .inverse(engine.compute(), DampingRule.relativeToMean(0.1))) {
            InfluenceFunction.Options blocks = new InfluenceFunction.Options(1L << 30, 5);
            Scores plain = new InfluenceFunction(engine, model, inverse, blocks).score(train, queries);
            double[][] gradients = new PerExample(engine).gradients(model, train);

            for (RelatIf.Norm norm : RelatIf.Norm.values()) {
                Scores found =
                        new RelatIf(engine, model, () -> QuerySolver.of(inverse), norm, blocks).score(train, queries);
                for (int i = 0; i < 12; i++) {
                    double[] step = new double[gradients[i].length];
                    inverse.apply(gradients[i], step);
                    double size = Math.sqrt(dot(step, norm == RelatIf.Norm.LOSS ? gradients[i] : step));
                    for (int q = 0; q < 4; q++) {
                        double expected = plain.score(q, i) / size;
                        assertThat(found.score(q, i)).isCloseTo(expected, within(1e-10 * Math.abs(expected)));
                    }
                }
                assertThat(found.provenance().units()).isEqualTo(Provenance.Units.RELATIVE);
            }
        }
    }

    @Test
    void lossRelativeScoresOfRowsOnThemselvesAreTheRootOfTheirSelfInfluence() {
        try (Engine engine = SmallProblems.reference(1, 4)) {
            QuerySolver identity = QuerySolver.identity(model.network());
            double[] norms = new PerExample(engine).norms(model, train).total();

            Scores found = new RelatIf(
                            engine, model, () -> identity, RelatIf.Norm.LOSS, InfluenceFunction.Options.DEFAULT)
                    .score(train, train);

            for (int i = 0; i < 12; i++) {
                assertThat(found.score(i, i)).isCloseTo(norms[i], within(1e-12));
            }
        }
    }

    @Test
    void theMemoryPlanCountsTheGradientsOfATile() {
        long tileBytes = 16L * 4 * model.network().layout().length();
        try (Engine engine = SmallProblems.reference(1, 4)) {
            RelatIf relative = relative(engine, 1L << 24);
            long plain = new InfluenceFunction(
                            engine,
                            model,
                            () -> QuerySolver.identity(model.network()),
                            new InfluenceFunction.Options(1L << 24, 4096))
                    .plan(12, 4)
                    .totalBytes();

            assertThat(relative.plan(12, 4).totalBytes()).isEqualTo(plain + tileBytes);
            assertThat(relative.plan(12, 4).maxBytes()).isEqualTo(1L << 24);
            assertThatThrownBy(() -> relative(engine, tileBytes))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("maxBytes is " + tileBytes);
        }
    }

    private RelatIf relative(Engine engine, long maxBytes) {
        return new RelatIf(
                engine,
                model,
                () -> QuerySolver.identity(model.network()),
                RelatIf.Norm.LOSS,
                new InfluenceFunction.Options(maxBytes, 4096));
    }

    private static double dot(double[] x, double[] y) {
        return IntStream.range(0, x.length).mapToDouble(i -> x[i] * y[i]).sum();
    }
}

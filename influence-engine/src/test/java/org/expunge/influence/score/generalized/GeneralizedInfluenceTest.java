package org.expunge.influence.score.generalized;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.VectorMath;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.CurvatureSystem;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.Scores;
import org.expunge.influence.score.generalized.GeneralizedInfluence.Answer;
import org.expunge.influence.score.generalized.GeneralizedInfluence.Kind;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.solver.SolveResult;
import org.expunge.influence.testkit.ConvexProblem;
import org.expunge.influence.testkit.DenseSolve;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Changes of some parameters, against dense solves of what they are said to minimise or cut. */
class GeneralizedInfluenceTest {
    private static final ConjugateGradient.Options TIGHT = new ConjugateGradient.Options(1e-14, 2_000);
    private static final ParameterSelection SOME = ParameterSelection.of(12, 9, 1, 4, 6);

    @ParameterizedTest
    @CsvSource({"GENERALIZED, 0.6", "FROZEN, 0.5", "PROJECTED, 0.4"})
    void theTwoByTwoCaseIsTheOneDoneByHand(Kind kind, double expected) {
        LinearOperator curvature = dense(new double[][] {{2, 1}, {1, 3}});
        GeneralizedInfluence influence = new GeneralizedInfluence(kind, curvature, ParameterSelection.of(2, 0), TIGHT);

        Answer answer = influence.change(new double[] {1, 1});

        assertThat(answer.vector().toArray()).containsExactly(new double[] {expected, 0}, within(1e-12));
        assertThat(answer.solve()).isInstanceOf(SolveResult.Converged.class);
    }

    @Test
    void theGeneralizedChangeLeavesTheLeastGradientOverAllParameters() {
        double[][] h = symmetric(12, 3, 1);
        double[] g = random(12, 4);
        int[] s = SOME.indices();
        double[][] normal = new double[4][4];
        double[] right = new double[4];
        for (int i = 0; i < 4; i++) {
            for (int r = 0; r < 12; r++) {
                right[i] += h[r][s[i]] * g[r];
                for (int j = 0; j < 4; j++) {
                    normal[i][j] += h[r][s[i]] * h[r][s[j]];
                }
            }
        }

        double[] found = change(Kind.GENERALIZED, h, g);

        assertThat(SOME.gather(found)).containsExactly(DenseSolve.solve(normal, right), within(1e-10));
        assertThat(left(h, found, g)).isLessThan(left(h, change(Kind.FROZEN, h, g), g));
        assertThat(left(h, found, g)).isLessThan(left(h, change(Kind.PROJECTED, h, g), g));
        for (int i : new int[] {0, 2, 3, 5, 7, 8, 10, 11}) {
            assertThat(found[i]).isZero();
        }
    }

    @Test
    void theFrozenChangeIsTheMinimumOfAQuadraticOverTheSelectionAlone() {
        ConvexProblem problem = ConvexProblem.ridge(40, 12, 0.1, 3);
        double[] theta = problem.optimum(problem.equalWeights());
        double[] without = problem.equalWeights();
        for (int i = 0; i < 40; i++) {
            without[i] = i < 6 ? 0 : 1.0 / 34;
        }
        double[][] h = problem.hessian(theta, without);
        double[] g = problem.gradient(theta, without);
        Arrays.setAll(g, f -> -g[f]);

        double[] moved = theta.clone();
        VectorMath.addScaled(1, change(Kind.FROZEN, h, g), moved);

        for (int index : SOME.indices()) {
            assertThat(problem.gradient(moved, without)[index]).isCloseTo(0, within(1e-12));
        }
    }

    @Test
    void theProjectedChangeIsTheWholeOneCutDown() {
        double[][] h = symmetric(12, 3, 1);
        double[] g = random(12, 4);

        assertThat(SOME.gather(change(Kind.PROJECTED, h, g)))
                .containsExactly(SOME.gather(DenseSolve.solve(h, g)), within(1e-10));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void withAllParametersSelectedTheChangeIsTheWholeSolve(Kind kind) {
        double[][] h = symmetric(12, 3, 1);
        double[] g = random(12, 4);
        GeneralizedInfluence influence = new GeneralizedInfluence(kind, dense(h), ParameterSelection.all(12), TIGHT);

        assertThat(influence.change(g).vector().toArray()).containsExactly(DenseSolve.solve(h, g), within(1e-9));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whereTheSelectionIsABlockOfItsOwnTheThreeAgree(Kind kind) {
        double[][] h = symmetric(12, 3, 1);
        boolean[] isSelected = new boolean[12];
        for (int index : SOME.indices()) {
            isSelected[index] = true;
        }
        for (int i = 0; i < 12; i++) {
            for (int j = 0; j < 12; j++) {
                h[i][j] = isSelected[i] == isSelected[j] ? h[i][j] : 0;
            }
        }
        double[] g = random(12, 4);

        assertThat(change(kind, h, g)).containsExactly(change(Kind.PROJECTED, h, g), within(1e-10));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anIndefiniteCurvatureIsNoObstacle(Kind kind) {
        double[][] h = symmetric(12, 3, -2);

        Answer answer = new GeneralizedInfluence(kind, dense(h), SOME, TIGHT).change(random(12, 4));

        assertThat(answer.solve()).isInstanceOf(SolveResult.Converged.class);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void directionsGiveTheChangesEffectOnAQuery(Kind kind) {
        double[][] h = symmetric(12, 3, 1);
        double[] query = random(12, 5);
        GeneralizedInfluence influence = new GeneralizedInfluence(kind, dense(h), SOME, TIGHT);

        double[] s = influence.direction(query).vector().toArray();

        for (int seed = 10; seed < 13; seed++) {
            double[] g = random(12, seed);
            double effect = VectorMath.dot(query, influence.change(g).vector().toArray());
            assertThat(VectorMath.dot(s, g)).isCloseTo(effect, within(1e-9));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void scoresOfRowsAreTheirChangesEffectsOnQueries(Kind kind) {
        Model model = SmallProblems.dense(3);
        Dataset train = SmallProblems.rows(model, 9, 1);
        Dataset queries = SmallProblems.rows(model, 2, 2);
        int p = model.network().layout().length();
        ParameterSelection selection = ParameterSelection.of(p, 3, 17, 30, 41, 54);
        try (Engine engine = SmallProblems.reference(1, 4);
                GaussNewton curvature = new GaussNewton(engine, model, train)) {
            Scores scores = new InfluenceFunction(
                            engine,
                            model,
                            () -> new GeneralizedSolver(kind, curvature, 0.1, selection, TIGHT),
                            InfluenceFunction.Options.DEFAULT)
                    .score(train, queries);

            GeneralizedInfluence influence = new GeneralizedInfluence(kind, curvature.damped(0.1), selection, TIGHT);
            double[][] rows = new PerExample(engine).gradients(model, train);
            double[][] asked = new PerExample(engine).gradients(model, queries);
            for (int i = 0; i < 9; i++) {
                double[] change = influence.change(rows[i]).vector().toArray();
                for (int q = 0; q < 2; q++) {
                    assertThat(scores.score(q, i)).isCloseTo(VectorMath.dot(asked[q], change), within(1e-9));
                }
            }
            assertThat(scores.provenance().coveragePercent()).isEqualTo(500.0 / p);
            assertThat(scores.provenance().layers()).containsExactly("hidden", "plain", "output");
            assertThat(scores.provenance().inverse().unconverged()).isZero();
        }
    }

    @Test
    void scoresWithAllParametersSelectedAreThoseOfTheInfluenceFunction() {
        Model model = SmallProblems.dense(3);
        Dataset train = SmallProblems.rows(model, 9, 1);
        ParameterSelection all = ParameterSelection.all(model.network().layout().length());
        try (Engine engine = SmallProblems.reference(1, 4);
                GaussNewton curvature = new GaussNewton(engine, model, train)) {
            InfluenceFunction.Options options = InfluenceFunction.Options.DEFAULT;
            Scores plain = new InfluenceFunction(engine, model, new CurvatureSystem(curvature, 0.1, TIGHT), options)
                    .score(train, train);
            Scores found = new InfluenceFunction(
                            engine,
                            model,
                            () -> new GeneralizedSolver(Kind.GENERALIZED, curvature, 0.1, all, TIGHT),
                            options)
                    .score(train, train);

            for (int q = 0; q < 9; q++) {
                assertThat(found.row(q)).containsExactly(plain.row(q), within(1e-8));
            }
        }
    }

    @Test
    void refusesSelectionsThatAreEmptyRepeatedOrOfAnotherModel() {
        LinearOperator curvature = dense(symmetric(12, 3, 1));

        assertThatThrownBy(() -> ParameterSelection.of(3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no parameter");
        assertThatThrownBy(() -> ParameterSelection.of(3, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ParameterSelection.of(3, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new GeneralizedInfluence(Kind.FROZEN, curvature, ParameterSelection.of(3, 1), TIGHT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("12 parameters");
    }

    private static double[] change(Kind kind, double[][] h, double[] g) {
        return new GeneralizedInfluence(kind, dense(h), SOME, TIGHT)
                .change(g)
                .vector()
                .toArray();
    }

    private static double left(double[][] h, double[] x, double[] g) {
        double[] rest = new double[g.length];
        dense(h).apply(x, rest);
        VectorMath.addScaled(-1, g, rest);
        return Math.sqrt(VectorMath.dot(rest, rest));
    }

    private static double[] random(int n, long seed) {
        return new Random(seed).doubles(n, -1, 1).toArray();
    }

    private static double[][] symmetric(int n, long seed, double diagonal) {
        Random random = new Random(seed);
        double[][] a = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                a[i][j] = 0.3 * random.nextGaussian();
                a[j][i] = a[i][j];
            }
            a[i][i] += i % 3 == 0 ? diagonal + 2 : 3;
        }
        return a;
    }

    private static LinearOperator dense(double[][] a) {
        return new LinearOperator() {
            @Override
            public int dimension() {
                return a.length;
            }

            @Override
            public void apply(double[] x, double[] y) {
                Arrays.setAll(y, i -> VectorMath.dot(a[i], x));
            }
        };
    }
}

package org.expunge.unlearning.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.LeastSquares;
import org.expunge.unlearning.Problems;
import org.expunge.unlearning.inversion.ClosedFormInverter;
import org.expunge.unlearning.inversion.KrylovInverter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The step against retraining where that has an independent answer. */
class InfluenceRemovalOracleTest {
    private static final int D = LeastSquares.D;
    private static final int N = 40;
    private static final double L2 = 0.05;

    /** Curvatures here have eigenvalues above 0.03, and solves stop at 1e-14. */
    private static final double EXACT = 1e-10;

    private final Engine engine = Problems.engine();

    @AfterEach
    void closeEngine() {
        engine.close();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, L2})
    void leastSquaresRemovalEqualsRetraining(double l2) {
        Dataset train = LeastSquares.rows(N, 1);
        ForgetSet rows = ForgetSet.of(train, Problems.first(7));
        Model model = LeastSquares.fit(train, l2);

        Model forgotten = step(InfluenceRemoval.RightHandSide.REMOVED_ROWS, l2, model, rows);

        assertThat(forgotten.parameters())
                .containsExactly(LeastSquares.fit(rows.retain(), l2).parameters(), within(EXACT));
        assertThat(LeastSquares.distance(model, forgotten)).isGreaterThan(1e-3);
    }

    @Test
    void theRemainingGradientReachesTheRetrainedOptimumFromAnywhere() {
        Dataset train = LeastSquares.rows(N, 1);
        ForgetSet rows = ForgetSet.of(train, Problems.first(7));
        Model start = LeastSquares.fit(train, L2)
                .withParameters(new Random(3).doubles(2 * (D + 1)).toArray());

        Model forgotten = step(InfluenceRemoval.RightHandSide.REMAINING_ROWS, L2, start, rows);

        assertThat(forgotten.parameters())
                .containsExactly(LeastSquares.fit(rows.retain(), L2).parameters(), within(EXACT));
    }

    @ParameterizedTest
    @EnumSource(InfluenceRemoval.RightHandSide.class)
    void oneLogisticStepGoesMostOfTheWay(InfluenceRemoval.RightHandSide rightHandSide) {
        Dataset train = classes(N, 2);
        ForgetSet rows = ForgetSet.of(train, Problems.first(5));
        Model model = logistic(train, L2);
        Model retrained = logistic(rows.retain(), L2);

        Model forgotten = step(rightHandSide, L2, model, rows);

        assertThat(LeastSquares.distance(forgotten, retrained))
                .isLessThan(0.1 * LeastSquares.distance(model, retrained));
    }

    @Test
    void repeatedLogisticStepsConvergeToTheRetrainedOptimum() {
        Dataset train = classes(N, 2);
        ForgetSet rows = ForgetSet.of(train, Problems.first(5));
        Model model = logistic(train, L2);

        Model forgotten = steps(exact(L2, InfluenceRemoval.RightHandSide.REMAINING_ROWS, 6), model, rows);

        assertThat(LeastSquares.distance(forgotten, logistic(rows.retain(), L2)))
                .isLessThan(1e-9);
    }

    /** One linear layer under a squared loss is one Kronecker product and one block. */
    @ParameterizedTest
    @EnumSource(names = {"KFAC", "EKFAC", "BLOCK_DENSE"})
    void leastSquaresRemovalByAnExactClosedFormEqualsRetraining(ClosedFormInverter.Form form) {
        Dataset train = LeastSquares.rows(N, 1);
        ForgetSet rows = ForgetSet.of(train, Problems.first(7));
        InfluenceRemoval.Options options = exact(0, InfluenceRemoval.RightHandSide.REMOVED_ROWS, 1)
                .withInverter(new ClosedFormInverter(form))
                .withDampings(List.of(1e-12));

        Model forgotten = steps(options, LeastSquares.fit(train, 0), rows);

        assertThat(forgotten.parameters())
                .containsExactly(LeastSquares.fit(rows.retain(), 0).parameters(), within(1e-9));
    }

    @Test
    void theOrderOfTheRowsDoesNotMatter() {
        Dataset train = LeastSquares.rows(N, 1);
        Model model = LeastSquares.fit(train, L2);
        Dataset reversed =
                train.select(IntStream.range(0, N).map(i -> N - 1 - i).toArray());

        Model one = step(InfluenceRemoval.RightHandSide.REMOVED_ROWS, L2, model, ForgetSet.of(train, new int[] {2, 9}));
        Model other = step(
                InfluenceRemoval.RightHandSide.REMOVED_ROWS, L2, model, ForgetSet.of(reversed, new int[] {N - 10, N - 3
                }));

        assertThat(other.parameters()).containsExactly(one.parameters(), within(EXACT));
    }

    @Test
    void forgettingTwiceEqualsForgettingTogether() {
        Dataset train = LeastSquares.rows(N, 1);
        Model model = LeastSquares.fit(train, L2);
        ForgetSet first = ForgetSet.of(train, new int[] {0, 1, 2});
        ForgetSet second = ForgetSet.of(first.retain(), new int[] {0, 1});
        InfluenceRemoval.RightHandSide removed = InfluenceRemoval.RightHandSide.REMOVED_ROWS;

        Model inTurn = step(removed, L2, step(removed, L2, model, first), second);

        Model together = step(removed, L2, model, ForgetSet.of(train, Problems.first(5)));
        assertThat(inTurn.parameters()).containsExactly(together.parameters(), within(EXACT));
    }

    @Test
    void aDuplicateThatRemainsKeepsTheModelWhereItsRowsPutIt() {
        Dataset train = classes(N, 2);
        Dataset copies = train.select(Problems.first(5));
        Dataset twice = train.concat(
                copies.withIds(copies.ids().stream().map(id -> "copy of " + id).toList()));
        ForgetSet rows = ForgetSet.of(twice, Problems.first(5));
        Model model = logistic(twice, L2);

        Model forgotten = step(InfluenceRemoval.RightHandSide.REMOVED_ROWS, L2, model, rows);

        assertThat(rows.retain().size()).isEqualTo(N);
        assertThat(LeastSquares.distance(forgotten, logistic(train, L2)))
                .isLessThan(0.1 * LeastSquares.distance(model, logistic(train, L2)));
        Dataset without = train.without(Problems.first(5));
        assertThat(LeastSquares.distance(forgotten, logistic(train, L2)))
                .isLessThan(LeastSquares.distance(forgotten, logistic(without, L2)));
    }

    /** One undamped full step with every guard open. */
    private Model step(InfluenceRemoval.RightHandSide side, double l2, Model model, ForgetSet rows) {
        return steps(exact(l2, side, 1), model, rows);
    }

    private static InfluenceRemoval.Options exact(double l2, InfluenceRemoval.RightHandSide side, int rounds) {
        return new InfluenceRemoval.Options(
                new WeightDecay(l2),
                side,
                new KrylovInverter(KrylovInverter.Products.GAUSS_NEWTON, KrylovInverter.Solver.CG, 1e-14, 500),
                List.of(0.0),
                List.of(1.0),
                rounds,
                0,
                InfluenceRemoval.Options.DEFAULT.repair(),
                new CandidateSearch.Options(
                        new UtilityGuard(1, 1e9, Double.POSITIVE_INFINITY, 1e9), true, false, 0, 0));
    }

    private Model steps(InfluenceRemoval.Options options, Model model, ForgetSet rows) {
        return new InfluenceRemoval(engine, options)
                .forget(model, rows, rows.retain())
                .model();
    }

    private static Dataset classes(int rows, long seed) {
        Random random = new Random(seed);
        double[] x = random.doubles((long) rows * D, -1, 1).toArray();
        double[] y = IntStream.range(0, rows)
                .mapToDouble(i -> x[i * D] + 0.5 * random.nextGaussian() > 0 ? 1 : 0)
                .toArray();
        return Dataset.of("classes", Shape.flat(D), Features.of(x, D), Targets.real(y, 1));
    }

    /** Rows with a trailing 1 for the bias. */
    private static double[][] design(Dataset data) {
        double[][] x = new double[data.size()][D + 1];
        for (int i = 0; i < x.length; i++) {
            data.features().read(i, x[i], 0);
            x[i][D] = 1;
        }
        return x;
    }

    /** Minimises the mean logistic loss plus {@code ½ l2 ‖w‖²} by Newton's method on the explicit Hessian. */
    private static Model logistic(Dataset data, double l2) {
        double[][] x = design(data);
        double[] w = new double[D + 1];
        for (int iteration = 0; iteration < 50; iteration++) {
            double[] gradient = new double[D + 1];
            double[][] hessian = new double[D + 1][D + 1];
            for (int i = 0; i < x.length; i++) {
                double z = 0;
                for (int a = 0; a <= D; a++) {
                    z += w[a] * x[i][a];
                }
                double p = 1 / (1 + Math.exp(-z));
                for (int a = 0; a <= D; a++) {
                    gradient[a] += (p - data.label(i)) * x[i][a] / x.length;
                    for (int b = 0; b <= D; b++) {
                        hessian[a][b] += p * (1 - p) * x[i][a] * x[i][b] / x.length;
                    }
                }
            }
            for (int a = 0; a < D; a++) {
                gradient[a] += l2 * w[a];
                hessian[a][a] += l2;
            }
            double[] move = Problems.solve(hessian, gradient);
            for (int a = 0; a <= D; a++) {
                w[a] -= move[a];
            }
        }
        Network network =
                Network.builder(Shape.flat(D)).add("linear", new Dense(1)).build(Loss.SIGMOID_CROSS_ENTROPY);
        return new Model(network, w, new double[0]);
    }
}

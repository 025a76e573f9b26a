package org.expunge.influence.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.Hessian;
import org.expunge.influence.curvature.LossOperator;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.KroneckerInverse;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What scores must do when the training set is permuted or doubled, or the loss and λ are scaled together; and that a
 * hidden n, in λ or in the score, is found out by it.
 */
class EquivarianceTest {
    /** Solves to 1e-13 leave errors of the condition, some 100, times that. */
    private static final double ROUNDING = 1e-10;

    private static final int ROWS = 14;
    private static final double DAMPING = 0.05;

    /** Scores of every row for every query, at λ of the mean loss. */
    private interface Scorer {
        Scores score(Model model, Dataset train, Dataset queries, double damping);
    }

    /** Where a curvature comes from. */
    enum Curvature implements Scorer {
        GAUSS_NEWTON {
            @Override
            public Scores score(Model model, Dataset train, Dataset queries, double damping) {
                try (Engine engine = SmallProblems.reference(1, 5);
                        GaussNewton operator = new GaussNewton(engine, model, train)) {
                    return solved(engine, model, operator, train, queries, damping);
                }
            }
        },
        HESSIAN {
            @Override
            public Scores score(Model model, Dataset train, Dataset queries, double damping) {
                try (Engine engine = SmallProblems.reference(1, 5);
                        Hessian operator = new Hessian(engine, model, train)) {
                    return solved(engine, model, operator, train, queries, 20 * damping);
                }
            }
        },
        EKFAC {
            @Override
            public Scores score(Model model, Dataset train, Dataset queries, double damping) {
                try (Engine engine = SmallProblems.reference(1, 5);
                        KroneckerInverse inverse = Ekfac.fit(engine, model, train, Kfac.Options.DEFAULT)
                                .inverse(engine.compute(), DampingRule.fixed(damping))) {
                    return new InfluenceFunction(engine, model, inverse, InfluenceFunction.Options.DEFAULT)
                            .score(train, queries);
                }
            }
        }
    }

    private final Model model = model(Loss.SQUARED_ERROR);
    private final Dataset train = rows("train", ROWS, 3);
    private final Dataset queries = rows("queries", 4, 4);

    @ParameterizedTest
    @EnumSource(Curvature.class)
    void permutingTheRowsPermutesTheScores(Curvature curvature) {
        assertThat(permutationError(curvature)).isLessThan(ROUNDING);
    }

    @ParameterizedTest
    @EnumSource(Curvature.class)
    void doublingEveryRowLeavesTheScoresAndHalvesThemAfterDivisionByN(Curvature curvature) {
        assertThat(doublingError(curvature)).isLessThan(ROUNDING);
    }

    @ParameterizedTest
    @EnumSource(Curvature.class)
    void scalingTheLossAndLambdaTogetherScalesTheScores(Curvature curvature) {
        assertThat(scalingError(curvature)).isLessThan(ROUNDING);
    }

    @Test
    void aLambdaOfTheSummedLossIsFoundOutByDoubling() {
        Scorer sum = (m, rows, asked, damping) -> Curvature.GAUSS_NEWTON.score(m, rows, asked, damping / rows.size());

        assertThat(doublingError(sum)).isGreaterThan(0.01);
        assertThat(permutationError(sum)).isLessThan(ROUNDING);
    }

    @Test
    void aHiddenDivisionByNIsFoundOutByDoubling() {
        Scorer divided = (m, rows, asked, damping) ->
                times(1.0 / rows.size(), Curvature.GAUSS_NEWTON.score(m, rows, asked, damping));

        assertThat(doublingError(divided)).isGreaterThan(0.1);
    }

    @Test
    void aLambdaThatDoesNotFollowTheLossIsFoundOutByScaling() {
        Scorer fixed = (m, rows, asked, damping) -> Curvature.GAUSS_NEWTON.score(m, rows, asked, DAMPING);

        assertThat(scalingError(fixed)).isGreaterThan(0.01);
    }

    @Test
    void rowsInAnotherOrderThanTheirScoresAreFoundOutByPermuting() {
        Scorer sorted = (m, rows, asked, damping) -> {
            int[] byId = IntStream.range(0, rows.size())
                    .boxed()
                    .sorted((a, b) -> rows.id(a).compareTo(rows.id(b)))
                    .mapToInt(i -> i)
                    .toArray();
            return Curvature.GAUSS_NEWTON.score(m, rows.select(byId), asked, damping);
        };

        assertThat(permutationError(sorted)).isGreaterThan(0.1);
    }

    private double permutationError(Scorer scorer) {
        int[] order = IntStream.range(0, ROWS).map(i -> (5 * i + 3) % ROWS).toArray();
        Scores plain = scorer.score(model, train, queries, DAMPING);
        Scores permuted = scorer.score(model, train.select(order), queries, DAMPING);
        return error(permuted, (q, i) -> plain.score(q, order[i]), ROWS);
    }

    private double doublingError(Scorer scorer) {
        Scores plain = scorer.score(model, train, queries, DAMPING);
        Dataset copies =
                train.withIds(train.ids().stream().map(id -> id + "-again").toList());
        Scores doubled = scorer.score(model, train.concat(copies), queries, DAMPING);
        return error(doubled, (q, i) -> plain.score(q, i % ROWS), 2 * ROWS);
    }

    /** The mean squared error of 3 outputs is a third of the squared error. */
    private double scalingError(Scorer scorer) {
        Scores plain = scorer.score(model, train, queries, DAMPING);
        Scores third = scorer.score(model(Loss.MEAN_SQUARED_ERROR), train, queries, DAMPING / 3);
        return error(third, (q, i) -> plain.score(q, i) / 3, ROWS);
    }

    private interface Expected {
        double of(int query, int row);
    }

    /** The largest difference, relative to the largest score. */
    private static double error(Scores found, Expected expected, int rows) {
        double worst = 0;
        double size = 0;
        for (int q = 0; q < found.queries(); q++) {
            for (int i = 0; i < rows; i++) {
                worst = Math.max(worst, Math.abs(found.score(q, i) - expected.of(q, i)));
                size = Math.max(size, Math.abs(expected.of(q, i)));
            }
        }
        return worst / size;
    }

    private static Scores times(double factor, Scores scores) {
        double[][] values = IntStream.range(0, scores.queries())
                .mapToObj(q -> Arrays.stream(scores.row(q)).map(v -> factor * v).toArray())
                .toArray(double[][]::new);
        return new DenseScores(values, scores.rows(), scores.provenance());
    }

    private static Scores solved(
            Engine engine, Model model, LossOperator operator, Dataset train, Dataset queries, double damping) {
        CurvatureSystem system = new CurvatureSystem(operator, damping, new ConjugateGradient.Options(1e-13, 2_000));
        return new InfluenceFunction(engine, model, system, InfluenceFunction.Options.DEFAULT).score(train, queries);
    }

    private static Model model(Loss loss) {
        Network network = Network.builder(Shape.flat(4))
                .add("hidden", new Dense(5))
                .add("tanh", new ActivationLayer(Activation.TANH))
                .add("output", new Dense(3))
                .build(loss);
        double[] parameters =
                new Random(9).doubles(network.layout().length(), -0.7, 0.7).toArray();
        return new Model(network, parameters, new double[0]);
    }

    private static Dataset rows(String name, int n, long seed) {
        Random random = new Random(seed);
        Dataset rows = Dataset.of(
                name,
                Shape.flat(4),
                Features.of(random.doubles(4L * n, -1, 1).toArray(), 4),
                Targets.real(random.doubles(3L * n, -1, 1).toArray(), 3));
        return rows.withIds(Stream.iterate(0, i -> i + 1)
                .limit(n)
                .map(i -> name + (97 * i) % 101)
                .toList());
    }
}

package org.expunge.influence.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.MemoryUse;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.KroneckerInverse;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Shape;
import org.expunge.influence.gradient.Truncation;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.preset.Presets;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.training.Checkpoint;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the buffers hold while scores are made, against the plan that is shown before. */
class MemoryKeptTest {
    private static final int ROWS = 90;
    private static final int QUERIES = 40;

    static Stream<Arguments> cases() {
        return Stream.of("reference", "cpu")
                .flatMap(backend -> Stream.of(200_000L, 6_000_000L, 1L << 28)
                        .flatMap(maxBytes -> Stream.of("dense", "convolutional")
                                .map(kind -> Arguments.of(backend, kind, maxBytes))));
    }

    private static Model model(String kind) {
        return kind.equals("dense")
                ? Initializer.XAVIER.initialise(Presets.mlp(Shape.flat(30), 3, List.of(40, 20)), 1)
                : SmallProblems.convolutional(1);
    }

    @ParameterizedTest(name = "{1} on {0} within {2} bytes")
    @MethodSource("cases")
    void scoringStaysWithinThePlan(String backend, String kind, long maxBytes) {
        Model model = model(kind);
        assertThat(model.network().loss()).isEqualTo(Loss.SOFTMAX_CROSS_ENTROPY);
        Dataset rows = SmallProblems.rows(model, ROWS, 2);
        Dataset queries = SmallProblems.rows(model, QUERIES, 3);
        try (Engine engine = new Engine(Backends.create(backend), new Workers(2), 4);
                KroneckerInverse inverse = Ekfac.fit(engine, model, rows, Kfac.Options.DEFAULT)
                        .inverse(engine.compute(), DampingRule.relativeToMean(0.1));
                GaussNewton curvature = new GaussNewton(engine, model, rows)) {
            CurvatureSystem system = new CurvatureSystem(curvature, 0.1, new ConjugateGradient.Options(1e-3, 2));
            InfluenceFunction.Options whole = new InfluenceFunction.Options(maxBytes, 64);
            InfluenceFunction.Options cut = whole.withTruncation(Truncation.toRank(2));
            TrajectoryEstimator.Options options =
                    new TrajectoryEstimator.Options(Weighting.LEARNING_RATE, maxBytes, 64);
            List<BiFunction<Engine, Model, Estimator>> estimators = List.of(
                    (e, m) -> new InfluenceFunction(e, m, inverse, whole),
                    (e, m) -> new InfluenceFunction(e, m, inverse, cut),
                    (e, m) -> new InfluenceFunction(e, m, system, whole),
                    (e, m) -> new InnerProduct(e, m, options),
                    (e, m) -> new GasL(e, List.of(new Checkpoint(0, 0, 0.1, 1, m)), options));
            inverse.apply(model.parameters(), model.parameters().clone()); // what it allocates itself, on either side
            curvature.apply(model.parameters(), model.parameters().clone());
            for (BiFunction<Engine, Model, Estimator> make : estimators) {
                assertKept(engine, make.apply(engine, model), rows, queries, maxBytes);
            }
        }
    }

    private static void assertKept(Engine engine, Estimator estimator, Dataset rows, Dataset queries, long maxBytes) {
        MemoryPlan plan;
        try {
            plan = estimator.plan(rows.size(), queries.size());
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("maxBytes is " + maxBytes); // refused before anything is taken
            return;
        }
        MemoryUse memory = engine.compute().memory();
        long before = memory.now();
        memory.restart();

        estimator.score(rows, queries);

        assertThat(plan.totalBytes()).isLessThanOrEqualTo(maxBytes);
        assertThat(memory.peak() - before).as(plan.describe()).isBetween(1L, plan.totalBytes() - plan.sumBytes());
        assertThat(memory.now()).isEqualTo(before);
    }
}

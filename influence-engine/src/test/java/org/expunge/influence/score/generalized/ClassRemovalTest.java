package org.expunge.influence.score.generalized;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.curvature.Hessian;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.curvature.VectorMath;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.score.generalized.GeneralizedInfluence.Kind;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.training.Evaluator;
import org.junit.jupiter.api.Test;

/** A class removed from a softmax regression by moving the weights of its own output, in one step. */
class ClassRemovalTest {
    private static final WeightDecay DECAY = new WeightDecay(1e-2);
    private static final ConjugateGradient.Options TIGHT = new ConjugateGradient.Options(1e-12, 2_000);
    private static final int FEATURES = 8;
    private static final int CLASSES = 4;

    @Test
    void theOutputForgetsItsClassAndTheGeneralizedStepLeavesTheLeastGradient() {
        try (Engine engine = SmallProblems.reference(1, 256)) {
            Dataset train = rows(800, 3);
            Dataset test = rows(800, 4);
            Dataset remaining = others(train);
            Model fitted = fit(engine, train);
            // where all rows have none left, that of the others points down
            double[] downhill = gradient(engine, fitted, remaining);
            Arrays.setAll(downhill, i -> -downhill[i]);
            Map<Kind, Model> moved = new EnumMap<>(Kind.class);
            Map<Kind, Double> left = new EnumMap<>(Kind.class);
            try (Hessian hessian = new Hessian(engine, fitted, remaining, DECAY)) {
                for (Kind kind : Kind.values()) {
                    double[] change = new GeneralizedInfluence(kind, hessian, ofFirstOutput(), TIGHT)
                            .change(downhill)
                            .vector()
                            .toArray();
                    double[] rest = new double[change.length];
                    hessian.apply(change, rest);
                    VectorMath.addScaled(-1, downhill, rest);
                    left.put(kind, norm(rest));
                    double[] parameters = fitted.parameters();
                    VectorMath.addScaled(1, change, parameters);
                    moved.put(kind, fitted.withParameters(parameters));
                }
            }

            assertThat(of(left, Kind.GENERALIZED)).isLessThan(of(left, Kind.FROZEN));
            assertThat(of(left, Kind.FROZEN)).isLessThan(of(left, Kind.PROJECTED));
            for (Kind kind : Kind.values()) {
                assertThat(norm(gradient(engine, of(moved, kind), remaining))).isLessThan(norm(downhill));
            }
            double before = accuracy(engine, fitted, ofClassZero(test));
            assertThat(before).isGreaterThan(0.85);
            assertThat(accuracy(engine, of(moved, Kind.GENERALIZED), ofClassZero(test)))
                    .isLessThan(0.7 * before);
            assertThat(accuracy(engine, of(moved, Kind.FROZEN), ofClassZero(test)))
                    .isLessThan(accuracy(engine, of(moved, Kind.PROJECTED), ofClassZero(test)));
            assertThat(accuracy(engine, of(moved, Kind.GENERALIZED), others(test)))
                    .isGreaterThan(accuracy(engine, fitted, others(test)) - 0.01);
        }
    }

    private static <T> T of(Map<Kind, T> values, Kind kind) {
        return Objects.requireNonNull(values.get(kind));
    }

    /** Newton's method from zero. */
    private static Model fit(Engine engine, Dataset rows) {
        Network network = Network.builder(Shape.flat(FEATURES))
                .add("output", new Dense(CLASSES))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);
        Model model = new Model(network, new double[network.layout().length()], new double[0]);
        for (int step = 0; step < 8; step++) {
            double[] parameters = model.parameters();
            try (Hessian hessian = new Hessian(engine, model, rows, DECAY)) {
                double[] move = new ConjugateGradient(TIGHT)
                        // all biases may rise together: a little damping settles them
                        .solve(hessian.damped(1e-6), ParameterVector.of(gradient(engine, model, rows)))
                        .solution()
                        .toArray();
                VectorMath.addScaled(-1, move, parameters);
            }
            model = model.withParameters(parameters);
        }
        assertThat(norm(gradient(engine, model, rows))).isLessThan(1e-6);
        return model;
    }

    private static double[] gradient(Engine engine, Model model, Dataset rows) {
        double[] gradient = new PerExample(engine).meanGradient(model, rows);
        DECAY.addProduct(model.network(), 1, model.parameters(), gradient);
        return gradient;
    }

    private static ParameterSelection ofFirstOutput() {
        int[] own = IntStream.concat(IntStream.range(0, FEATURES), IntStream.of(CLASSES * FEATURES))
                .toArray();
        return ParameterSelection.of(CLASSES * (FEATURES + 1), own);
    }

    private static double accuracy(Engine engine, Model model, Dataset rows) {
        return new Evaluator(engine).evaluate(model, rows).accuracy();
    }

    private static Dataset ofClassZero(Dataset rows) {
        return rows.select(withLabelZero(rows));
    }

    private static Dataset others(Dataset rows) {
        return rows.without(withLabelZero(rows));
    }

    private static int[] withLabelZero(Dataset rows) {
        return IntStream.range(0, rows.size()).filter(i -> rows.label(i) == 0).toArray();
    }

    private static double norm(double[] x) {
        return Math.sqrt(VectorMath.dot(x, x));
    }

    /** Four clouds, each off the origin along an axis of its own. */
    private static Dataset rows(int n, long seed) {
        Random random = new Random(seed);
        double[] x = new double[n * FEATURES];
        int[] labels = new int[n];
        for (int i = 0; i < n; i++) {
            labels[i] = random.nextInt(CLASSES);
            for (int f = 0; f < FEATURES; f++) {
                x[i * FEATURES + f] = (f == labels[i] ? 2.6 : 0) + random.nextGaussian();
            }
        }
        return Dataset.of("clouds", Shape.flat(FEATURES), Features.of(x, FEATURES), Targets.classes(labels, CLASSES));
    }
}

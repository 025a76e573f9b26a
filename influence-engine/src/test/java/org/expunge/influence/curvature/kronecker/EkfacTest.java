package org.expunge.influence.curvature.kronecker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.EmpiricalFisher;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.LabelMode;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Convolution2D;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.network.layer.Padding;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.testkit.TestBackends;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Tag(TestBackends.TAG)
class EkfacTest {
    private static final Kfac.Options EMPIRICAL = new Kfac.Options(LabelMode.EMPIRICAL, PositionScaling.KFC, 0);

    /** Three inputs, and targets that give the derivatives (1, −1), (½, ½) and (−1, 0) at zero weights. */
    @Test
    void aLayerOfTwoByTwoIsWorkedOutByHand() {
        Network network =
                Network.builder(Shape.flat(2)).add("layer", new Dense(2, false)).build(Loss.SQUARED_ERROR);
        Model model = new Model(network, new double[4], new double[0]);
        Dataset data = dataset(new double[] {1, 0, 1, 1, 0, 2}, 2, new double[] {-0.5, 0.5, -0.25, -0.25, 0.5, 0}, 2);
        try (Engine engine = SmallProblems.reference(2, 2)) {
            Ekfac ekfac = Ekfac.fit(engine, model, data, EMPIRICAL);
            DampingRule damping = DampingRule.fixed(0.1);

            assertThat(ekfac.factors().inputFactor("layer"))
                    .containsExactly(new double[] {2 / 3.0, 1 / 3.0, 1 / 3.0, 5 / 3.0}, within(1e-14));
            assertThat(ekfac.factors().outputFactor("layer"))
                    .containsExactly(new double[] {0.75, -0.25, -0.25, 5 / 12.0}, within(1e-14));
            assertThat(ekfac.eigenvalues("layer"))
                    .containsExactly(
                            new double[] {0.144195678, 0.5139958088, 0.6526708579, 1.0224709887}, within(1e-9));
            try (KroneckerInverse kfac = ekfac.factors().inverse(engine.compute(), damping);
                    KroneckerInverse corrected = ekfac.inverse(engine.compute(), damping)) {
                assertThat(applied(corrected, 1, 2, 3, 4))
                        .containsExactly(
                                new double[] {3.6803502649, 2.8220200298, 8.3065744904, 5.379571539}, within(1e-9));
                assertThat(applied(kfac, 1, 2, 3, 4))
                        .containsExactly(
                                new double[] {3.4018851757, 3.0762639246, 8.0634104542, 5.5955441302}, within(1e-9));
            }
        }
    }

    @Test
    void isTheExactInverseForOneLinearOutput() {
        Network network =
                Network.builder(Shape.flat(4)).add("layer", new Dense(1)).build(Loss.SQUARED_ERROR);
        Model model = new Model(network, new Random(3).doubles(5).toArray(), new double[0]);
        Random random = new Random(5);
        Dataset data =
                dataset(random.doubles(40).toArray(), 4, random.doubles(10).toArray(), 1);
        double[] v = random.doubles(5, -1, 1).toArray();
        double[] product = new double[5];
        try (Engine engine = SmallProblems.reference(1, 4);
                GaussNewton curvature = new GaussNewton(engine, model, data);
                KroneckerInverse kfac = Kfac.fit(engine, model, data, Kfac.Options.DEFAULT)
                        .inverse(engine.compute(), DampingRule.fixed(0.01))) {
            curvature.damped(0.01).apply(applied(kfac, v), product);

            assertThat(product).containsExactly(v, within(1e-12));
        }
    }

    @Test
    void aFactorialDesignMakesBothExact() {
        Network network =
                Network.builder(Shape.flat(2)).add("layer", new Dense(2, false)).build(Loss.SQUARED_ERROR);
        Model model = new Model(network, new double[4], new double[0]);
        Dataset data = dataset(new double[] {1, 2, 1, 2, 3, -1, 3, -1}, 2, new double[] {1, 0, 2, 5, 1, 0, 2, 5}, 2);
        double[] v = {1, -2, 3, 0.5};
        double[] product = new double[4];
        try (Engine engine = SmallProblems.reference(1, 3);
                EmpiricalFisher fisher = new EmpiricalFisher(engine, model, data)) {
            Ekfac ekfac = Ekfac.fit(engine, model, data, EMPIRICAL);
            for (KroneckerInverse inverse : new KroneckerInverse[] {
                ekfac.inverse(engine.compute(), DampingRule.fixed(0.5)),
                ekfac.factors().inverse(engine.compute(), DampingRule.fixed(0.5))
            }) {
                fisher.damped(0.5).apply(applied(inverse, v), product);
                inverse.close();

                assertThat(product).containsExactly(v, within(1e-11));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(LabelMode.class)
    void theEigenvaluesSumToTheMeanSquaredNorm(LabelMode labels) {
        for (Model model : new Model[] {SmallProblems.dense(1), SmallProblems.convolutional(2)}) {
            Dataset data = SmallProblems.rows(model, 40, 7);
            try (Engine engine = SmallProblems.reference(2, 8)) {
                Ekfac ekfac = Ekfac.fit(engine, model, data, new Kfac.Options(labels, PositionScaling.KFC, 11));
                Ekfac again = Ekfac.fit(engine, model, data, new Kfac.Options(labels, PositionScaling.MEAN, 11));

                for (String layer : ekfac.factors().layers()) {
                    double trace = Arrays.stream(ekfac.eigenvalues(layer)).sum();
                    assertThat(Arrays.stream(again.eigenvalues(layer)).sum()).isCloseTo(trace, within(1e-10 * trace));
                    assertThat(Arrays.stream(ekfac.eigenvalues(layer)).min().orElseThrow())
                            .isNotNegative();
                }
                if (labels == LabelMode.EMPIRICAL) {
                    int covered = ekfac.factors().layers().stream()
                            .mapToInt(layer -> ekfac.eigenvalues(layer).length)
                            .sum();
                    double expected = tracked(engine, model, data, ekfac);
                    double total = ekfac.factors().layers().stream()
                            .flatMapToDouble(layer -> Arrays.stream(ekfac.eigenvalues(layer)))
                            .sum();
                    assertThat(covered).isPositive();
                    assertThat(total).isCloseTo(expected, within(1e-10 * expected));
                }
            }
        }
    }

    @Test
    void labelsDrawnTendToTheExactExpectation() {
        Model model = SmallProblems.dense(1);
        Dataset data = SmallProblems.rows(model, 20, 7);
        int seeds = 1_000;
        try (Engine engine = SmallProblems.reference(2, 16)) {
            double[] expected =
                    Kfac.fit(engine, model, data, Kfac.Options.DEFAULT).outputFactor("output");
            double[] mean = new double[expected.length];
            for (int seed = 0; seed < seeds; seed++) {
                Kfac.Options options = new Kfac.Options(LabelMode.SAMPLED, PositionScaling.KFC, seed);
                double[] sampled = Kfac.fit(engine, model, data, options).outputFactor("output");
                Arrays.setAll(mean, i -> mean[i] + sampled[i] / seeds);
            }

            // each entry is a mean of 20 000 numbers of the size of the largest: 0.05 is some 5 standard errors
            double largest = Arrays.stream(expected).max().orElseThrow();
            assertThat(mean).containsExactly(expected, within(0.05 * largest));
        }
    }

    @Test
    void labelsDrawnDependOnTheSeedAndNotOnWorkersOrTiles() {
        Model model = SmallProblems.convolutional(2);
        Dataset data = SmallProblems.rows(model, 30, 7);
        Kfac.Options options = new Kfac.Options(LabelMode.SAMPLED, PositionScaling.KFC, 5);
        try (Engine one = SmallProblems.reference(1, 30);
                Engine three = SmallProblems.reference(3, 4)) {
            double[] expected = Ekfac.fit(one, model, data, options).eigenvalues("convolution");
            double[] found = Ekfac.fit(three, model, data, options).eigenvalues("convolution");
            Kfac.Options other = new Kfac.Options(LabelMode.SAMPLED, PositionScaling.KFC, 6);

            assertThat(found).containsExactly(expected, within(1e-10));
            assertThat(Ekfac.fit(one, model, data, other).eigenvalues("convolution"))
                    .isNotEqualTo(expected);
        }
    }

    @Test
    void aPointwiseConvolutionOfOnePixelIsADenseLayer() {
        Network convolution = Network.builder(new Shape(4, 1, 1))
                .add("layer", new Convolution2D(3, 1, 1, Padding.none()))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);
        Network dense =
                Network.builder(Shape.flat(4)).add("layer", new Dense(3)).build(Loss.SOFTMAX_CROSS_ENTROPY);
        double[] weights = new Random(1).doubles(12, -1, 1).toArray();
        double[] biases = new Random(2).doubles(3, -1, 1).toArray();
        double[] x = new Random(3).doubles(36, -1, 1).toArray();
        double[] y = {1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1};
        try (Engine engine = SmallProblems.reference(1, 4)) {
            Ekfac left = Ekfac.fit(
                    engine,
                    new Model(convolution, joined(biases, weights), new double[0]),
                    Dataset.of("images", new Shape(4, 1, 1), Features.of(x, 4), Targets.real(y, 3)),
                    Kfac.Options.DEFAULT);
            Ekfac right = Ekfac.fit(
                    engine,
                    new Model(dense, joined(weights, biases), new double[0]),
                    dataset(x, 4, y, 3),
                    Kfac.Options.DEFAULT);

            assertThat(left.eigenvalues("layer")).containsExactly(right.eigenvalues("layer"), within(1e-12));
        }
    }

    @Test
    void singlePrecisionAgreesWithDouble() {
        Model model = SmallProblems.convolutional(2);
        Dataset data = SmallProblems.rows(model, 50, 7);
        double[] v =
                new Random(1).doubles(model.network().layout().length(), -1, 1).toArray();
        try (Engine reference = SmallProblems.reference(2, 8);
                Engine cpu = new Engine(TestBackends.rounded(), new Workers(2), 8);
                KroneckerInverse expected = Ekfac.fit(reference, model, data, Kfac.Options.DEFAULT)
                        .inverse(reference.compute(), DampingRule.relativeToMean(0.1));
                KroneckerInverse found = Ekfac.fit(cpu, model, data, Kfac.Options.DEFAULT)
                        .inverse(cpu.compute(), DampingRule.relativeToMean(0.1))) {
            double[] wanted = applied(expected, v);
            double largest = Arrays.stream(wanted).map(Math::abs).max().orElseThrow();

            assertThat(applied(found, v)).containsExactly(wanted, within(1e-4 * largest));
        }
    }

    @Test
    void parametersWithoutFactorsTakeNoPart() {
        Model model = SmallProblems.convolutional(2);
        Dataset data = SmallProblems.rows(model, 10, 7);
        int p = model.network().layout().length();
        double[] v = new double[p];
        Arrays.fill(v, 1);
        int gamma = model.network().layout().entry("normalisation.gamma").offset();
        try (Engine engine = SmallProblems.reference(1, 4);
                KroneckerInverse inverse = Ekfac.fit(engine, model, data, Kfac.Options.DEFAULT)
                        .inverse(engine.compute(), DampingRule.fixed(0.25))) {
            double[] preconditioned = new double[p];
            inverse.precondition(v, preconditioned);

            assertThat(inverse.coveragePercent()).isCloseTo(100.0 * (p - 6) / p, within(1e-12));
            assertThat(applied(inverse, v)[gamma]).isZero();
            assertThat(preconditioned[gamma]).isEqualTo(4);
            assertThat(inverse.dampings())
                    .containsOnlyKeys("convolution", "output")
                    .containsValue(0.25);
        }
    }

    @Test
    void tinyVectorsDoNotUnderflow() {
        Model model = SmallProblems.dense(2);
        Dataset data = SmallProblems.rows(model, 10, 7);
        double[] v =
                new Random(1).doubles(model.network().layout().length(), -1, 1).toArray();
        double[] tiny = Arrays.stream(v).map(value -> Math.scalb(value, -200)).toArray();
        try (Engine cpu = new Engine(TestBackends.rounded(), new Workers(1), 8);
                KroneckerInverse inverse = Ekfac.fit(cpu, model, data, Kfac.Options.DEFAULT)
                        .inverse(cpu.compute(), DampingRule.fixed(0.1))) {
            double[] expected = applied(inverse, v);
            double[] found = applied(inverse, tiny);

            Arrays.setAll(found, i -> Math.scalb(found[i], 200));
            assertThat(found).containsExactly(expected, within(0.0));
        }
    }

    @ParameterizedTest
    @MethodSource("org.expunge.influence.testkit.TestBackends#names")
    void severalVectorsAreMultipliedAsOneByOne(String backend) {
        Model model = SmallProblems.convolutional(1); // the normalisation has no factors
        Dataset rows = SmallProblems.rows(model, 9, 2);
        Random random = new Random(5);
        double[][] v = new double[4][model.network().layout().length()];
        for (int k = 0; k < v.length; k++) {
            double size = Math.pow(10, -9 * k);
            Arrays.setAll(v[k], i -> size * random.nextGaussian());
        }
        double[][] products = new double[v.length][v[0].length];
        double[][] preconditioned = new double[v.length][v[0].length];
        try (Engine engine = new Engine(TestBackends.create(backend), new Workers(1), 4);
                KroneckerInverse inverse =
                        Ekfac.fit(engine, model, rows, EMPIRICAL).inverse(engine.compute(), DampingRule.fixed(0.1))) {
            double roundings = 30 * engine.compute().precision().unitRoundoff();

            inverse.applyAll(v, products);
            inverse.preconditionAll(v, preconditioned);

            for (int k = 0; k < v.length; k++) {
                double[] one = new double[v[k].length];
                double[] conditioned = new double[v[k].length];
                inverse.apply(v[k], one);
                inverse.precondition(v[k], conditioned);
                double tolerance = roundings
                        * Arrays.stream(conditioned).map(Math::abs).max().orElseThrow();
                assertThat(products[k]).containsExactly(one, within(tolerance));
                assertThat(preconditioned[k]).containsExactly(conditioned, within(tolerance));
            }
            assertThatThrownBy(() -> inverse.applyAll(v, new double[3][]))
                    .hasMessage("there are 4 vectors but room for 3 products");
        }
    }

    @Test
    void refusesWhatItCannotFit() {
        Model model = SmallProblems.dense(1);
        Dataset data = SmallProblems.rows(model, 3, 7);
        try (Engine engine = SmallProblems.reference(1, 4)) {
            assertThatThrownBy(() -> Kfac.fit(engine, model, data.select(new int[0]), Kfac.Options.DEFAULT))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no rows");
            assertThatThrownBy(() ->
                            Kfac.fit(engine, model, data, Kfac.Options.DEFAULT).eigenvalues("nowhere"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("nowhere");
            assertThatThrownBy(() -> DampingRule.fixed(0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> DampingRule.relativeToMean(Double.NaN))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** Mean squared norm of the gradients within layers that have factors. */
    private static double tracked(Engine engine, Model model, Dataset data, Ekfac ekfac) {
        double sum = 0;
        for (double[] gradient : new PerExample(engine).gradients(model, data)) {
            for (KroneckerShape shape : KroneckerShape.of(model.network())) {
                sum += Arrays.stream(shape.gather(gradient, 1)).map(g -> g * g).sum();
            }
        }
        assertThat(ekfac.factors().layers())
                .hasSize(KroneckerShape.of(model.network()).size());
        return sum / data.size();
    }

    private static double[] applied(InverseCurvature inverse, double... v) {
        double[] to = new double[v.length];
        inverse.apply(v, to);
        return to;
    }

    private static double[] joined(double[] first, double[] second) {
        double[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static Dataset dataset(double[] x, int inputs, double[] y, int outputs) {
        return Dataset.of("rows", Shape.flat(inputs), Features.of(x, inputs), Targets.real(y, outputs));
    }
}

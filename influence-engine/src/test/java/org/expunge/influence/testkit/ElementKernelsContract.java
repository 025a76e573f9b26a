package org.expunge.influence.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.ElementKernels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every backend promises about element-wise kernels, against {@link ClosedForms}. */
public abstract class ElementKernelsContract extends KernelContract {
    private static final double ALPHA = 0.25;

    /** A float function evaluated near its root or kink still gets its argument rounded once more than its result. */
    private static final double ROUNDINGS = 8;

    private final ElementKernels elements;

    /** Tests {@code compute}, which is closed after each test. */
    protected ElementKernelsContract(Compute compute) {
        super(compute);
        this.elements = compute.elements();
    }

    /** Small, moderate and huge arguments of both signs, and random ones between. */
    private double[] arguments() {
        double[] special = {
            0, -0.0, 1e-30, -1e-30, 1e-6, -1e-6, 0.5, -0.5, 1, -1, 3, -3, 10, -10, 20, -20, 45, -45, 80, -80, 1e3, -1e3
        };
        double[] z = draw(200);
        for (int i = 0; i < z.length; i++) {
            z[i] = i < special.length ? (float) special[i] : (float) (z[i] * 4);
        }
        return z;
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void appliesActivations(Activation activation) {
        double[] z = arguments();
        double[] expected = Arrays.stream(z)
                .map(x -> ClosedForms.value(activation, ALPHA, x))
                .toArray();
        Buffer to = output(z.length);

        elements.activate(activation, ALPHA, z.length, input(z), to);

        assertClose(result(to, z.length), expected, ROUNDINGS, magnitudes(expected, z));
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void multipliesByDerivatives(Activation activation) {
        double[] z = arguments();
        double[] v = draw(z.length);
        double[] expected = new double[z.length];
        for (int i = 0; i < z.length; i++) {
            expected[i] = v[i] * ClosedForms.derivative(activation, ALPHA, z[i]);
        }
        Buffer to = output(z.length);

        elements.activateDerivative(activation, ALPHA, z.length, input(z), input(v), to);

        assertClose(result(to, z.length), expected, ROUNDINGS, magnitudes(expected, z));
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void multipliesBySecondDerivatives(Activation activation) {
        double[] z = arguments();
        double[] v = draw(z.length);
        double[] w = draw(z.length);
        double[] expected = new double[z.length];
        for (int i = 0; i < z.length; i++) {
            expected[i] = v[i] * w[i] * ClosedForms.secondDerivative(activation, ALPHA, z[i]);
        }
        Buffer to = output(z.length);

        elements.activateSecondDerivative(activation, ALPHA, z.length, input(z), input(v), input(w), to);

        assertClose(result(to, z.length), expected, ROUNDINGS, magnitudes(expected, z));
    }

    /**
     * The relative error that a closed form leaves grows with |z|: it enters as an exponent. The derivatives of z σ(z)
     * are differences of terms of size |z| σ′(z) near their roots, which lie in |z| &lt; 3.
     */
    private static double[] magnitudes(double[] expected, double[] z) {
        double[] magnitudes = new double[z.length];
        for (int i = 0; i < z.length; i++) {
            double root = Math.abs(z[i]) < 3 ? 1 : 0;
            magnitudes[i] = Math.abs(expected[i]) * (1 + Math.min(100, Math.abs(z[i]))) + root;
        }
        return magnitudes;
    }

    /** Near z = 0 the curvature of sigmoid is −z/8: no digit may be lost in a difference of sigmoids. */
    @Test
    void keepsTheCurvatureOfSigmoidAtItsCentre() {
        double z = (float) 1e-20;
        Buffer to = output(1);

        elements.activateSecondDerivative(
                Activation.SIGMOID, 0, 1, input(new double[] {z}), compute.of(1), compute.of(1), to);

        assertThat(result(to, 1)[0] / (-z / 8)).isBetween(1 - 4 * roundoff(), 1 + 4 * roundoff());
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void worksInPlaceAndOnNothing(Activation activation) {
        double[] z = draw(37);
        Buffer inPlace = input(z);
        Buffer apart = output(z.length);

        elements.activate(activation, ALPHA, z.length, input(z), apart);
        elements.activate(activation, ALPHA, z.length, inPlace, inPlace);
        elements.activate(activation, ALPHA, 0, compute.allocate(0), compute.allocate(0));

        assertThat(compute.toArray(inPlace)).containsExactly(result(apart, z.length));
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void neverTurnsNaNIntoANumber(Activation activation) {
        double[] nan = new double[40];
        Arrays.fill(nan, Double.NaN);
        double[] one = new double[40];
        Arrays.fill(one, 1);
        Buffer to = compute.allocate(40);

        elements.activate(activation, ALPHA, 40, input(nan), to);
        assertThat(compute.toArray(to)).containsOnly(Double.NaN);

        elements.activateDerivative(activation, ALPHA, 40, input(one), input(nan), to);
        assertThat(compute.toArray(to)).containsOnly(Double.NaN);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16, 333})
    void addsAndMultiplies(int length) {
        double[] x = draw(length);
        double[] y = draw(length);
        double[] sum = new double[length];
        double[] product = new double[length];
        for (int i = 0; i < length; i++) {
            sum[i] = x[i] + y[i];
            product[i] = x[i] * y[i];
        }
        Buffer sums = output(length);
        Buffer products = output(length);
        Buffer squared = input(x);

        elements.add(length, input(x), input(y), sums);
        elements.multiply(length, input(x), input(y), products);
        elements.multiply(length, squared, squared, squared);

        assertClose(result(sums, length), sum, 1);
        assertClose(result(products, length), product, 1);
        assertClose(compute.toArray(squared), Arrays.stream(x).map(v -> v * v).toArray(), 1);
    }

    @ParameterizedTest(name = "{0} × {1}")
    @CsvSource({"1, 1", "3, 5", "13, 700", "0, 4", "70, 1"})
    void multipliesEveryRowByTheSameNumbers(int rows, int columns) {
        double[] x = draw(rows * columns);
        double[] y = draw(columns);
        double[] expected = new double[x.length];
        Arrays.setAll(expected, i -> x[i] * y[i % columns]);
        Buffer to = output(x.length);
        Buffer inPlace = input(x);

        elements.multiplyRows(rows, columns, input(x), input(y), to);
        elements.multiplyRows(rows, columns, inPlace, input(y), inPlace);

        assertClose(
                result(to, x.length),
                expected,
                1,
                Arrays.stream(expected).map(Math::abs).toArray());
        assertThat(compute.toArray(inPlace)).containsExactly(result(to, x.length));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64})
    void scalesAndShiftsRows(int columns) {
        int rows = 5;
        double[] x = draw(rows * columns);
        double[] scale = draw(rows);
        double[] shift = draw(rows);
        double[] expected = new double[x.length];
        double[] magnitudes = new double[x.length];
        double[] biased = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            int r = i / columns;
            expected[i] = scale[r] * x[i] + shift[r];
            magnitudes[i] = Math.abs(scale[r] * x[i]) + Math.abs(shift[r]);
            biased[i] = x[i] + shift[r];
        }
        Buffer to = output(x.length);
        Buffer inOut = input(x);

        elements.scaleShift(rows, columns, input(scale), input(shift), input(x), to);
        elements.addBias(rows, columns, input(shift), inOut);

        assertClose(result(to, x.length), expected, 2, magnitudes);
        assertClose(compute.toArray(inOut), biased, 1);
    }

    @ParameterizedTest(name = "{0}, {1} × {2}")
    @CsvSource({"RELU, 5, 32", "TANH, 3, 7", "GELU, 1, 1", "LEAKY_RELU, 6, 4", "IDENTITY, 0, 8", "SWISH, 2, 1031"})
    void addsABiasOnTheWayToAnActivation(Activation activation, int rows, int columns) {
        double[] x = draw(rows * columns);
        double[] bias = draw(rows);
        Buffer z = input(x);
        Buffer to = output(x.length);
        Buffer sums = input(x);
        Buffer expected = output(x.length);
        elements.addBias(rows, columns, input(bias), sums);
        elements.activate(activation, 0.3, x.length, sums, expected);

        elements.addBiasAndActivate(activation, 0.3, rows, columns, input(bias), z, to);

        assertThat(compute.toArray(z)).isEqualTo(compute.toArray(sums));
        assertThat(result(to, x.length)).isEqualTo(result(expected, x.length));
    }

    @Test
    void drawsMasksThatDoNotDependOnTiles() {
        Buffer whole = output(6 * 50);
        Buffer tile = output(6 * 20);

        elements.dropoutMask(6, 50, 0.7, 99, 1_000, whole);
        elements.dropoutMask(6, 20, 0.7, 99, 1_030, tile);

        double[] mask = result(whole, 6 * 50);
        double[] part = result(tile, 6 * 20);
        for (int f = 0; f < 6; f++) {
            assertThat(Arrays.copyOfRange(part, f * 20, f * 20 + 20))
                    .containsExactly(Arrays.copyOfRange(mask, f * 50 + 30, f * 50 + 50));
        }
    }

    /** With 40 000 draws the kept fraction has standard deviation 0.0023; six of them fail once in 5e8 seeds. */
    @Test
    void keepsUnitsWithTheGivenProbability() {
        Buffer mask = output(200 * 200);

        elements.dropoutMask(200, 200, 0.7, 7, 0, mask);

        double[] values = result(mask, 200 * 200);
        double kept = compute.precision().bytes() == 4 ? (float) (1 / 0.7) : 1 / 0.7;
        assertThat(Arrays.stream(values).distinct().sorted().toArray()).containsExactly(0, kept);
        assertThat(Arrays.stream(values).filter(v -> v > 0).count() / 40_000.0)
                .isBetween(0.7 - 6 * 0.0023, 0.7 + 6 * 0.0023);
    }

    @Test
    void drawsAnotherMaskForAnotherSeed() {
        Buffer first = output(64);
        Buffer second = output(64);
        elements.dropoutMask(8, 8, 0.5, 1, 0, first);

        elements.dropoutMask(8, 8, 0.5, 2, 0, second);

        assertThat(result(first, 64)).isNotEqualTo(result(second, 64));
        elements.dropoutMask(8, 8, 1, 2, 0, second);
        assertThat(result(second, 64)).containsOnly(1);
        assertThatThrownBy(() -> elements.dropoutMask(8, 8, 0, 2, 0, second)).hasMessageContaining("keep");
    }
}

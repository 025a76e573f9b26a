package org.expunge.influence.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.UpdateKernels;
import org.junit.jupiter.api.Test;

/** What every backend promises about optimiser steps: three of them, against the recurrences in double. */
public abstract class UpdateKernelsContract extends KernelContract {
    private static final int LENGTH = 77;
    private static final int STEPS = 3;
    private static final double RATE = 0.1;
    private static final double MU = 0.9;

    /** A step rounds each of its at most eight operations once, on terms no larger than 4. */
    private static final double ROUNDINGS = 8.0 * STEPS;

    private final UpdateKernels updates;
    private final Buffer rate;

    /** Tests {@code compute}, which is closed after each test. */
    protected UpdateKernelsContract(Compute compute) {
        super(compute);
        this.updates = compute.updates();
        this.rate = compute.of(RATE);
    }

    private void assertParameters(Buffer actual, double[] expected) {
        double[] magnitudes = new double[LENGTH];
        Arrays.setAll(magnitudes, i -> 4 + Math.abs(expected[i]));
        assertClose(compute.toArray(actual), expected, ROUNDINGS, magnitudes);
    }

    @Test
    void descends() {
        double[] w = draw(LENGTH);
        double[] g = draw(LENGTH);
        Buffer parameters = input(w);
        Buffer gradient = input(g);

        updates.sgd(LENGTH, rate, gradient, parameters);

        for (int i = 0; i < LENGTH; i++) {
            w[i] -= RATE * g[i];
        }
        assertParameters(parameters, w);
        assertThat(compute.toArray(gradient)).containsExactly(g);
    }

    @Test
    void rollsAHeavyBall() {
        double[] w = draw(LENGTH);
        double[] v = new double[LENGTH];
        Buffer parameters = input(w);
        Buffer velocity = compute.allocate(LENGTH);
        for (int step = 0; step < STEPS; step++) {
            double[] g = draw(LENGTH);

            updates.momentum(LENGTH, rate, MU, input(g), velocity, parameters);

            for (int i = 0; i < LENGTH; i++) {
                v[i] = MU * v[i] + g[i];
                w[i] -= RATE * v[i];
            }
        }
        assertParameters(velocity, v);
        assertParameters(parameters, w);
    }

    @Test
    void looksAheadAsNesterov() {
        double[] w = draw(LENGTH);
        double[] v = new double[LENGTH];
        Buffer parameters = input(w);
        Buffer velocity = compute.allocate(LENGTH);
        for (int step = 0; step < STEPS; step++) {
            double[] g = draw(LENGTH);

            updates.nesterov(LENGTH, rate, MU, input(g), velocity, parameters);

            for (int i = 0; i < LENGTH; i++) {
                double next = MU * v[i] - RATE * g[i];
                w[i] += (1 + MU) * next - MU * v[i];
                v[i] = next;
            }
        }
        assertParameters(velocity, v);
        assertParameters(parameters, w);
    }

    @Test
    void adaptsAsAdam() {
        double[] w = draw(LENGTH);
        double[] m = new double[LENGTH];
        double[] s = new double[LENGTH];
        Buffer parameters = input(w);
        Buffer first = compute.allocate(LENGTH);
        Buffer second = compute.allocate(LENGTH);
        for (int step = 1; step <= STEPS; step++) {
            double[] g = draw(LENGTH);
            g[0] = 0;

            double ofStep = RATE * Math.sqrt(1 - Math.pow(0.999, step)) / (1 - Math.pow(0.9, step));
            updates.adam(LENGTH, input(new double[] {ofStep}), 0.9, 0.999, 1e-8, input(g), first, second, parameters);

            for (int i = 0; i < LENGTH; i++) {
                m[i] = 0.9 * m[i] + 0.1 * g[i];
                s[i] = 0.999 * s[i] + 0.001 * g[i] * g[i];
                w[i] -= ofStep * m[i] / (Math.sqrt(s[i]) + 1e-8);
            }
        }
        assertParameters(first, m);
        assertParameters(second, s);
        assertParameters(parameters, w);
    }

    @Test
    void needsARate() {
        Buffer x = input(draw(1));
        Buffer none = compute.allocate(0);

        assertThatThrownBy(() -> updates.sgd(1, none, x, x)).hasMessageContaining("the rate");
        assertThatThrownBy(() -> updates.nesterov(1, none, 0.9, x, x, x)).hasMessageContaining("the rate");
        assertThatThrownBy(() -> updates.adam(1, none, 0.9, 0.999, 1e-8, x, x, x, x))
                .hasMessageContaining("the rate");
    }
}

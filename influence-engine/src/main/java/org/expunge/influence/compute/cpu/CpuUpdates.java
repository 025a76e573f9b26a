package org.expunge.influence.compute.cpu;

import static org.expunge.influence.compute.KernelChecks.checkHolds;
import static org.expunge.influence.compute.cpu.CpuBuffer.read;
import static org.expunge.influence.compute.cpu.CpuBuffer.update;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.UpdateKernels;

/** Optimiser steps on the heap sides, float arithmetic throughout as in DL4J. */
final class CpuUpdates implements UpdateKernels {
    @Override
    public void sgd(int length, Buffer rate, Buffer gradient, Buffer parameters) {
        checkHolds("the rate", rate, 1);
        checkHolds("the gradient", gradient, length);
        checkHolds("the parameters", parameters, length);
        FloatLoops.addScaled(read(gradient), -read(rate)[0], update(parameters), length);
    }

    @Override
    public void momentum(
            int length, Buffer rate, double momentum, Buffer gradient, Buffer velocity, Buffer parameters) {
        checkHolds("the rate", rate, 1);
        checkHolds("the gradient", gradient, length);
        checkHolds("the velocity", velocity, length);
        checkHolds("the parameters", parameters, length);
        float[] g = read(gradient);
        float[] v = update(velocity);
        float[] w = update(parameters);
        float mu = (float) momentum;
        float eta = read(rate)[0];
        for (int i = 0; i < length; i++) {
            v[i] = mu * v[i] + g[i];
            w[i] -= eta * v[i];
        }
    }

    @Override
    public void nesterov(
            int length, Buffer rate, double momentum, Buffer gradient, Buffer velocity, Buffer parameters) {
        checkHolds("the rate", rate, 1);
        checkHolds("the gradient", gradient, length);
        checkHolds("the velocity", velocity, length);
        checkHolds("the parameters", parameters, length);
        float[] g = read(gradient);
        float[] v = update(velocity);
        float[] w = update(parameters);
        float mu = (float) momentum;
        float eta = read(rate)[0];
        for (int i = 0; i < length; i++) {
            float before = mu * v[i];
            float after = before - eta * g[i];
            v[i] = after;
            w[i] += (1 + mu) * after - before;
        }
    }

    @Override
    public void adam(
            int length,
            Buffer rate,
            double beta1,
            double beta2,
            double epsilon,
            Buffer gradient,
            Buffer firstMoment,
            Buffer secondMoment,
            Buffer parameters) {
        checkHolds("the rate", rate, 1);
        checkHolds("the gradient", gradient, length);
        checkHolds("the first moment", firstMoment, length);
        checkHolds("the second moment", secondMoment, length);
        checkHolds("the parameters", parameters, length);
        float[] g = read(gradient);
        float[] m = update(firstMoment);
        float[] v = update(secondMoment);
        float[] w = update(parameters);
        float b1 = (float) beta1;
        float rest1 = (float) (1 - beta1);
        float b2 = (float) beta2;
        float rest2 = (float) (1 - beta2);
        float eta = read(rate)[0];
        float floor = (float) epsilon;
        for (int i = 0; i < length; i++) {
            m[i] = b1 * m[i] + rest1 * g[i];
            v[i] = b2 * v[i] + rest2 * g[i] * g[i];
            w[i] -= eta * m[i] / ((float) Math.sqrt(v[i]) + floor);
        }
    }
}

package org.expunge.influence.compute.cpu;

import static com.google.common.base.Preconditions.checkArgument;
import static org.expunge.influence.compute.KernelChecks.checkHolds;
import static org.expunge.influence.compute.cpu.CpuBuffer.read;
import static org.expunge.influence.compute.cpu.CpuBuffer.update;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.UpdateKernels;

/** Optimiser steps on the heap sides, float arithmetic throughout as in DL4J. */
final class CpuUpdates implements UpdateKernels {
    @Override
    public void sgd(int length, double learningRate, Buffer gradient, Buffer parameters) {
        checkHolds("the gradient", gradient, length);
        checkHolds("the parameters", parameters, length);
        FloatLoops.addScaled(read(gradient), (float) -learningRate, update(parameters), length);
    }

    @Override
    public void momentum(
            int length, double learningRate, double momentum, Buffer gradient, Buffer velocity, Buffer parameters) {
        checkHolds("the gradient", gradient, length);
        checkHolds("the velocity", velocity, length);
        checkHolds("the parameters", parameters, length);
        float[] g = read(gradient);
        float[] v = update(velocity);
        float[] w = update(parameters);
        float mu = (float) momentum;
        float eta = (float) learningRate;
        for (int i = 0; i < length; i++) {
            v[i] = mu * v[i] + g[i];
            w[i] -= eta * v[i];
        }
    }

    @Override
    public void nesterov(
            int length, double learningRate, double momentum, Buffer gradient, Buffer velocity, Buffer parameters) {
        checkHolds("the gradient", gradient, length);
        checkHolds("the velocity", velocity, length);
        checkHolds("the parameters", parameters, length);
        float[] g = read(gradient);
        float[] v = update(velocity);
        float[] w = update(parameters);
        float mu = (float) momentum;
        float eta = (float) learningRate;
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
            double learningRate,
            double beta1,
            double beta2,
            double epsilon,
            int step,
            Buffer gradient,
            Buffer firstMoment,
            Buffer secondMoment,
            Buffer parameters) {
        checkArgument(step >= 1, "steps count from 1, got %s", step);
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
        float rate = (float) (learningRate * Math.sqrt(1 - Math.pow(beta2, step)) / (1 - Math.pow(beta1, step)));
        float floor = (float) epsilon;
        for (int i = 0; i < length; i++) {
            m[i] = b1 * m[i] + rest1 * g[i];
            v[i] = b2 * v[i] + rest2 * g[i] * g[i];
            w[i] -= rate * m[i] / ((float) Math.sqrt(v[i]) + floor);
        }
    }
}

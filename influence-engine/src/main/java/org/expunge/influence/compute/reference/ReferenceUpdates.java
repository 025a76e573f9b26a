package org.expunge.influence.compute.reference;

import static com.google.common.base.Preconditions.checkArgument;
import static org.expunge.influence.compute.KernelChecks.checkHolds;
import static org.expunge.influence.compute.reference.ReferenceBuffer.valuesOf;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.UpdateKernels;

/** Optimiser steps, one parameter at a time. */
final class ReferenceUpdates implements UpdateKernels {
    @Override
    public void sgd(int length, double learningRate, Buffer gradient, Buffer parameters) {
        checkHolds("the gradient", gradient, length);
        checkHolds("the parameters", parameters, length);
        double[] g = valuesOf(gradient);
        double[] w = valuesOf(parameters);
        for (int i = 0; i < length; i++) {
            w[i] -= learningRate * g[i];
        }
    }

    @Override
    public void momentum(
            int length, double learningRate, double momentum, Buffer gradient, Buffer velocity, Buffer parameters) {
        checkHolds("the gradient", gradient, length);
        checkHolds("the velocity", velocity, length);
        checkHolds("the parameters", parameters, length);
        double[] g = valuesOf(gradient);
        double[] v = valuesOf(velocity);
        double[] w = valuesOf(parameters);
        for (int i = 0; i < length; i++) {
            v[i] = momentum * v[i] + g[i];
            w[i] -= learningRate * v[i];
        }
    }

    @Override
    public void nesterov(
            int length, double learningRate, double momentum, Buffer gradient, Buffer velocity, Buffer parameters) {
        checkHolds("the gradient", gradient, length);
        checkHolds("the velocity", velocity, length);
        checkHolds("the parameters", parameters, length);
        double[] g = valuesOf(gradient);
        double[] v = valuesOf(velocity);
        double[] w = valuesOf(parameters);
        for (int i = 0; i < length; i++) {
            double before = momentum * v[i];
            v[i] = before - learningRate * g[i];
            w[i] += (1 + momentum) * v[i] - before;
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
        double[] g = valuesOf(gradient);
        double[] m = valuesOf(firstMoment);
        double[] v = valuesOf(secondMoment);
        double[] w = valuesOf(parameters);
        double rate = learningRate * Math.sqrt(1 - Math.pow(beta2, step)) / (1 - Math.pow(beta1, step));
        for (int i = 0; i < length; i++) {
            m[i] = beta1 * m[i] + (1 - beta1) * g[i];
            v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
            w[i] -= rate * m[i] / (Math.sqrt(v[i]) + epsilon);
        }
    }
}

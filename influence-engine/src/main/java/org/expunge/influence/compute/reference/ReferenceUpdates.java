package org.expunge.influence.compute.reference;

import static org.expunge.influence.compute.KernelChecks.checkHolds;
import static org.expunge.influence.compute.reference.ReferenceBuffer.valuesOf;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.UpdateKernels;

/** Optimiser steps, one parameter at a time. */
final class ReferenceUpdates implements UpdateKernels {
    @Override
    public void sgd(int length, Buffer rate, Buffer gradient, Buffer parameters) {
        checkHolds("the rate", rate, 1);
        checkHolds("the gradient", gradient, length);
        checkHolds("the parameters", parameters, length);
        double[] g = valuesOf(gradient);
        double[] w = valuesOf(parameters);
        double eta = valuesOf(rate)[0];
        for (int i = 0; i < length; i++) {
            w[i] -= eta * g[i];
        }
    }

    @Override
    public void momentum(
            int length, Buffer rate, double momentum, Buffer gradient, Buffer velocity, Buffer parameters) {
        checkHolds("the rate", rate, 1);
        checkHolds("the gradient", gradient, length);
        checkHolds("the velocity", velocity, length);
        checkHolds("the parameters", parameters, length);
        double[] g = valuesOf(gradient);
        double[] v = valuesOf(velocity);
        double[] w = valuesOf(parameters);
        double eta = valuesOf(rate)[0];
        for (int i = 0; i < length; i++) {
            v[i] = momentum * v[i] + g[i];
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
        double[] g = valuesOf(gradient);
        double[] v = valuesOf(velocity);
        double[] w = valuesOf(parameters);
        double eta = valuesOf(rate)[0];
        for (int i = 0; i < length; i++) {
            double before = momentum * v[i];
            v[i] = before - eta * g[i];
            w[i] += (1 + momentum) * v[i] - before;
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
        double[] g = valuesOf(gradient);
        double[] m = valuesOf(firstMoment);
        double[] v = valuesOf(secondMoment);
        double[] w = valuesOf(parameters);
        double eta = valuesOf(rate)[0];
        for (int i = 0; i < length; i++) {
            m[i] = beta1 * m[i] + (1 - beta1) * g[i];
            v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
            w[i] -= eta * m[i] / (Math.sqrt(v[i]) + epsilon);
        }
    }
}

package org.expunge.influence.compute.cuda;

import static org.expunge.influence.compute.KernelChecks.checkHolds;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.UpdateKernels;

/** Optimiser steps, float arithmetic throughout as in DL4J: {@code updates.cu}. */
final class CudaUpdates implements UpdateKernels {
    private static final String MODULE = "updates";

    private final CudaDevice device;

    CudaUpdates(CudaDevice device) {
        this.device = device;
    }

    @Override
    public void sgd(int length, Buffer rate, Buffer gradient, Buffer parameters) {
        checkHolds("the rate", rate, 1);
        checkHolds("the gradient", gradient, length);
        checkHolds("the parameters", parameters, length);
        device.launch(MODULE, "sgd")
                .value(length)
                .read(rate)
                .read(gradient)
                .write(parameters)
                .overFours(length);
    }

    @Override
    public void momentum(
            int length, Buffer rate, double momentum, Buffer gradient, Buffer velocity, Buffer parameters) {
        ball("momentum", length, rate, momentum, gradient, velocity, parameters);
    }

    @Override
    public void nesterov(
            int length, Buffer rate, double momentum, Buffer gradient, Buffer velocity, Buffer parameters) {
        ball("nesterov", length, rate, momentum, gradient, velocity, parameters);
    }

    private void ball(
            String kernel,
            int length,
            Buffer rate,
            double momentum,
            Buffer gradient,
            Buffer velocity,
            Buffer parameters) {
        checkHolds("the rate", rate, 1);
        checkHolds("the gradient", gradient, length);
        checkHolds("the velocity", velocity, length);
        checkHolds("the parameters", parameters, length);
        device.launch(MODULE, kernel)
                .value(length)
                .read(rate)
                .value((float) momentum)
                .read(gradient)
                .write(velocity)
                .write(parameters)
                .overFours(length);
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
        device.launch(MODULE, "adam")
                .value(length)
                .read(rate)
                .value((float) beta1)
                .value((float) (1 - beta1))
                .value((float) beta2)
                .value((float) (1 - beta2))
                .value((float) epsilon)
                .read(gradient)
                .write(firstMoment)
                .write(secondMoment)
                .write(parameters)
                .overFours(length);
    }
}

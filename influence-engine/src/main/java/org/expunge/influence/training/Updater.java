package org.expunge.influence.training;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.UpdateKernels;
import org.expunge.influence.network.TensorSpec;
import org.expunge.influence.network.Tensors;

/** Takes optimiser steps on the device, tensor by tensor, and holds the optimiser's state. */
final class Updater implements AutoCloseable {
    private final Compute compute;
    private final Optimizer optimizer;
    private final double l2;
    private final Tensors parameters;
    private final List<Tensors> states = new ArrayList<>();
    private final boolean[] isDecayed;

    /** Starts from a zero state; {@code parameters} are updated by each step and stay the caller's to close. */
    Updater(Compute compute, Optimizer optimizer, double l2, Tensors parameters) {
        this.compute = compute;
        this.optimizer = optimizer;
        this.l2 = l2;
        this.parameters = parameters;
        for (int i = 0; i < optimizer.kind().states(); i++) {
            states.add(new Tensors(compute, parameters.layout()));
        }
        var entries = parameters.layout().entries();
        this.isDecayed = new boolean[entries.size()];
        for (int i = 0; i < isDecayed.length; i++) {
            isDecayed[i] = entries.get(i).tensor().role() == TensorSpec.Role.WEIGHT;
        }
    }

    /**
     * Takes one step.
     *
     * @param gradientSum {@code Σ_b g_b}; overwritten
     * @param examples how many examples were summed
     * @param learningRate η
     * @param step counted from 1
     */
    void step(Tensors gradientSum, int examples, double learningRate, int step) {
        for (int i = 0; i < isDecayed.length; i++) {
            Buffer g = gradientSum.get(i);
            Buffer w = parameters.get(i);
            compute.linear().scale(g.length(), 1.0 / examples, g);
            if (l2 > 0 && isDecayed[i]) {
                compute.linear().addScaled(g.length(), l2, w, g);
            }
            if (optimizer.weightDecay() > 0 && isDecayed[i]) {
                compute.linear().scale(w.length(), 1 - learningRate * optimizer.weightDecay(), w);
            }
            update(i, g, w, learningRate, step);
        }
    }

    private void update(int i, Buffer g, Buffer w, double learningRate, int step) {
        UpdateKernels kernels = compute.updates();
        int n = w.length();
        switch (optimizer.kind()) {
            case SGD -> kernels.sgd(n, learningRate, g, w);
            case MOMENTUM -> kernels.momentum(n, learningRate, optimizer.momentum(), g, state(0, i), w);
            case NESTEROV -> kernels.nesterov(n, learningRate, optimizer.momentum(), g, state(0, i), w);
            case ADAM, ADAMW ->
                kernels.adam(
                        n,
                        learningRate,
                        optimizer.beta1(),
                        optimizer.beta2(),
                        optimizer.epsilon(),
                        step,
                        g,
                        state(0, i),
                        state(1, i),
                        w);
        }
    }

    private Buffer state(int which, int entry) {
        return states.get(which).get(entry);
    }

    /** Copies the state out: one flat vector for each number that a parameter needs. */
    List<double[]> read() {
        return states.stream().map(Tensors::read).toList();
    }

    /** Copies a state in. */
    void write(List<double[]> values) {
        checkArgument(
                values.size() == states.size(),
                "%s keeps %s state vectors but got %s",
                optimizer.kind(),
                states.size(),
                values.size());
        for (int i = 0; i < values.size(); i++) {
            states.get(i).write(values.get(i));
        }
    }

    @Override
    public void close() {
        states.forEach(Tensors::close);
    }
}

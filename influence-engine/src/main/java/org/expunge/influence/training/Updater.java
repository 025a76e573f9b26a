package org.expunge.influence.training;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Replay;
import org.expunge.influence.compute.UpdateKernels;
import org.expunge.influence.network.TensorSpec;
import org.expunge.influence.network.Tensors;
import org.jspecify.annotations.Nullable;

/** Takes optimiser steps on the device, tensor by tensor, and holds the optimiser's state. */
final class Updater implements AutoCloseable {
    private final Compute compute;
    private final Optimizer optimizer;
    private final double l2;
    private final Tensors parameters;
    private final List<Tensors> states = new ArrayList<>();
    private final boolean[] isDecayed;
    private final int usualExamples;
    /** What changes from step to step, where the compute works. */
    private final Buffer rate;

    private @Nullable Tensors usualSum;
    private @Nullable Replay usual;

    /**
     * Starts from a zero state.
     *
     * @param parameters updated by each step; stay the caller's to close
     * @param usualExamples how many examples most steps are of
     */
    Updater(Compute compute, Optimizer optimizer, double l2, Tensors parameters, int usualExamples) {
        this.compute = compute;
        this.optimizer = optimizer;
        this.l2 = l2;
        this.parameters = parameters;
        this.usualExamples = usualExamples;
        this.rate = compute.allocate(1);
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
        checkArgument(step >= 1, "steps count from 1, got %s", step);
        compute.write(new double[] {optimizer.rate(learningRate, step)}, 0, rate, 0, 1);
        double kept = 1 - learningRate * optimizer.weightDecay();
        if (examples == usualExamples && optimizer.weightDecay() == 0) {
            usual(gradientSum).run();
        } else {
            update(gradientSum, examples, kept);
        }
    }

    /** Returns the step over the usual number of examples, prepared: all that it is given but the rate stays. */
    private Replay usual(Tensors gradientSum) {
        if (usual == null || usualSum != gradientSum) {
            forgetUsual();
            usual = compute.replay(() -> update(gradientSum, usualExamples, 1));
            usualSum = gradientSum;
        }
        return usual;
    }

    private void forgetUsual() {
        if (usual != null) {
            usual.close();
        }
    }

    private void update(Tensors gradientSum, int examples, double kept) {
        for (int i = 0; i < isDecayed.length; i++) {
            Buffer g = gradientSum.get(i);
            Buffer w = parameters.get(i);
            compute.linear().scale(g.length(), 1.0 / examples, g);
            if (l2 > 0 && isDecayed[i]) {
                compute.linear().addScaled(g.length(), l2, w, g);
            }
            if (optimizer.weightDecay() > 0 && isDecayed[i]) {
                compute.linear().scale(w.length(), kept, w);
            }
            update(i, g, w);
        }
    }

    private void update(int i, Buffer g, Buffer w) {
        UpdateKernels kernels = compute.updates();
        int n = w.length();
        switch (optimizer.kind()) {
            case SGD -> kernels.sgd(n, rate, g, w);
            case MOMENTUM -> kernels.momentum(n, rate, optimizer.momentum(), g, state(0, i), w);
            case NESTEROV -> kernels.nesterov(n, rate, optimizer.momentum(), g, state(0, i), w);
            case ADAM, ADAMW ->
                kernels.adam(
                        n,
                        rate,
                        optimizer.beta1(),
                        optimizer.beta2(),
                        optimizer.epsilon(),
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
        forgetUsual();
        rate.close();
        states.forEach(Tensors::close);
    }
}

package org.expunge.influence.training;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.SortedMap;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.BatchCoupled;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dropout;

/** The way of a training, step by step. It can be walked as often as wanted and is the same each time. */
public interface Trajectory {
    /** Sees one step. */
    @FunctionalInterface
    interface Visitor {
        /** Uses a step; called in order. */
        void onStep(Step step);
    }

    /** One step as it was taken. */
    final class Step {
        private final int iteration;
        private final double learningRate;
        private final int[] rows;
        private final Model before;

        /**
         * Describes a step.
         *
         * @param iteration steps done before it
         * @param learningRate η
         * @param rows the minibatch, as indices into {@link Trajectory#train}; copied
         * @param before the model that the gradients were taken at
         */
        public Step(int iteration, double learningRate, int[] rows, Model before) {
            this.iteration = iteration;
            this.learningRate = learningRate;
            this.rows = rows.clone();
            this.before = before;
        }

        /** Returns how many steps were done before it. */
        public int iteration() {
            return iteration;
        }

        /** Returns η. */
        public double learningRate() {
            return learningRate;
        }

        /** Returns the minibatch, as indices into {@link Trajectory#train}; a copy. */
        public int[] rows() {
            return rows.clone();
        }

        /** Returns the model that the gradients were taken at. */
        public Model before() {
            return before;
        }
    }

    /** Returns the rows trained on. */
    Dataset train();

    /** Returns the model before the first step. */
    Model initial();

    /** Returns the update rule. */
    Optimizer optimizer();

    /** Returns what was added to the mean gradient of weights as {@code l2 · w}. */
    double l2();

    /** Returns the number of steps. */
    int steps();

    /** Returns what the trajectory depends on beside the rows and the initial model, by name. */
    SortedMap<String, String> inputs();

    /**
     * Walks the steps.
     *
     * @param visitor sees each step
     * @return the model after the last
     */
    Model walk(Visitor visitor);

    /**
     * Refuses trainings whose gradients are not sums over rows: with layers that join the rows of a minibatch or drop
     * units.
     *
     * @param method who asks, for the message
     * @throws IllegalArgumentException if there is such a layer; the message names it
     */
    default void requireSumsOverRows(String method) {
        for (Network.Node node : initial().network().nodes()) {
            boolean isRandom = node.layer() instanceof Dropout dropout && dropout.keep() < 1;
            checkArgument(
                    !(node.layer() instanceof BatchCoupled) && !isRandom,
                    "%s needs gradients that are sums over rows, but layer %s joins them or drops units; take another"
                            + " method for this network",
                    method,
                    node.name());
        }
    }
}

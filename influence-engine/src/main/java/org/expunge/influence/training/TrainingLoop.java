package org.expunge.influence.training;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.MinibatchPass;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Weights;
import org.jspecify.annotations.Nullable;

/** One training while it runs: the numbers on the device and where it stands. */
final class TrainingLoop implements AutoCloseable {
    private final TrainingOptions options;
    private final Objective objective;
    private final Dataset validation;
    private final Weights weights;
    private final MinibatchPass pass;
    private final Passes inference;
    private final Updater updater;
    private final long dropoutSeed;
    private final int totalIterations;
    private final int[] checkpointIterations;
    private final double[] losses;

    private int iteration;
    private int epoch;
    private int position;
    private double lossSum;
    private double learningRate;
    private final List<Checkpoint> checkpoints = new ArrayList<>();
    private final List<EpochMetrics> metrics = new ArrayList<>();
    private @Nullable Checkpoint best;

    TrainingLoop(Engine engine, TrainingOptions options, Model initial, Objective objective, Dataset validation) {
        this.options = options;
        this.objective = objective;
        this.validation = validation;
        int capacity = objective.largestMinibatch();
        this.weights = Weights.of(engine.compute(), initial);
        this.pass = new MinibatchPass(engine, weights, capacity);
        this.inference = new Passes(engine, weights);
        this.updater = new Updater(engine.compute(), options.optimizer(), options.l2(), weights.parameters(), capacity);
        this.dropoutSeed = new Seeds(options.seed()).of(Seeds.DROPOUT);
        this.totalIterations =
                IntStream.range(0, options.epochs()).map(objective::steps).reduce(0, Math::addExact);
        this.checkpointIterations = options.checkpoints().iterations(objective.steps(0), totalIterations);
        this.losses = new double[capacity];
    }

    /** Goes to where a training stood; the model is already there. */
    void restore(TrainingState state) {
        int rows = objective.epoch(state.epoch()).rows();
        checkArgument(
                state.iteration() <= totalIterations && state.position() < rows && state.epoch() <= epochs(),
                "the state at iteration %s, epoch %s, row %s does not belong to %s iterations over %s rows",
                state.iteration(),
                state.epoch(),
                state.position(),
                totalIterations,
                rows);
        iteration = state.iteration();
        epoch = state.epoch();
        position = state.position();
        lossSum = state.lossSum();
        best = state.best();
        checkpoints.addAll(state.checkpoints());
        metrics.addAll(state.metrics());
        updater.write(state.optimizer());
    }

    TrainingResult run(TrainingListener listener) {
        while (!isFinished()) {
            Objective.Epoch running = objective.epoch(epoch);
            List<int[]> minibatches = running.minibatches();
            int end = 0;
            for (int i = 0; i < minibatches.size(); i++) {
                end += minibatches.get(i).length;
                if (end > position) { // what a resumed training has already visited is left out
                    pass.announce(i + 1 < minibatches.size() ? minibatches.get(i + 1) : new int[0]);
                    step(running, minibatches.get(i), listener);
                }
            }
        }
        return result();
    }

    private boolean isFinished() {
        return epoch == epochs()
                || (best != null
                        && epoch - best.epoch() >= options.earlyStopping().patience());
    }

    private void step(Objective.Epoch epochSteps, int[] minibatch, TrainingListener listener) {
        int examples = minibatch.length;
        learningRate = options.schedule().at(iteration, epoch, totalIterations);
        var gradientSum =
                pass.run(objective.data(), minibatch, Seeds.derive(dropoutSeed, iteration), epochSteps.loss(), losses);
        double batchLoss = sum(losses, examples);
        checkFinite(batchLoss, minibatch);
        updater.step(gradientSum, examples, learningRate, iteration + 1);
        pass.updateStatistics();

        iteration++;
        position += examples;
        lossSum += batchLoss;
        int running = epoch;
        boolean endsEpoch = position == epochSteps.rows();
        if (endsEpoch) {
            epoch++;
            position = 0;
        }
        takeCheckpoint(listener);
        if (endsEpoch) {
            endEpoch(epochSteps.rows(), listener);
        }
        listener.onStep(
                new Progress(iteration, totalIterations, running + 1, epochs(), batchLoss / examples, learningRate),
                this::state);
    }

    private void takeCheckpoint(TrainingListener listener) {
        if (Arrays.binarySearch(checkpointIterations, iteration) >= 0) {
            Checkpoint checkpoint = checkpoint();
            checkpoints.add(checkpoint);
            listener.onCheckpoint(checkpoint);
        }
    }

    private void endEpoch(int rows, TrainingListener listener) {
        @Nullable
        Metrics watched = validation.size() == 0
                ? null
                : Evaluator.evaluate(inference, validation).metrics();
        EpochMetrics ended = new EpochMetrics(epoch, iteration, learningRate, lossSum / rows, watched);
        metrics.add(ended);
        lossSum = 0;
        if (options.earlyStopping().isOn() && watched != null && isBest(watched.loss())) {
            best = checkpoint();
        }
        listener.onEpoch(ended);
    }

    private boolean isBest(double loss) {
        if (best == null) {
            return Double.isFinite(loss);
        }
        Metrics before = metrics.get(best.epoch() - 1).validation();
        return before == null || loss < before.loss() - options.earlyStopping().minimumImprovement();
    }

    private Checkpoint checkpoint() {
        return new Checkpoint(iteration, epoch, learningRate, options.batchSize(), model());
    }

    private Model model() {
        try {
            return weights.toModel();
        } catch (IllegalArgumentException e) {
            throw new DivergenceException(
                    "training diverged at iteration " + iteration + ": " + e.getMessage()
                            + "; lower the learning rate (" + learningRate + ")",
                    e);
        }
    }

    private TrainingState state() {
        return new TrainingState(
                iteration, epoch, position, lossSum, model(), updater.read(), checkpoints, metrics, best);
    }

    /** With early stopping the trajectory ends at the best epoch, as if the training had. */
    private TrainingResult result() {
        TrainingState state = state();
        if (best == null) {
            return new TrainingResult(checkpoints.get(checkpoints.size() - 1).model(), checkpoints, metrics, state);
        }
        int end = best.iteration();
        List<Checkpoint> kept = new ArrayList<>();
        checkpoints.stream().filter(c -> c.iteration() < end).forEach(kept::add);
        kept.add(best);
        return new TrainingResult(best.model(), kept, metrics, state);
    }

    private void checkFinite(double batchLoss, int[] minibatch) {
        if (Double.isFinite(batchLoss)) {
            return;
        }
        for (int b = 0; b < minibatch.length; b++) {
            if (!Double.isFinite(losses[b])) {
                throw new DivergenceException("training diverged at iteration " + (iteration + 1) + " (epoch "
                        + (epoch + 1) + "): the loss of row " + objective.data().id(minibatch[b]) + " is " + losses[b]
                        + "; lower the learning rate (" + learningRate + ") or normalise the features");
            }
        }
        throw new DivergenceException("training diverged at iteration " + (iteration + 1)
                + ": the losses of a minibatch add up to " + batchLoss);
    }

    private int epochs() {
        return options.epochs();
    }

    private static double sum(double[] values, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += values[i];
        }
        return sum;
    }

    @Override
    public void close() {
        updater.close();
        inference.close();
        pass.close();
        weights.close();
    }
}

package org.expunge.influence.training;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;

/**
 * A training that is run again to be watched: nothing is stored, and every step is seen with the parameters that its
 * gradients were taken at.
 *
 * <p><b>Accuracy.</b> The steps are those of {@link Trainer} to the bit, on the same backend with as many workers.
 *
 * <p><b>Cost.</b> A walk costs the training and a copy of the parameters a step.
 */
public final class Replay implements Trajectory {
    private final Engine engine;
    private final TrainingOptions options;
    private final Model initial;
    private final Dataset train;

    /**
     * Prepares a replay.
     *
     * @param engine where the training ran; stays the caller's to close
     * @param options how it ran; without early stopping, whose steps after the best epoch do not count
     * @param initial where it started
     * @param train the rows, at least 1
     */
    public Replay(Engine engine, TrainingOptions options, Model initial, Dataset train) {
        checkArgument(
                !options.earlyStopping().isOn(),
                "a training with early stopping cannot be replayed step by step; train without it");
        this.engine = engine;
        this.options = options;
        this.initial = initial;
        this.train = train;
    }

    /**
     * Prepares a replay of a recorded run. Whether it is the same training {@link #distance} tells: a run that was
     * imported, changed after its training, or trained on another machine or number of workers may differ.
     *
     * @param engine where the training ran; stays the caller's to close
     * @param run the run
     */
    public static Replay of(Engine engine, TrainingRun run) {
        Dataset train = run.train();
        return new Replay(engine, run.recipe().training(), run.recipe().initialModel(train), train);
    }

    /**
     * Trains again and returns how far from a model that ends, in parts of the way that the training went.
     *
     * @param trained what the training led to
     * @return {@code ‖θ_T − θ‖ / ‖θ_T − θ_0‖}: 0 for the same training, some 1e-5 for the same in another order of sums
     */
    public double distance(Model trained) {
        double[] end = walk(step -> {}).parameters();
        double way = distance(end, initial.parameters());
        return distance(end, trained.parameters()) / (way > 0 ? way : 1);
    }

    private static double distance(double[] x, double[] y) {
        checkArgument(x.length == y.length, "a model of %s parameters does not come of one of %s", y.length, x.length);
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += (x[i] - y[i]) * (x[i] - y[i]);
        }
        return Math.sqrt(sum);
    }

    @Override
    public Dataset train() {
        return train;
    }

    @Override
    public Model initial() {
        return initial;
    }

    @Override
    public Optimizer optimizer() {
        return options.optimizer();
    }

    @Override
    public double l2() {
        return options.l2();
    }

    @Override
    public int steps() {
        return options.totalIterations(train.size());
    }

    @Override
    public SortedMap<String, String> inputs() {
        SortedMap<String, String> inputs = options.inputs();
        inputs.put(
                "training backend",
                engine.compute().name() + " x" + engine.workers().count());
        return inputs;
    }

    @Override
    public Model walk(Visitor visitor) {
        Watcher watcher = new Watcher(visitor);
        TrainingOptions kept = options.withCheckpoints(CheckpointPolicy.lastOnly());
        return new Trainer(engine, kept)
                .train(initial, train, train.select(new int[0]), watcher)
                .model();
    }

    /** Holds the model before each step until the step is done and its learning rate is known. */
    private final class Watcher implements TrainingListener {
        private final Visitor visitor;
        private final BatchOrder order = new BatchOrder(options.seed(), train.size());
        private Model before = initial;
        private int epoch;
        private int position;

        Watcher(Visitor visitor) {
            this.visitor = visitor;
        }

        @Override
        public void onStep(Progress progress, Supplier<TrainingState> state) {
            int to = Math.min(train.size(), position + options.batchSize());
            int[] rows = Arrays.copyOfRange(order.shuffle(epoch), position, to);
            visitor.onStep(new Step(progress.iteration() - 1, progress.learningRate(), rows, before));
            TrainingState after = state.get();
            before = after.model();
            epoch = after.epoch();
            position = after.position();
        }
    }
}

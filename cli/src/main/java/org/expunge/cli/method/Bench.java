package org.expunge.cli.method;

import com.google.common.io.Closer;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.expunge.cli.render.Console;
import org.expunge.influence.compute.EigenKernels;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.TrajectoryEstimator;
import org.expunge.influence.score.Weighting;
import org.expunge.influence.training.Checkpoint;
import org.expunge.influence.training.TrainingRun;

/** What a method is built from: a run, its rows and models, an engine and its bounds. Closes what a method opened. */
public final class Bench implements AutoCloseable {
    private final Engine engine;
    private final Console console;
    private final TrainingRun run;
    private final Dataset train;
    private final long maxBytes;
    private final Closer opened = Closer.create();

    /**
     * Reads the run's training rows.
     *
     * @param engine where methods run; stays the caller's to close
     * @param console takes progress and warnings
     * @param run the run
     * @param maxBytes memory that scoring stays under
     */
    public Bench(Engine engine, Console console, TrainingRun run, long maxBytes) {
        this.engine = engine;
        this.console = console;
        this.run = run;
        this.train = run.train();
        this.maxBytes = maxBytes;
    }

    /** Returns where methods run. */
    public Engine engine() {
        return engine;
    }

    /** Returns what takes progress and warnings. */
    public Console console() {
        return console;
    }

    /** Returns the run. */
    public TrainingRun run() {
        return run;
    }

    /** Returns the rows that the run was trained on, normalised. */
    public Dataset train() {
        return train;
    }

    /** Returns the run's last model. */
    public Model model() {
        return run.model();
    }

    /** Returns the run's network. */
    Network network() {
        return run.model().network();
    }

    /** Returns what decomposes small matrices. */
    EigenKernels eigen() {
        return engine.compute().eigen();
    }

    /** Returns the penalty that the run was trained with. */
    WeightDecay decay() {
        return new WeightDecay(run.recipe().training().l2());
    }

    /** Returns the checkpoints, and warns if there is but one. */
    List<Checkpoint> trajectory() {
        List<Checkpoint> checkpoints = run.checkpoints();
        if (checkpoints.size() == 1) {
            console.warn("this method follows the checkpoints of a training, but " + run.path()
                    + " has its last model alone");
        }
        return checkpoints;
    }

    /** Returns how to cut the work of a sum over checkpoints. */
    TrajectoryEstimator.Options cut(Weighting weighting) {
        TrajectoryEstimator.Options base = TrajectoryEstimator.Options.DEFAULT;
        return new TrajectoryEstimator.Options(weighting, maxBytes, base.rowsPerBlock());
    }

    /** Returns how to cut the work of influence functions. */
    InfluenceFunction.Options cut() {
        return new InfluenceFunction.Options(maxBytes, InfluenceFunction.Options.DEFAULT.rowsPerBlock());
    }

    /** Returns the memory that scoring stays under. */
    long maxBytes() {
        return maxBytes;
    }

    /** Fits something, and shows that it goes on. */
    <T> T fitting(String what, Supplier<T> fit) {
        return console.during("fitting " + what, fit::get);
    }

    /** Hands back a thing that is closed with the bench. */
    <T extends AutoCloseable> T closing(T thing) {
        opened.register(() -> close(thing));
        return thing;
    }

    private static void close(AutoCloseable thing) throws IOException {
        try {
            thing.close();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(thing.getClass().getSimpleName() + " could not be closed", e);
        }
    }

    @Override
    public void close() throws IOException {
        opened.close();
    }
}

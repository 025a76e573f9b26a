package org.expunge.cli.method;

import static com.google.common.base.Preconditions.checkArgument;

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
import org.expunge.influence.network.PassMemory;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.InputDigests;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.TrajectoryEstimator;
import org.expunge.influence.score.Weighting;
import org.expunge.influence.score.WorkLimits;
import org.expunge.influence.training.Checkpoint;
import org.expunge.influence.training.ModelRecipe;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.Replay;
import org.expunge.influence.training.TrainingRun;
import org.expunge.influence.training.Trajectory;

/** What a method is built from: a run, its rows and models, an engine and its bounds. Closes what a method opened. */
public final class Bench implements AutoCloseable {
    private final Engine engine;
    private final Console console;
    private final List<TrainingRun> runs;
    private final Dataset train;
    private final long maxBytes;
    private final Closer opened = Closer.create();

    /**
     * Reads the training rows.
     *
     * @param engine where methods run; stays the caller's to close
     * @param console takes progress and warnings
     * @param runs at least one; the first is the one whose rows are scored, others are averaged with it
     * @param maxBytes memory that scoring stays under, as far as the engine's device has that much
     * @throws IllegalArgumentException if a run was trained on other rows than the first
     */
    public Bench(Engine engine, Console console, List<TrainingRun> runs, long maxBytes) {
        this.engine = engine;
        this.console = console;
        this.runs = List.copyOf(runs);
        this.train = runs.get(0).train();
        this.maxBytes = Math.min(maxBytes, engine.compute().memoryLimit());
        for (TrainingRun other : runs.subList(1, runs.size())) {
            checkArgument(
                    InputDigests.of(other.train()).equals(InputDigests.of(train)),
                    "%s was trained on other rows than %s; train the models of an ensemble with one --split-seed",
                    other.path(),
                    runs.get(0).path());
        }
    }

    /**
     * Returns memory for scoring where nobody says how much: 1 GiB, or four times what the passes of all workers hold,
     * as convolutions of many channels need.
     */
    public static long ampleBytes(Engine engine, TrainingRun run) {
        long pass = PassMemory.numbersPerExample(run.model().network())
                * engine.tile()
                * engine.compute().precision().bytes();
        return Math.max(1L << 30, 4 * pass * engine.workers().count());
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
        return runs.get(0);
    }

    /** Returns a bench for each run. */
    List<Bench> members() {
        return runs.stream()
                .map(run -> runs.size() == 1 ? this : closing(new Bench(engine, console, List.of(run), maxBytes)))
                .toList();
    }

    /** Returns the last model of each run. */
    List<Model> models() {
        return runs.stream().map(TrainingRun::model).toList();
    }

    /** Returns how to cut the work. */
    WorkLimits limits() {
        return new WorkLimits(maxBytes, WorkLimits.DEFAULT.rowsPerBlock());
    }

    /** Returns the rows that the run was trained on, normalised. */
    public Dataset train() {
        return train;
    }

    /** Returns the run's last model. */
    public Model model() {
        return run().model();
    }

    /** Returns the run's network. */
    Network network() {
        return run().model().network();
    }

    /** Returns what decomposes small matrices. */
    EigenKernels eigen() {
        return engine.compute().eigen();
    }

    /** Returns the penalty that the run was trained with. */
    public WeightDecay decay() {
        return new WeightDecay(run().recipe().training().l2());
    }

    /** Returns the checkpoints, and warns if there is but one. */
    List<Checkpoint> trajectory() {
        List<Checkpoint> checkpoints = run().checkpoints();
        if (checkpoints.size() == 1) {
            console.warn("this method follows the checkpoints of a training, but " + run().path()
                    + " has its last model alone");
        }
        return checkpoints;
    }

    /** Returns the training itself, to be run again step by step. */
    Trajectory replay() {
        Recipe recipe = run().recipe();
        checkArgument(
                run().info().origin() == null && recipe.model().preset() != ModelRecipe.Preset.FILE,
                "%s was not trained here from the beginning, so its steps cannot be run again",
                run().path());
        return new Replay(engine, recipe.training(), recipe.initialModel(train), train);
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

    /**
     * Warns if solves did not reach their tolerance; those that choose their own end are told of in the result alone.
     */
    public void warnOf(Provenance.Inverse evidence) {
        if (evidence.unconverged() > 0 && evidence.choices().isEmpty()) {
            console.warn(evidence.unconverged() + " of " + evidence.solves()
                    + " solves stopped before their tolerance, at a residual of up to " + evidence.largestResidual()
                    + "; these scores are not those of --damping alone. Raise --iterations or --damping to change "
                    + "that");
        }
    }

    /** Returns the memory that scoring stays under. */
    public long maxBytes() {
        return maxBytes;
    }

    /** Fits something, and shows that it goes on. */
    <T> T fitting(String what, Supplier<T> fit) {
        return console.during("fitting " + what, fit::get);
    }

    /** Hands back a thing that is closed with the bench. */
    <T extends AutoCloseable> T closing(T thing) {
        return closing(thing, thing);
    }

    /** Hands back a thing; what it holds is closed with the bench. */
    <T> T closing(T thing, AutoCloseable held) {
        opened.register(() -> close(held));
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

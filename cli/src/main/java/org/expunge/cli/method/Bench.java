package org.expunge.cli.method;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.io.Closer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.expunge.cli.render.Console;
import org.expunge.influence.compute.EigenKernels;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.EngineGroup;
import org.expunge.influence.curvature.RowSums;
import org.expunge.influence.curvature.SharedSums;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowRange;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.PassMemory;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.InputDigests;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.SharedEstimator;
import org.expunge.influence.score.TrajectoryEstimator;
import org.expunge.influence.score.Weighting;
import org.expunge.influence.score.WorkLimits;
import org.expunge.influence.training.Checkpoint;
import org.expunge.influence.training.ModelRecipe;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.Replay;
import org.expunge.influence.training.TrainingRun;
import org.expunge.influence.training.Trajectory;

/**
 * What a method is built from: a run, its rows and models, an engine and its bounds, and the engines that share its
 * work. Closes what a method opened.
 */
public final class Bench implements AutoCloseable {
    private final EngineGroup engines;
    private final Engine engine;
    private final Console console;
    private final List<TrainingRun> runs;
    private final Dataset train;
    private final WorkLimits limits;
    private final Fits fits;
    private final Closer opened = Closer.create();

    /**
     * Reads the training rows.
     *
     * @param engines where methods run; stay the caller's to close
     * @param console takes progress and warnings
     * @param runs at least one; the first is the one whose rows are scored, others are averaged with it
     * @param maxBytes memory that scoring stays under on each engine, as far as its device has that much
     * @throws IllegalArgumentException if a run was trained on other rows than the first
     */
    public Bench(EngineGroup engines, Console console, List<TrainingRun> runs, long maxBytes) {
        this.engines = engines;
        this.engine = engines.lead();
        this.console = console;
        this.runs = List.copyOf(runs);
        this.train = runs.get(0).train();
        this.limits = new WorkLimits(Math.min(maxBytes, engines.memoryLimit()), WorkLimits.DEFAULT.rowsPerBlock());
        this.fits = new Fits(console);
        for (TrainingRun other : runs.subList(1, runs.size())) {
            checkArgument(
                    InputDigests.of(other.train()).equals(InputDigests.of(train)),
                    "%s was trained on other rows than %s; train the models of an ensemble with one --split-seed",
                    other.path(),
                    runs.get(0).path());
        }
    }

    /** Makes a bench for some of the work of another. */
    private Bench(Bench whole, Engine engine, Console console, List<TrainingRun> runs, WorkLimits limits) {
        this.engines = whole.engines;
        this.engine = engine;
        this.console = console;
        this.runs = runs;
        this.train = whole.train;
        this.limits = limits;
        this.fits = whole.fits;
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

    /** Returns all that share the work. */
    public EngineGroup engines() {
        return engines;
    }

    /**
     * Returns a bench for each engine, whose limits cut a table of the run's rows so that all have a share. Progress
     * and warnings are told by the first alone.
     *
     * @param queries of the table
     */
    public List<Bench> shares(int queries) {
        if (engines.size() == 1) {
            return List.of(this);
        }
        WorkLimits cut = limits.sharedBy(engines.size(), train.size(), queries, engine.tile());
        List<Bench> shares = new ArrayList<>();
        for (Engine each : engines.engines()) {
            shares.add(closing(new Bench(this, each, shares.isEmpty() ? console : console.silent(), runs, cut)));
        }
        return shares;
    }

    /**
     * Makes an estimator that uses all engines.
     *
     * @param recipe makes it on one
     * @param queries of the table that it is for
     * @throws IOException if something that is needed cannot be read
     */
    public Estimator estimator(Plan.Recipe<Estimator> recipe, int queries) throws IOException {
        List<Bench> shares = shares(queries);
        List<Estimator> members = engines.run((place, on, others) -> recipe.on(shares.get(place)));
        return members.size() == 1 ? members.get(0) : new SharedEstimator(engines, members);
    }

    /** Computes something for some rows. */
    @FunctionalInterface
    public interface Scorer<T> {
        /**
         * Computes.
         *
         * @param bench where
         * @param rows at least one
         * @throws IOException if something that is needed cannot be read
         */
        T on(Bench bench, Dataset rows) throws IOException;
    }

    /**
     * Computes something row by row on all engines, each of which has a share of rows that follow each other.
     *
     * @param rows at least one
     * @param scorer computes it for a share
     * @return what was computed for each share, in the order of the rows
     * @throws IOException if something that is needed cannot be read
     */
    public <T> List<T> sharing(Dataset rows, Scorer<T> scorer) throws IOException {
        if (engines.size() == 1) {
            return List.of(scorer.on(this, rows));
        }
        List<Bench> benches = shares(1);
        List<RowRange> parts = RowRange.of(rows).parts((rows.size() + engines.size() - 1) / engines.size());
        List<List<T>> made = engines.run((place, on, others) -> place < parts.size()
                ? List.of(scorer.on(
                        benches.get(place), rows.select(parts.get(place).rows())))
                : List.of());
        return made.stream().flatMap(List::stream).toList();
    }

    /**
     * Refuses several engines.
     *
     * @param what cannot be shared, as the user would write it
     * @throws IllegalArgumentException if there are several
     */
    public void requireOneEngine(String what) {
        checkArgument(
                engines.size() == 1,
                "%s cannot be shared among %s GPUs: give --device one number",
                what,
                engines.size());
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
                .map(run -> runs.size() == 1 ? this : closing(new Bench(this, engine, console, List.of(run), limits)))
                .toList();
    }

    /** Returns the last model of each run. */
    List<Model> models() {
        return runs.stream().map(TrainingRun::model).toList();
    }

    /** Returns how to cut the work. */
    WorkLimits limits() {
        return limits;
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
        return new TrajectoryEstimator.Options(weighting, limits.maxBytes(), limits.rowsPerBlock());
    }

    /** Returns how to cut the work of influence functions. */
    InfluenceFunction.Options cut() {
        return new InfluenceFunction.Options(limits.maxBytes(), limits.rowsPerBlock());
    }

    /** Returns how to cut their work where each query is solved for, so that no two engines solve for the same. */
    InfluenceFunction.Options cutOfSolves() {
        return cut().withQueriesPerBlock(limits.queriesPerBlock());
    }

    /**
     * Warns if solves did not reach their tolerance; those that choose their own end are told of in the result alone.
     */
    public void warnOf(Provenance.Inverse evidence) {
        if (evidence.unconverged() > 0 && evidence.choices().isEmpty()) {
            fits.console()
                    .warn(evidence.unconverged() + " of " + evidence.solves()
                            + " solves stopped before their tolerance, at a residual of up to "
                            + evidence.largestResidual()
                            + "; these scores are not those of --damping alone. Raise --iterations or --damping to change "
                            + "that");
        }
    }

    /** Returns the memory that scoring stays under. */
    public long maxBytes() {
        return limits.maxBytes();
    }

    /** Fits something on this bench's engine, and shows that it goes on. */
    <T> T fitting(String what, Supplier<T> fit) {
        return console.during("fitting " + what, fit::get);
    }

    /**
     * Fits something that does not belong to an engine: once for all that share the work.
     *
     * @param what it is, in two or three words
     * @param options all that decides it beside the run
     * @param fit fits it
     */
    <T> T fittingOnce(String what, Object options, Supplier<T> fit) {
        return once(List.of(what, options), () -> fits.console().during("fitting " + what, fit::get));
    }

    /**
     * Finds something that does not belong to an engine: once for all that share the work.
     *
     * @param key all that decides it beside the run
     * @param find finds it
     */
    <T> T once(Object key, Supplier<T> find) {
        return engines.size() == 1 ? find.get() : fits.of(List.of(key, run().path()), find);
    }

    /** Sums over the run's rows, of which every engine takes a share. */
    RowSums sums(SharedSums sums) {
        return sums.over(engines, RowRange.of(train));
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

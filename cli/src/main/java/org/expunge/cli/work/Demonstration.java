package org.expunge.cli.work;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.expunge.cli.render.Console;
import org.expunge.cli.unlearn.MethodEntry;
import org.expunge.cli.unlearn.RemovalOptions;
import org.expunge.cli.unlearn.UnlearningMethods;
import org.expunge.cli.work.DemoReport.Gate;
import org.expunge.defense.attack.AttackRequest;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.Json;
import org.expunge.influence.score.SelfInfluence;
import org.expunge.influence.score.TopK;
import org.expunge.influence.score.Weighting;
import org.expunge.influence.training.DataRecipe;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.ModelRecipe;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.Seeds;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.influence.training.TrainingRun;

/**
 * The whole way on the embedded digits: attack, audit, trace, sanitize, forget, verify. Leaves every run that it makes,
 * and a report.
 */
public final class Demonstration {
    private static final int SOURCE = 1;
    private static final int TARGET = 0;
    private static final int POISON_ROWS = 20;
    private static final int FORGET_ROWS = 5;
    private static final int LISTED = 10;

    /**
     * Weights are held small enough for the curvature to say something about removals; the patch is learned all the
     * same.
     */
    private static final TrainingOptions TRAINING = TrainingOptions.DEFAULT
            .withOptimizer(Optimizer.of(Optimizer.Kind.SGD))
            .withSchedule(Schedule.cosine(0.1))
            .withBatchSize(32)
            .withL2(1e-3);

    private final Engine engine;
    private final Console console;
    private final long seed;

    /**
     * Makes the demonstration.
     *
     * @param engine where it runs; stays the caller's to close
     * @param console takes progress
     * @param seed root of everything random
     */
    public Demonstration(Engine engine, Console console, long seed) {
        this.engine = engine;
        this.console = console;
        this.seed = seed;
    }

    /**
     * Runs it.
     *
     * @param out the folder to make, for data, runs, {@code report.md} and {@code report.json}
     * @return what happened
     * @throws FileAlreadyExistsException if {@code out} exists
     * @throws IOException if something cannot be written
     */
    public DemoReport run(Path out) throws IOException {
        AtomicFiles.refuseExisting(out);
        long start = System.nanoTime();
        Files.createDirectories(out);
        Recipe digits = recipe(DataSpec.parse("digits"));
        Drill drill = new DrillPlanting(digits.data(), seed, new Rehearsal(engine, console, digits))
                .plant(
                        AttackRequest.of("patch", SOURCE, TARGET, new Seeds(seed).of("attack"))
                                .withRows(POISON_ROWS),
                        false,
                        out.resolve("poisoned-data"));
        Training training = new Training(engine, console);
        TrainingRun clean = training.train(recipe(DataSpec.parse(drill.base())), out.resolve("run-clean"));
        TrainingRun poisoned = training.train(recipe(DataSpec.parse(drill.data())), out.resolve("run-poisoned"));
        Gate gate = gate(drill, clean, poisoned);
        DemoReport report = gate.holds()
                ? defend(out, drill, gate, poisoned, start)
                : DemoReport.attackFailed(out, seed, drill, gate, seconds(start));
        Json.write(out.resolve("report.json"), report);
        AtomicFiles.writeString(out.resolve("report.md"), report.fullDocument().markdown());
        return report;
    }

    private DemoReport defend(Path out, Drill drill, Gate gate, TrainingRun poisoned, long start) throws IOException {
        List<String> stream = List.of("test", "attack");
        AuditReport audit = new Audit(
                        engine, console, new AuditSettings(TargetAudit.Options.DEFAULT, LISTED, seed, true, null))
                .audit(poisoned, stream);
        SanitizeReport sanitized = new Sanitizing(engine, console, Sanitizing.Plan.DEFAULT)
                .sanitize(poisoned, stream, out.resolve("run-sanitized"));
        TrainingRun left = sanitized.out() == null ? poisoned : TrainingRun.open(Path.of(sanitized.out()));
        List<String> ids = mostRemembered(left);
        ForgetReport retrained = forget("retrain", left, ids, out.resolve("run-forgotten-by-retraining"));
        ForgetReport influence = forget("influence", left, ids, out.resolve("run-forgotten-by-influence"));
        return new DemoReport(
                out.toString(), seed, drill, gate, audit, sanitized, List.of(retrained, influence), seconds(start));
    }

    private ForgetReport forget(String name, TrainingRun run, List<String> ids, Path out) throws IOException {
        MethodEntry method = UnlearningMethods.named(name);
        return new Forgetting(engine, console, method, method.planner().apply(new RemovalOptions()), 2)
                .forget(run, ids, out);
    }

    private Recipe recipe(DataSpec source) {
        return new Recipe(seed, DataRecipe.of(source), ModelRecipe.of(ModelRecipe.Preset.MLP), TRAINING);
    }

    private Gate gate(Drill drill, TrainingRun clean, TrainingRun poisoned) throws IOException {
        return new Gate(success(drill, poisoned), success(drill, clean), accuracy(poisoned), accuracy(clean));
    }

    private double success(Drill drill, TrainingRun run) throws IOException {
        return drill.success(engine, run.model(), run.normalizer());
    }

    private double accuracy(TrainingRun run) {
        return new Evaluator(engine).evaluate(run.model(), run.test()).accuracy();
    }

    /** The rows whose loss their own gradient lowered most: those that the model knows by heart. */
    private List<String> mostRemembered(TrainingRun run) {
        Dataset train = run.train();
        double[] scores = new SelfInfluence(engine, run.checkpoints(), Weighting.LEARNING_RATE).scores(train);
        return TopK.of(scores, FORGET_ROWS, TopK.End.PROPONENTS).stream()
                .map(ranked -> train.id(ranked.row()))
                .toList();
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}

package org.expunge.cli.work;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.expunge.cli.render.Console;
import org.expunge.defense.sanitize.IncidentSanitizer;
import org.expunge.defense.sanitize.SanitizeResult;
import org.expunge.defense.sanitize.Sanitizer;
import org.expunge.defense.sanitize.Training;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.Json;
import org.expunge.influence.training.Checkpoint;
import org.expunge.influence.training.Derivation;
import org.expunge.influence.training.EpochMetrics;
import org.expunge.influence.training.Retrainer;
import org.expunge.influence.training.TrainingResult;
import org.expunge.influence.training.TrainingRun;
import org.expunge.influence.training.TrainingState;
import org.jspecify.annotations.Nullable;

/** Removes the rows behind flagged inputs, where a counterfactual confirms them, and trains again. */
public final class Sanitizing {
    private static final String MANIFEST = "manifest.json";
    private static final String REPORT = "report.md";

    /** What {@code manifest.json} holds: enough to know what was done and to undo it. */
    private record Manifest(
            String parent,
            String parentDigest,
            List<String> removedIds,
            String lastModel,
            Sanitizer.Options options,
            String undo) {}

    /**
     * What is to be done.
     *
     * @param options when to act and when to stop
     * @param incident one prediction to start from; null to look at all inputs
     * @param repair makes the last model from the confirmed rows instead of training; null to train
     * @param manifest of the attack that changed the rows, which figures are held against and which nothing else sees;
     *     null for that in the run's notes, if any
     */
    public record Plan(
            Sanitizer.Options options,
            @Nullable Incident incident,
            @Nullable Repair repair,
            @Nullable Path manifest) {
        /** Looks at all inputs, and trains. */
        public static final Plan DEFAULT = new Plan(Sanitizer.Options.DEFAULT, null, null, null);
    }

    private final Engine engine;
    private final Console console;
    private final Plan plan;
    private final Sanitizer.Options options;

    /**
     * Makes the work.
     *
     * @param engine where it runs; stays the caller's to close
     * @param console takes progress
     * @param plan what is to be done
     */
    public Sanitizing(Engine engine, Console console, Plan plan) {
        this.engine = engine;
        this.console = console;
        this.plan = plan;
        this.options = plan.incident() == null ? plan.options() : IncidentSanitizer.adapted(plan.options());
    }

    /**
     * Sanitizes. A new run appears only if rows were removed; else a folder with the evidence alone.
     *
     * @param run the run
     * @param inputs what {@link InputRows} reads
     * @param out the run to appear, with {@code manifest.json}, {@code report.md} and {@link DefenseEvidence#FILE}
     * @return what was done
     * @throws IOException if something cannot be read or written
     */
    public SanitizeReport sanitize(TrainingRun run, List<String> inputs, Path out) throws IOException {
        AtomicFiles.requireWritable(out);
        long start = System.nanoTime();
        Optional<KnownAttack.Known> known = KnownAttack.of(run, plan.manifest());
        if (known.isPresent()) {
            known.get().requireInputs();
        }
        Incident incident = plan.incident();
        Optional<Drill> attack = known.map(KnownAttack.Known::drill);
        Dataset rows = incident == null
                ? InputRows.readClasses(run, attack, inputs, console)
                : incident.rows(run, attack, inputs, console);
        Training training = training(run);
        SanitizeResult found = console.during(
                "sanitizing",
                () -> incident == null
                        ? Sanitizer.of(engine, training, options)
                                .sanitize(result(run), run.train(), run.validation(), rows)
                        : incident.sanitize(IncidentSanitizer.of(engine, training, options), result(run), run, rows));
        Repair.Repaired repaired = repaired(run, training, rows, found);
        SanitizeResult result = repaired.result();
        boolean hasRemoved = !result.removedIds().isEmpty();
        DefenseEvidence evidence = console.during(
                "gathering evidence",
                () -> new EvidenceGathering(engine, run, rows, repaired, known)
                        .gather(options, incident, hasRemoved ? out : null, (System.nanoTime() - start) / 1e9));
        SanitizeReport report = report(run, repaired, hasRemoved ? out : null, evidence);
        if (hasRemoved) {
            Manifest manifest = new Manifest(
                    run.path().toAbsolutePath().normalize().toString(),
                    run.digest(),
                    result.removedIds(),
                    repaired.lastModel(),
                    options,
                    "expunge train --recipe "
                            + quoted(out.toAbsolutePath().normalize().resolve("recipe.yaml"))
                            + " --out RUN trains on all rows again");
            run.derive(out, derivation(run, repaired, evidence), engine, folder -> {
                Json.write(folder.resolve(MANIFEST), manifest);
                AtomicFiles.writeString(
                        folder.resolve(REPORT), report.document().markdown());
                Json.write(folder.resolve(DefenseEvidence.FILE), evidence);
            });
        } else {
            AtomicFiles.directory(out, folder -> Json.write(folder.resolve(DefenseEvidence.FILE), evidence));
        }
        return report;
    }

    private Repair.Repaired repaired(TrainingRun run, Training training, Dataset rows, SanitizeResult found)
            throws IOException {
        Repair repair = plan.repair();
        if (repair == null || found.removedIds().isEmpty()) {
            return Repair.Repaired.byTraining(found);
        }
        Incident incident = plan.incident();
        return repair.apply(
                engine,
                console,
                run,
                rows,
                found,
                other -> incident == null
                        ? Sanitizer.of(engine, training, options)
                                .judgeRepair(found, run.model(), other, run.train(), run.validation(), rows)
                        : incident.judgeRepair(
                                IncidentSanitizer.of(engine, training, options), found, other, run, rows));
    }

    /** Returns a path as a shell takes it for one word. */
    private static String quoted(Path path) {
        return "'" + path.toString().replace("'", "'\\''") + "'";
    }

    private Training training(TrainingRun run) {
        Retrainer retrainer = new Retrainer(engine, run.recipe());
        Dataset validation = run.validation();
        return rows -> retrainer.retrain(rows, validation, run.recipe().seed());
    }

    /** Rebuilds what the training returned from what its run kept; the optimiser's state is not among it. */
    static TrainingResult result(TrainingRun run) {
        List<Checkpoint> checkpoints = run.checkpoints();
        List<EpochMetrics> epochs = run.metrics().epochs();
        Checkpoint last = checkpoints.get(checkpoints.size() - 1);
        TrainingState state = new TrainingState(
                last.iteration(), last.epoch(), 0, 0, last.model(), List.of(), checkpoints, epochs, null);
        return new TrainingResult(last.model(), checkpoints, epochs, state);
    }

    private static Derivation derivation(TrainingRun run, Repair.Repaired repaired, DefenseEvidence evidence) {
        SanitizeResult result = repaired.result();
        Map<String, Object> notes = new HashMap<>(Drill.inheritedNotes(run));
        notes.put("verdict", result.verdict().name());
        DefenseEvidence.Truth truth = evidence.truth();
        if (truth != null && truth.manifest() != null) {
            notes.put(NamedManifest.NOTE, truth.manifest().note());
        }
        Set<String> gone = Set.copyOf(result.removedIds());
        return repaired.method().isEmpty()
                ? Derivation.of("sanitize", gone, result.training(), run.normalizer(), notes)
                : Derivation.of(
                        "sanitize by " + repaired.method().get(),
                        gone,
                        result.training().model(),
                        run.normalizer(),
                        notes);
    }

    private SanitizeReport report(
            TrainingRun run, Repair.Repaired repaired, @Nullable Path out, DefenseEvidence evidence) {
        SanitizeResult result = repaired.result();
        return new SanitizeReport(
                run.path().toString(),
                out == null ? null : out.toString(),
                result.verdict(),
                evidence.reasons(),
                repaired.lastModel(),
                result.removedIds(),
                run.train().size(),
                evidence.accuracyBefore(),
                evidence.accuracyAfter(),
                evidence.accuracyRetrained(),
                result.rounds(),
                result.lastAudit().suspiciousLabels(),
                evidence.truth(),
                options);
    }
}

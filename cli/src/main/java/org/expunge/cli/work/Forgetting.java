package org.expunge.cli.work;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.expunge.cli.render.Console;
import org.expunge.cli.unlearn.MethodEntry;
import org.expunge.cli.unlearn.RemovalBench;
import org.expunge.cli.unlearn.RemovalRecipe;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.Json;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Derivation;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.Retrainer;
import org.expunge.influence.training.Seeds;
import org.expunge.influence.training.TrainingResult;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.ForgetRequest;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.verify.Subject;
import org.expunge.unlearning.verify.Verification;
import org.expunge.unlearning.verify.Verifier;

/** Makes a run forget rows, verifies it, and writes the run that comes after. */
public final class Forgetting {
    private static final String VERIFICATION = "verification.json";
    private static final String REPORT = "report.md";
    private static final String REFERENCE = "reference";

    private final Engine engine;
    private final Console console;
    private final MethodEntry method;
    private final RemovalRecipe recipe;
    private final int references;

    /** A result, and the training that it came from if it was trained anew. */
    private record Removal(UnlearningResult result, Optional<TrainingResult> training) {}

    /**
     * Makes the work.
     *
     * @param engine where it runs; stays the caller's to close
     * @param console takes progress
     * @param method how rows are forgotten
     * @param recipe makes that method
     * @param references models to retrain with other seeds and compare with, 0 to 2
     */
    public Forgetting(Engine engine, Console console, MethodEntry method, RemovalRecipe recipe, int references) {
        this.engine = engine;
        this.console = console;
        this.method = method;
        this.recipe = recipe;
        this.references = references;
    }

    /**
     * Forgets rows.
     *
     * @param run the run
     * @param ids ids of training rows
     * @param out the run to appear, with {@code verification.json} and {@code report.md}; none appears where the method
     *     found no acceptable model
     * @return what was done and what verification says
     * @throws IllegalArgumentException if there are no ids, an id is not known, or no row would remain
     * @throws IOException if something cannot be read or written
     */
    public ForgetReport forget(TrainingRun run, List<String> ids, Path out) throws IOException {
        AtomicFiles.requireWritable(out);
        ForgetRequest request = ForgetRequest.of(ids);
        Normalizer normalizer = normalizer(run, request.in(run.raw().train()));
        ForgetSet rows = request.in(normalizer.apply(run.raw().train()));
        Dataset validation = normalizer.apply(run.raw().validation());
        Model before = run.model();
        Removal removal = remove(run, rows, validation);
        UnlearningResult result = removal.result();
        if (result.outcome() == UnlearningResult.Outcome.NO_ACCEPTABLE_CANDIDATE) {
            return ForgetReport.refused(run, request, result);
        }
        List<Model> retrained = references(run.recipe(), rows, validation);
        Dataset test = normalizer.apply(run.raw().test());
        Subject old = new Subject(before, request.in(run.train()), run.test());
        Verification verification = new Verifier(engine, Verifier.Options.DEFAULT)
                .verify(
                        old,
                        new Subject(result.model(), rows, test),
                        retrained.stream()
                                .map(model -> new Subject(model, rows, test))
                                .toList());
        ForgetReport report = ForgetReport.of(run, out, request, result, verification);
        Map<String, Object> notes = new HashMap<>(Drill.inheritedNotes(run));
        notes.put("verdict", verification.verdict().name());
        run.derive(out, derivation(request, removal, normalizer, notes), engine);
        Json.write(out.resolve(VERIFICATION), verification);
        AtomicFiles.writeString(out.resolve(REPORT), report.document().markdown());
        return report;
    }

    private Removal remove(TrainingRun run, ForgetSet rows, Dataset validation) throws IOException {
        return console.metered("forgetting " + rows.forget().size() + " rows by " + method.name(), meter -> {
            RemovalBench bench = new RemovalBench(engine, console, run, new MeteredTraining(meter));
            UnlearningResult result = recipe.on(bench).forget(run.model(), rows, validation);
            return new Removal(result, bench.trainingOf(result.model()));
        });
    }

    /** Training anew fits the normalisation again too, as the rows to forget have left their mark on it. */
    private Normalizer normalizer(TrainingRun run, ForgetSet raw) {
        return method.trainsAnew()
                ? Normalizer.fit(raw.retain(), run.recipe().data().normalization())
                : run.normalizer();
    }

    /** Retrained models that share neither start nor order with the run's. */
    private List<Model> references(Recipe recipe, ForgetSet rows, Dataset validation) {
        Retrainer retrainer = new Retrainer(engine, recipe);
        List<Model> models = new ArrayList<>();
        for (int i = 0; i < references; i++) {
            long seed = Seeds.derive(recipe.seeds().of(REFERENCE), i);
            models.add(console.metered(
                            "retraining for comparison " + (i + 1) + "/" + references,
                            meter -> retrainer.retrain(rows.retain(), validation, seed, new MeteredTraining(meter)))
                    .model());
        }
        return models;
    }

    private static Derivation derivation(
            ForgetRequest request, Removal removal, Normalizer normalizer, Map<String, Object> notes) {
        UnlearningResult result = removal.result();
        String what = "forget by " + result.method();
        Set<String> ids = Set.copyOf(request.ids());
        return removal.training()
                .map(training -> Derivation.of(what, ids, training, normalizer, notes))
                .orElseGet(() -> Derivation.of(what, ids, result.model(), normalizer, notes));
    }
}

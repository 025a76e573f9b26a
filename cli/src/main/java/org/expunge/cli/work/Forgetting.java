package org.expunge.cli.work;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.expunge.cli.render.Console;
import org.expunge.cli.render.ProgressMeter;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.WeightDecay;
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
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.method.NewtonRemoval;
import org.expunge.unlearning.method.Retrain;
import org.expunge.unlearning.method.Retraining;
import org.expunge.unlearning.verify.Subject;
import org.expunge.unlearning.verify.Verification;
import org.expunge.unlearning.verify.Verifier;

/** Makes a run forget rows, verifies it, and writes the run that comes after. */
public final class Forgetting {
    /** How rows are forgotten. */
    public enum Method {
        /** Training again without them: exact. */
        RETRAIN,
        /** One damped Gauss-Newton step on the remaining rows: cheap, nothing proved. */
        NEWTON
    }

    private static final String VERIFICATION = "verification.json";
    private static final String REPORT = "report.md";
    private static final String REFERENCE = "reference";

    private final Engine engine;
    private final Console console;
    private final Method method;
    private final int references;

    /**
     * Makes the work.
     *
     * @param engine where it runs; stays the caller's to close
     * @param console takes progress
     * @param method how rows are forgotten
     * @param references models to retrain with other seeds and compare with, 0 to 2
     */
    public Forgetting(Engine engine, Console console, Method method, int references) {
        this.engine = engine;
        this.console = console;
        this.method = method;
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
        List<TrainingResult> trained = new ArrayList<>();
        UnlearningResult result = console.metered(
                "forgetting " + request.ids().size() + " rows by " + name(),
                meter -> unlearner(run.recipe(), trained, meter).forget(before, rows, validation));
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
        run.derive(out, derivation(request, result, trained, normalizer, notes), engine);
        Json.write(out.resolve(VERIFICATION), verification);
        AtomicFiles.writeString(out.resolve(REPORT), report.document().markdown());
        return report;
    }

    private String name() {
        return method == Method.RETRAIN ? "retraining" : "a Newton step";
    }

    /** Retraining fits the normalisation again too, as the rows to forget have left their mark on it. */
    private Normalizer normalizer(TrainingRun run, ForgetSet raw) {
        return method == Method.RETRAIN
                ? Normalizer.fit(raw.retain(), run.recipe().data().normalization())
                : run.normalizer();
    }

    private UnlearningMethod unlearner(Recipe recipe, List<TrainingResult> trained, ProgressMeter meter) {
        if (method == Method.NEWTON) {
            double decay = recipe.training().l2();
            return new NewtonRemoval(engine, NewtonRemoval.Options.DEFAULT.withWeightDecay(new WeightDecay(decay)));
        }
        Retrainer retrainer = new Retrainer(engine, recipe);
        Retraining recording = (train, validation, seed) -> {
            TrainingResult result = retrainer.retrain(train, validation, seed, new MeteredTraining(meter));
            trained.add(result);
            return result;
        };
        return new Retrain(recording, recipe.seed());
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
            ForgetRequest request,
            UnlearningResult result,
            List<TrainingResult> trained,
            Normalizer normalizer,
            Map<String, Object> notes) {
        String what = "forget by " + result.method();
        Set<String> ids = Set.copyOf(request.ids());
        return trained.isEmpty()
                ? Derivation.of(what, ids, result.model(), normalizer, notes)
                : Derivation.of(what, ids, trained.get(0), normalizer, notes);
    }
}

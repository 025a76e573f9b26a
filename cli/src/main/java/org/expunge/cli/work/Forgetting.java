package org.expunge.cli.work;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.expunge.cli.render.Console;
import org.expunge.cli.unlearn.MethodEntry;
import org.expunge.cli.unlearn.RemovalBench;
import org.expunge.cli.unlearn.RemovalRecipe;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.TableLayout;
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
import org.expunge.unlearning.request.Selection;
import org.expunge.unlearning.verify.Subject;
import org.expunge.unlearning.verify.Verification;
import org.expunge.unlearning.verify.Verifier;

/** Makes a run forget rows, verifies it, and writes the run that comes after. */
public final class Forgetting {
    /** How a derived run says which method made it. */
    static final String BY = "forget by ";

    /** What the method tried, beside the model. */
    public static final String TRIED = "method.json";

    private static final String VERIFICATION = "verification.json";
    private static final String REPORT = "report.md";
    private static final String REFERENCE = "reference";

    private final Engine engine;
    private final Console console;
    private final MethodEntry method;
    private final RemovalRecipe recipe;
    private final int references;

    /** A result, and if it was trained anew, how, and with what the method fitted anew for it, if it did. */
    private record Removal(
            UnlearningResult result, Optional<TrainingResult> training, Optional<RemovalBench.Fitted> fitted) {}

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
     * Forgets training rows and writes the run that comes after.
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
        Forgotten forgotten = forget(run, new Selection(ids, List.of(), 0));
        if (forgotten.verification().isPresent()) {
            write(forgotten, out, out);
        }
        return forgotten.report(out);
    }

    /**
     * Forgets rows and verifies it; writes nothing.
     *
     * @param run the run
     * @param selection the rows, at least one of them a training row
     * @return the new model, if one was found, and the evidence
     * @throws IllegalArgumentException if there are no training rows, an id is not known, or no row would remain
     * @throws IOException if something cannot be read
     */
    public Forgotten forget(TrainingRun run, Selection selection) throws IOException {
        ForgetRequest request = ForgetRequest.of(selection.train());
        Set<String> gone = new HashSet<>(request.ids());
        gone.addAll(selection.held());
        Partition old = without(run.raw(), selection.held());
        RemovalBench.Fitted given = fitted(run, request.in(old.train()), gone);
        Removal removal = remove(run, request, read(run, given, selection.held()));
        RemovalBench.Fitted fitted = removal.fitted().orElse(given);
        Partition parts = read(run, fitted, selection.held());
        ForgetSet rows = request.in(parts.train());
        UnlearningResult result = removal.result();
        if (result.outcome() == UnlearningResult.Outcome.NO_ACCEPTABLE_CANDIDATE) {
            return new Forgotten(
                    run, request, selection.held().size(), result, derivation(gone, removal, fitted), Optional.empty());
        }
        List<Model> retrained = references(run.recipe(), rows, parts.validation());
        Dataset test = parts.test();
        Verification verification = new Verifier(engine, Verifier.Options.DEFAULT)
                .verify(
                        new Subject(
                                run.model(),
                                request.in(run.normalizer().apply(old.train())),
                                run.normalizer().apply(old.test())),
                        new Subject(result.model(), rows, test),
                        retrained.stream()
                                .map(model -> new Subject(model, rows, test))
                                .toList());
        return new Forgotten(
                run,
                request,
                selection.held().size(),
                result,
                derivation(gone, removal, fitted),
                Optional.of(verification));
    }

    /** Rows to forget that were held back take no part in decisions and figures either. */
    private static Partition without(Partition raw, List<String> held) {
        if (held.isEmpty()) {
            return raw;
        }
        Set<String> gone = Set.copyOf(held);
        return new Partition(raw.train(), without(raw.validation(), gone), without(raw.test(), gone));
    }

    private static Dataset without(Dataset part, Set<String> gone) {
        return part.select(IntStream.range(0, part.size())
                .filter(row -> !gone.contains(part.id(row)))
                .toArray());
    }

    /**
     * Writes the run that comes after.
     *
     * @param forgotten as {@link #forget(TrainingRun, Selection)} made it, verified
     * @param directory the directory to appear
     * @param name what the report calls it, where it is moved to another place later
     * @return the run
     * @throws IOException if it cannot be written
     */
    public TrainingRun write(Forgotten forgotten, Path directory, Path name) throws IOException {
        Verification verification = forgotten.verification().orElseThrow();
        Map<String, Object> notes = new HashMap<>(Drill.inheritedNotes(forgotten.run()));
        notes.put("verdict", verification.verdict().name());
        Object rate = forgotten.run().info().notes().get(TrainingRun.RATE);
        if (rate != null) {
            notes.put(TrainingRun.RATE, rate);
        }
        TrainingRun written =
                forgotten.run().derive(directory, forgotten.derivation().withNotes(notes), engine);
        Json.write(directory.resolve(VERIFICATION), verification);
        Json.write(directory.resolve(TRIED), forgotten.result().details());
        AtomicFiles.writeString(
                directory.resolve(REPORT), forgotten.report(name).document().markdown());
        return written;
    }

    private Removal remove(TrainingRun run, ForgetRequest request, Partition parts) throws IOException {
        ForgetSet rows = request.in(parts.train());
        return console.metered("forgetting " + rows.forget().size() + " rows by " + method.name(), meter -> {
            RemovalBench bench = new RemovalBench(engine, console, run, new MeteredTraining(meter));
            UnlearningResult result = recipe.on(bench).forget(run.model(), rows, parts.validation());
            return new Removal(result, bench.trainingOf(result.model()), bench.fittedFor(result.model()));
        });
    }

    /** Training anew fits layout and normalisation again too, as the rows to forget have left their mark on them. */
    private RemovalBench.Fitted fitted(TrainingRun run, ForgetSet raw, Set<String> gone) {
        if (!method.trainsAnew()) {
            return new RemovalBench.Fitted(run.normalizer(), run.layout());
        }
        Optional<TableLayout> layout = run.layoutWithout(gone);
        Dataset all = run.raw(layout).train();
        Dataset retain = all.select(all.rowsOf(raw.retain().ids()));
        return new RemovalBench.Fitted(
                Normalizer.fit(retain, run.recipe().data().normalization()), layout);
    }

    /** Reads the rows of a run, but for those that were held back and go. */
    private static Partition read(TrainingRun run, RemovalBench.Fitted fitted, List<String> held) {
        Partition raw = without(run.raw(fitted.layout()), held);
        Normalizer normalizer = fitted.normalizer();
        return new Partition(
                normalizer.apply(raw.train()), normalizer.apply(raw.validation()), normalizer.apply(raw.test()));
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

    private Derivation derivation(Set<String> ids, Removal removal, RemovalBench.Fitted fitted) {
        UnlearningResult result = removal.result();
        String what = BY + result.method();
        Normalizer normalizer = fitted.normalizer();
        Derivation derivation = removal.training()
                .map(training -> Derivation.of(what, ids, training, normalizer, Map.of()))
                .orElseGet(() -> Derivation.of(what, ids, result.model(), normalizer, Map.of()));
        boolean isFittedAnew = method.trainsAnew() || removal.fitted().isPresent();
        return isFittedAnew ? fitted.layout().map(derivation::withLayout).orElse(derivation) : derivation;
    }
}

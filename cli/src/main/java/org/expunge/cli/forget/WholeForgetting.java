package org.expunge.cli.forget;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.expunge.cli.unlearn.UnlearningMethods;
import org.expunge.cli.work.Forgetting;
import org.expunge.cli.work.Forgotten;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.Digests;
import org.expunge.influence.retraining.LastHidden;
import org.expunge.influence.training.EpochMetrics;
import org.expunge.influence.training.Metrics;
import org.expunge.influence.training.RunRow;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.Guarantee;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.ledger.Statement;
import org.expunge.unlearning.request.DeletionPredicate;
import org.expunge.unlearning.request.Purge;
import org.expunge.unlearning.request.RowFeatures;
import org.expunge.unlearning.request.RowFinder;
import org.expunge.unlearning.request.Selection;
import org.expunge.unlearning.verify.ModelFigures;
import org.expunge.unlearning.verify.Verdict;
import org.expunge.unlearning.verify.Verification;

/** A run of one model: any method, verified before it is published. */
record WholeForgetting(TrainingRun run) implements ForgetfulRun {
    private static final String MODEL = "model.zip";
    private static final String INFO = "run.json";
    private static final String CHANGE = "change";

    @Override
    public Path path() {
        return run.path();
    }

    @Override
    public String digest() throws IOException {
        return run.digest();
    }

    @Override
    public List<RunRow> rows() {
        return run.rows();
    }

    @Override
    public RowFinder finder() {
        return finder(run);
    }

    static RowFinder finder(TrainingRun run) {
        return new RowFinder(
                run.rows(),
                run.recipe().data().source(),
                () -> List.of(
                        run.raw().train(), run.raw().validation(), run.raw().test()));
    }

    @Override
    public List<Dataset> parts() {
        return List.of(run.train(), run.validation(), run.test());
    }

    @Override
    public RowFeatures features(Engine engine) {
        List<Dataset> parts = parts();
        return (part, rows) ->
                LastHidden.features(engine, run.model(), parts.get(part).select(rows));
    }

    @Override
    public Purge.Known known() {
        return Purge.Known.of(run);
    }

    @Override
    public boolean trainsAnew(DeletionPredicate.ExternalParameters parameters) {
        return UnlearningMethods.named(parameters.method()).trainsAnew();
    }

    @Override
    public boolean isTrainedAnew() {
        return !run.metrics().epochs().isEmpty();
    }

    @Override
    public Prediction predict(
            Selection selection, DeletionPredicate.ExternalParameters parameters, String principal, Engine engine) {
        boolean isAnew = trainsAnew(parameters);
        int remaining = run.train().size() - selection.train().size();
        int epochs = run.metrics().epochs().stream()
                .mapToInt(EpochMetrics::epoch)
                .max()
                .orElseGet(() -> run.recipe().training().epochs());
        long once = (long) epochs * remaining;
        int trainings = 1 + (isAnew ? parameters.references() : 0);
        Long rows = isAnew ? Long.valueOf(once * trainings) : null;
        List<String> touched = List.of("the whole model");
        return rate(run)
                .map(rate -> new Prediction(
                        parameters.method(),
                        rows,
                        once * trainings / rate,
                        touched,
                        null,
                        basis(isAnew, rate, parameters)))
                .orElseGet(() -> new Prediction(
                        parameters.method(),
                        rows,
                        null,
                        touched,
                        null,
                        "The run does not say how fast its training was, so no time is predicted."));
    }

    private static String basis(boolean isAnew, double rate, DeletionPredicate.ExternalParameters parameters) {
        return isAnew
                ? "Time from the rate of the run's own training, " + Math.round(rate)
                        + " rows a second, for the new model" + " and " + parameters.references() + " references."
                : "Time of one retraining, at " + Math.round(rate)
                        + " rows a second, as the bound that the method is to" + " beat; references come on top.";
    }

    private static Optional<Double> rate(TrainingRun run) {
        return run.info().notes().get(TrainingRun.RATE) instanceof Number rate
                ? Optional.of(rate.doubleValue())
                : Optional.empty();
    }

    @Override
    public List<DeletionPredicate.Resource> dependencies() throws IOException {
        return dependencies(run);
    }

    static List<DeletionPredicate.Resource> dependencies(TrainingRun run) throws IOException {
        return List.of(
                DeletionPredicate.Resource.of("parent/" + INFO, run.digest()),
                DeletionPredicate.Resource.of(
                        "parent/" + MODEL, Digests.sha256(run.path().resolve(MODEL))),
                DeletionPredicate.Resource.of(
                        "parent/recipe.yaml", Digests.sha256(run.path().resolve("recipe.yaml"))));
    }

    @Override
    public void check(Selection selection, Workshop workshop) throws IOException {
        ForgetfulRun.super.check(selection, workshop);
        Forgetting unused = workshop.forgetting().get(); // refuses options that the method does not take
    }

    @Override
    public Attempt forget(Selection selection, Workshop workshop, Path staged, Path name) throws IOException {
        Forgetting forgetting = workshop.forgetting().get();
        Forgotten forgotten = forgetting.forget(run, selection);
        UnlearningResult result = forgotten.result();
        if (result.outcome() == UnlearningResult.Outcome.NO_ACCEPTABLE_CANDIDATE) {
            return Attempt.failed(
                    result.method(),
                    result.guarantee(),
                    ApplyReport.Status.RETRAIN_REQUIRED,
                    "no acceptable model was found; retrain",
                    forgotten::report);
        }
        Optional<String> objection = objection(forgotten, workshop.parameters().acceptsInconclusive());
        if (objection.isPresent()) {
            return Attempt.failed(
                    result.method(),
                    result.guarantee(),
                    ApplyReport.Status.ROLLED_BACK,
                    objection.get(),
                    forgotten::report);
        }
        TrainingRun written = forgetting.write(forgotten, staged, name);
        return new Attempt(
                result.method(),
                result.guarantee(),
                Optional.empty(),
                written(written, forgotten.verification().orElseThrow(), forgotten.caution()),
                forgotten::report);
    }

    /**
     * What speaks against publishing. An exact removal is published whatever gates on forgetting and on utility say,
     * and what they say is recorded: they cannot refute it, and a model that is worth less is no reason to keep one
     * that knows the rows. Only a model that is the old one is none.
     */
    private static Optional<String> objection(Forgotten forgotten, boolean acceptsInconclusive) {
        Verification verification = forgotten.verification().orElseThrow();
        if (forgotten.result().guarantee() == Guarantee.EXACT) {
            return verification.gates().stream()
                    .filter(gate ->
                            gate.verdict() == Verdict.FAIL && gate.gate().equals(CHANGE))
                    .findFirst()
                    .map(gate -> "verification failed (" + gate.gate() + ")");
        }
        if (verification.verdict() == Verdict.FAIL) {
            return Optional.of("verification failed");
        }
        return verification.verdict() == Verdict.INCONCLUSIVE && !acceptsInconclusive
                ? Optional.of("verification was inconclusive")
                : Optional.empty();
    }

    private static Attempt.Written written(TrainingRun written, Verification verification, Optional<String> caution)
            throws IOException {
        String model = Digests.sha256(written.path().resolve(MODEL));
        return new Attempt.Written(
                written.digest(),
                model,
                written.rows(),
                List.of(Statement.Subject.of(MODEL, model), Statement.Subject.of(INFO, written.digest())),
                List.of(file(written, "verification.json"), file(written, Forgetting.TRIED)),
                Map.of(
                        "expunge",
                        written.info().version(),
                        "java",
                        written.info().java()),
                null,
                new DeletionPredicate.Utility(utility(verification.before()), utility(verification.after())),
                verification.gates().stream()
                        .map(gate -> new DeletionPredicate.GateLine(
                                gate.gate(), gate.verdict().name().toLowerCase(Locale.ROOT)))
                        .toList(),
                Stream.concat(verification.limits().stream(), caution.stream()).toList());
    }

    private static DeletionPredicate.Resource file(TrainingRun run, String name) throws IOException {
        return DeletionPredicate.Resource.of(name, Digests.sha256(run.path().resolve(name)));
    }

    /** Figures on the rows to forget stay out: of few rows they would be figures of a person. */
    private static Map<String, Double> utility(ModelFigures figures) {
        return utility(Map.of("retain", figures.retain(), "test", figures.test()));
    }

    /** Returns loss and accuracy by part; what is not finite is left out. */
    static Map<String, Double> utility(Map<String, Metrics> parts) {
        Map<String, Double> utility = new TreeMap<>();
        parts.forEach((part, metrics) -> {
            utility.put(part + "Loss", metrics.loss());
            Double accuracy = metrics.accuracy();
            if (accuracy != null) {
                utility.put(part + "Accuracy", accuracy);
            }
        });
        utility.values().removeIf(value -> !Double.isFinite(value));
        return utility;
    }

    /** Leaves out figures on the training rows: before the removal they are figures of the rows to forget as well. */
    static Map<String, Double> withoutTraining(Map<String, Double> before) {
        Map<String, Double> rest = new TreeMap<>(before);
        rest.keySet().removeIf(figure -> figure.startsWith("train"));
        return rest;
    }
}

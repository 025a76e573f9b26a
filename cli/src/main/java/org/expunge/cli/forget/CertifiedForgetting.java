package org.expunge.cli.forget;

import com.google.common.collect.Streams;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.expunge.cli.work.ForgetReport;
import org.expunge.cli.work.TableCaution;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.Digests;
import org.expunge.influence.training.RunRow;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.Cost;
import org.expunge.unlearning.Guarantee;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.certified.Certificate;
import org.expunge.unlearning.certified.CertifiedRun;
import org.expunge.unlearning.certified.HeadDeletion;
import org.expunge.unlearning.certified.SecretNoise;
import org.expunge.unlearning.ledger.Statement;
import org.expunge.unlearning.request.DeletionPredicate;
import org.expunge.unlearning.request.Purge;
import org.expunge.unlearning.request.RowFeatures;
import org.expunge.unlearning.request.RowFinder;
import org.expunge.unlearning.request.Selection;

/** A run with a certified head: a proof with a budget. */
record CertifiedForgetting(CertifiedRun certified) implements ForgetfulRun {
    @Override
    public Path path() {
        return run().path();
    }

    private TrainingRun run() {
        return certified.run();
    }

    @Override
    public String digest() throws IOException {
        return run().digest();
    }

    @Override
    public List<RunRow> rows() {
        return run().rows();
    }

    @Override
    public RowFinder finder() {
        return WholeForgetting.finder(run());
    }

    @Override
    public List<Dataset> parts() {
        return new WholeForgetting(run()).parts();
    }

    @Override
    public RowFeatures features(Engine engine) {
        return new WholeForgetting(run()).features(engine);
    }

    @Override
    public Purge.Known known() {
        return Purge.Known.of(run()).withSecrets(certified.secrets());
    }

    @Override
    public Optional<String> ownMethod() {
        return Optional.of(CertifiedRun.METHOD);
    }

    @Override
    public boolean trainsAnew(DeletionPredicate.ExternalParameters parameters) {
        return false;
    }

    @Override
    public boolean isTrainedAnew() {
        return false;
    }

    @Override
    public Prediction predict(
            Selection selection, DeletionPredicate.ExternalParameters parameters, String principal, Engine engine) {
        HeadDeletion plan = certified.plan(selection.train(), principal, engine).published();
        return new Prediction(
                CertifiedRun.METHOD,
                0L,
                null,
                List.of("the head"),
                "of " + plan.budget() + ", used at most " + plan.usedBefore() + " before and " + plan.usedAfter()
                        + " after: " + plan.reason(),
                "The deletion was computed and thrown away to say so; the head takes seconds.");
    }

    @Override
    public List<DeletionPredicate.Resource> dependencies() throws IOException {
        return WholeForgetting.dependencies(run());
    }

    @Override
    public Attempt forget(Selection selection, Workshop workshop, Path staged, Path name) throws IOException {
        long start = System.nanoTime();
        CertifiedRun.Forgotten forgotten = certified.forget(
                selection.train(),
                selection.held(),
                workshop.principal(),
                staged,
                workshop.engine(),
                SecretNoise.secure());
        double seconds = (System.nanoTime() - start) * 1e-9;
        HeadDeletion deletion = forgotten.deletion();
        Certificate certificate = forgotten.certificate();
        TrainingRun written = forgotten.run();
        Guarantee guarantee = (certificate == null ? certified.certificate() : certificate).guarantee();
        boolean isDone = certificate != null && written != null;
        UnlearningResult.Outcome outcome =
                isDone ? UnlearningResult.Outcome.REMOVED : UnlearningResult.Outcome.NO_ACCEPTABLE_CANDIDATE;
        return new Attempt(
                CertifiedRun.METHOD,
                guarantee,
                failure(deletion),
                certificate == null || written == null ? null : written(written, certificate),
                out -> new ForgetReport(
                        run().path().toString(),
                        out == null || !isDone ? null : out.toString(),
                        selection.train(),
                        selection.held().size(),
                        CertifiedRun.METHOD,
                        guarantee,
                        outcome,
                        new Cost(seconds, 0, 0, 0),
                        deletion.published(),
                        null,
                        caution().orElse(null)));
    }

    private static Optional<Attempt.Failure> failure(HeadDeletion deletion) {
        return switch (deletion.outcome()) {
            case WITHIN_BUDGET, RETRAINED -> Optional.empty();
            case EXHAUSTED, PRINCIPAL_CAPPED ->
                Optional.of(new Attempt.Failure(ApplyReport.Status.BUDGET_EXHAUSTED, deletion.reason()));
            case BATCH_TOO_SMALL -> Optional.of(new Attempt.Failure(ApplyReport.Status.REFUSED, deletion.reason()));
        };
    }

    private Attempt.Written written(TrainingRun written, Certificate certificate) throws IOException {
        String model = Digests.sha256(written.path().resolve("model.zip"));
        Map<String, Double> figures = new TreeMap<>(Map.of(
                "epsilon", certificate.options().epsilon(),
                "delta", certificate.options().delta(),
                "budget", certificate.budget(),
                "budgetUsed", certificate.used(),
                "residual", certificate.residual(),
                "distance", certificate.distance()));
        return new Attempt.Written(
                written.digest(),
                model,
                written.rows(),
                List.of(Statement.Subject.of("model.zip", model), Statement.Subject.of("run.json", written.digest())),
                List.of(),
                Map.of(
                        "expunge",
                        written.info().version(),
                        "java",
                        written.info().java()),
                figures,
                new DeletionPredicate.Utility(
                        WholeForgetting.withoutTraining(
                                WholeForgetting.utility(run().metrics().last())),
                        WholeForgetting.utility(written.metrics().last())),
                List.of(new DeletionPredicate.GateLine(
                        "budget", certificate.used() <= certificate.budget() ? "pass" : "fail")),
                limits(certificate));
    }

    private Optional<String> caution() {
        return TableCaution.of(run().recipe().data().source(), run().rawTrain(), false);
    }

    private List<String> limits(Certificate certificate) {
        Stream<String> claim = Stream.of(certificate.claim(), certificate.theorem());
        return Streams.concat(claim, certificate.assumptions().stream(), caution().stream())
                .toList();
    }
}

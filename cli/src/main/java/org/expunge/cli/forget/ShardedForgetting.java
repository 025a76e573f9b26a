package org.expunge.cli.forget;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.expunge.cli.work.ForgetReport;
import org.expunge.cli.work.TableCaution;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.retraining.LastHidden;
import org.expunge.influence.training.RunRow;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.Cost;
import org.expunge.unlearning.Guarantee;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.ledger.Statement;
import org.expunge.unlearning.request.DeletionPredicate;
import org.expunge.unlearning.request.Purge;
import org.expunge.unlearning.request.RowFeatures;
import org.expunge.unlearning.request.RowFinder;
import org.expunge.unlearning.request.Selection;
import org.expunge.unlearning.sharded.ShardedPlan;
import org.expunge.unlearning.sharded.ShardedRun;

/** A sharded run: exact, by retraining what learned from the rows and nothing else. */
record ShardedForgetting(ShardedRun run) implements ForgetfulRun {
    private static final String METHOD = "sharded";
    private static final String INFO = "sharded.json";

    @Override
    public Path path() {
        return run.path();
    }

    @Override
    public String digest() throws IOException {
        return run.digest();
    }

    /** Validation and test rows are in every shard, and listed once. */
    @Override
    public List<RunRow> rows() {
        Map<String, RunRow> rows = new LinkedHashMap<>();
        for (TrainingRun shard : run.shards()) {
            shard.rows().forEach(row -> rows.putIfAbsent(row.id(), row));
        }
        return List.copyOf(rows.values());
    }

    @Override
    public RowFinder finder() {
        return new RowFinder(
                rows(), run.recipe().data().source(), () -> List.of(run.train(), run.validation(), run.test()));
    }

    @Override
    public List<Dataset> parts() {
        var normalizer = run.shards().get(0).normalizer();
        return List.of(normalizer.apply(run.train()), normalizer.apply(run.validation()), normalizer.apply(run.test()));
    }

    @Override
    public RowFeatures features(Engine engine) {
        List<Dataset> parts = List.of(run.train(), run.validation(), run.test());
        return RowFeatures.joined(run.shards().stream()
                .map(shard -> (RowFeatures) (part, rows) -> LastHidden.features(
                        engine,
                        shard.model(),
                        shard.normalizer().apply(parts.get(part).select(rows))))
                .toList());
    }

    @Override
    public Purge.Known known() {
        return Purge.Known.of(run.path(), run.recipe().data().source(), run.shards());
    }

    @Override
    public Optional<String> ownMethod() {
        return Optional.of(METHOD);
    }

    @Override
    public boolean trainsAnew(DeletionPredicate.ExternalParameters parameters) {
        return true;
    }

    @Override
    public boolean isTrainedAnew() {
        return true;
    }

    @Override
    public Prediction predict(
            Selection selection, DeletionPredicate.ExternalParameters parameters, String principal, Engine engine) {
        if (selection.train().isEmpty()) {
            return new Prediction(METHOD, 0L, 0.0, List.of("nothing"), null, "No training row is asked for.");
        }
        ShardedPlan plan = run.plan(selection.train());
        return new Prediction(
                METHOD,
                plan.rowPasses(),
                plan.seconds(),
                plan.shards().stream()
                        .map(touched -> "shard " + touched.shard() + " from slice " + touched.firstSlice() + " on ("
                                + touched.rows() + " rows)")
                        .toList(),
                null,
                "Thread time by the speed of the run's first training; " + Math.round(100 * plan.share())
                        + " % of training all shards again.");
    }

    @Override
    public List<DeletionPredicate.Resource> dependencies() throws IOException {
        List<DeletionPredicate.Resource> all = new ArrayList<>();
        all.add(DeletionPredicate.Resource.of("parent/" + INFO, run.digest()));
        for (int s = 0; s < run.shards().size(); s++) {
            all.add(DeletionPredicate.Resource.of(
                    "parent/shard-" + s, run.shards().get(s).digest()));
        }
        return all;
    }

    @Override
    public Attempt forget(Selection selection, Workshop workshop, Path staged, Path name) throws IOException {
        ShardedPlan plan = run.plan(selection.train());
        long start = System.nanoTime();
        ShardedRun written = workshop.console()
                .metered(
                        "retraining " + plan.shards().size() + " of "
                                + run.shards().size() + " shards",
                        meter -> run.forget(
                                selection.train(),
                                Set.copyOf(selection.held()),
                                staged,
                                workshop.engine(),
                                (done, total) -> meter.step(done, Math.max(1, total), "")));
        double seconds = (System.nanoTime() - start) * 1e-9;
        return new Attempt(
                METHOD,
                Guarantee.EXACT,
                Optional.empty(),
                written(written),
                out -> new ForgetReport(
                        run.path().toString(),
                        out == null ? null : out.toString(),
                        selection.train(),
                        selection.held().size(),
                        METHOD,
                        Guarantee.EXACT,
                        UnlearningResult.Outcome.REMOVED,
                        new Cost(seconds, plan.rowPasses(), 0, 0),
                        plan,
                        null,
                        caution().orElse(null)));
    }

    private Attempt.Written written(ShardedRun written) throws IOException {
        TrainingRun first = written.shards().get(0);
        return new Attempt.Written(
                written.digest(),
                written.modelDigest(),
                new ShardedForgetting(written).rows(),
                List.of(
                        Statement.Subject.of("models", written.modelDigest()),
                        Statement.Subject.of(INFO, written.digest())),
                List.of(),
                Map.of("expunge", first.info().version(), "java", first.info().java()),
                null,
                new DeletionPredicate.Utility(WholeForgetting.withoutTraining(utility(run)), utility(written)),
                List.of(),
                Stream.concat(
                                Stream.of(
                                        "Exact by construction: no model that learned from the rows is in the new run; no statistical test"
                                                + " was made.",
                                        "The guarantee is for requests that do not depend on what the models showed."),
                                caution().stream())
                        .toList());
    }

    private Optional<String> caution() {
        return TableCaution.of(run.recipe().data().source(), run.train(), false);
    }

    private static Map<String, Double> utility(ShardedRun run) {
        Map<String, Double> utility = new TreeMap<>();
        run.info().metrics().forEach((part, metrics) -> utility.put(part + "Accuracy", metrics.majority()));
        return utility;
    }
}

package org.expunge.cli.forget;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.expunge.cli.work.ForgetReport;
import org.expunge.cli.work.Forgetting;
import org.expunge.cli.work.Forgotten;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.Digests;
import org.expunge.influence.io.Json;
import org.expunge.influence.training.RunInfo;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.Guarantee;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.ledger.EntryType;
import org.expunge.unlearning.ledger.Envelope;
import org.expunge.unlearning.ledger.Ledger;
import org.expunge.unlearning.ledger.Publication;
import org.expunge.unlearning.request.AppliedBatch;
import org.expunge.unlearning.request.Artefact;
import org.expunge.unlearning.request.AskedRequest;
import org.expunge.unlearning.request.DeletionPredicate;
import org.expunge.unlearning.request.FailedBatch;
import org.expunge.unlearning.request.Purge;
import org.expunge.unlearning.request.PurgedBatch;
import org.expunge.unlearning.request.ReceivedRequest;
import org.expunge.unlearning.request.RequestBook;
import org.expunge.unlearning.request.Selection;
import org.expunge.unlearning.verify.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests in one batch: forgets, verifies, and publishes the new run together with its entry in the ledger, or
 * publishes nothing and records that. Killed at any point, the same call goes on to the same end.
 */
public final class Applying {
    private static final String ATTESTATION = "attestation.json";

    /**
     * What is allowed and wanted.
     *
     * @param parameters the method as the operator chose it, kept for a replay
     * @param oldRun what becomes of the run before
     * @param caches folders to look for caches in, beside the one that the run lies in
     * @param minBatch fewest training rows that a batch may have, at least 1
     * @param approver who approved it; empty if nobody was named
     */
    public record Options(
            DeletionPredicate.ExternalParameters parameters,
            Purge.OldRun oldRun,
            List<Path> caches,
            int minBatch,
            String approver) {
        /** Copies the list and checks the range. */
        public Options {
            caches = List.copyOf(caches);
            checkArgument(minBatch >= 1, "minBatch must be at least 1, got %s", minBatch);
        }
    }

    private final Ledger ledger;
    private final String ledgerName;
    private final RequestBook book;
    private final Options options;
    private final Consumer<String> steps;

    /**
     * Makes the work.
     *
     * @param ledger stays the caller's to close
     * @param ledgerName how reports call it
     * @param options what is allowed and wanted
     * @param steps told the name of each step before it is taken
     * @throws IOException if the ledger cannot be read
     */
    public Applying(Ledger ledger, String ledgerName, Options options, Consumer<String> steps) throws IOException {
        this.ledger = ledger;
        this.ledgerName = ledgerName;
        this.book = new RequestBook(ledger);
        this.options = options;
        this.steps = steps;
    }

    /** Returns what the ledger knows of requests. */
    public RequestBook book() {
        return book;
    }

    /**
     * Answers requests that were all done before, and finishes what a killed process left undone of that.
     *
     * @param requests what is asked
     * @param run the run before
     * @return the answer; empty if a request is still open
     * @throws IOException if a request came in before with other selectors, or something cannot be read or written
     */
    public Optional<ApplyReport> ifDone(List<AskedRequest> requests, Path run) throws IOException {
        Map<String, AppliedBatch> done = done(requests);
        if (done.size() < requests.size()) {
            return Optional.empty();
        }
        List<Artefact> purged = new ArrayList<>();
        Set<AppliedBatch> batches = new HashSet<>(done.values());
        for (AppliedBatch batch : batches) {
            purged.addAll(finish(batch, run));
        }
        AppliedBatch last = List.copyOf(done.values()).get(done.size() - 1);
        return Optional.of(report(
                ApplyReport.Status.ALREADY_DONE,
                last.batch(),
                List.of(),
                List.copyOf(done.keySet()),
                run.resolveSibling(last.run()).toString(),
                "Already done: the run that answers is " + last.run() + ".",
                null,
                purged));
    }

    private Map<String, AppliedBatch> done(List<AskedRequest> requests) throws IOException {
        Map<String, AppliedBatch> done = new LinkedHashMap<>();
        for (AskedRequest request : requests) {
            ReceivedRequest entry = book.entryOf(request);
            book.doneIn(entry).ifPresent(batch -> done.put(entry.request(), batch));
        }
        return done;
    }

    /** Purges after a batch whose process was killed before it could. */
    private List<Artefact> finish(AppliedBatch batch, Path run) throws IOException {
        Path next = run.toAbsolutePath().normalize().resolveSibling(batch.run());
        if (book.isPurged(batch) || !Files.isDirectory(run) || !Files.isDirectory(next)) {
            return List.of();
        }
        TrainingRun old = TrainingRun.openRevoked(run);
        if (!old.digest().equals(batch.parentDigest())) {
            return List.of();
        }
        TrainingRun made = TrainingRun.openRevoked(next);
        Set<String> gone = new HashSet<>(made.removedIds());
        gone.removeAll(old.removedIds());
        return purge(batch.batch(), old, gone, made);
    }

    /**
     * Answers requests.
     *
     * @param requests what is asked, resolved; those that were done before are left out
     * @param extra ids of rows that go with them though no request names them
     * @param run the run
     * @param out the run to appear
     * @param forgetting how rows are forgotten
     * @param engine where it runs
     * @return what became of it
     * @throws IllegalArgumentException if no row would remain
     * @throws IOException if something cannot be read or written
     */
    public ApplyReport apply(
            List<AskedRequest> requests,
            Set<String> extra,
            TrainingRun run,
            Path out,
            Forgetting forgetting,
            Engine engine)
            throws IOException {
        List<String> ids = new ArrayList<>();
        List<String> doneIds = new ArrayList<>();
        List<ReceivedRequest> open = new ArrayList<>();
        Set<String> wanted = new HashSet<>(extra);
        for (AskedRequest request : requests) {
            ReceivedRequest entry = book.entryOf(request);
            if (book.doneIn(entry).isPresent()) {
                doneIds.add(entry.request());
            } else {
                open.add(entry);
                ids.add(entry.request());
                wanted.addAll(request.ids());
            }
        }
        Selection selection = Planning.finder(run).selection(wanted);
        AtomicFiles.requireWritable(out);
        steps.accept("receive");
        for (ReceivedRequest request : open) {
            book.receive(request);
        }
        if (selection.rows() == 0) {
            return report(
                    ApplyReport.Status.ALREADY_DONE,
                    null,
                    ids,
                    doneIds,
                    run.path().toString(),
                    "The run has none of the rows any more: " + selection.alreadyRemoved() + " were removed before.",
                    null,
                    List.of());
        }
        if (selection.train().size() < options.minBatch()) {
            return report(
                    ApplyReport.Status.REFUSED,
                    null,
                    ids,
                    doneIds,
                    null,
                    "The batch has " + selection.train().size() + " training rows, but may not have fewer than "
                            + options.minBatch() + " (--min-batch): its requests wait for others.",
                    null,
                    List.of());
        }
        return new Batch(ids, doneIds, run, out, selection).apply(forgetting, engine);
    }

    private ApplyReport report(
            ApplyReport.Status status,
            @Nullable String batch,
            List<String> requests,
            List<String> done,
            @Nullable String run,
            String reason,
            @Nullable ForgetReport forget,
            List<Artefact> purged)
            throws IOException {
        return new ApplyReport(
                status,
                batch,
                requests,
                done,
                run,
                ledgerName,
                ledger.checkpoint().note(),
                reason,
                forget,
                purged);
    }

    private List<Artefact> purge(String batch, TrainingRun old, Set<String> gone, TrainingRun next) throws IOException {
        Purge purge = new Purge(old, gone, options.oldRun(), options.caches());
        RunInfo.Origin origin = next.info().origin();
        List<Artefact> artefacts = purge.list(origin != null && origin.method().equals(Forgetting.BY_RETRAINING));
        steps.accept("purge");
        purge.execute(
                artefacts,
                batch + " deleted rows that it was trained on; use "
                        + next.path().getFileName() + " in its place");
        steps.accept("record purge");
        ledger.append(EntryType.PURGED, new PurgedBatch(batch, artefacts));
        return artefacts;
    }

    /** One batch on its way. */
    private final class Batch {
        private final String name = book.nextBatch();
        private final List<String> requests;
        private final List<String> done;
        private final TrainingRun run;
        private final Path out;
        private final Selection selection;

        Batch(List<String> requests, List<String> done, TrainingRun run, Path out, Selection selection) {
            this.requests = requests;
            this.done = done;
            this.run = run;
            this.out = out;
            this.selection = selection;
        }

        ApplyReport apply(Forgetting forgetting, Engine engine) throws IOException {
            BatchStatement statement =
                    new BatchStatement(name, requests, options.parameters(), "published", options.approver());
            steps.accept("forget");
            Forgotten forgotten = forgetting.forget(run, selection);
            if (forgotten.result().outcome() == UnlearningResult.Outcome.NO_ACCEPTABLE_CANDIDATE) {
                return fail(ApplyReport.Status.RETRAIN_REQUIRED, "no acceptable model was found; retrain", forgotten);
            }
            Optional<String> objection = objection(forgotten);
            if (objection.isPresent()) {
                return fail(ApplyReport.Status.ROLLED_BACK, objection.get(), forgotten);
            }
            return publish(forgotten, statement, forgetting, engine);
        }

        /** What speaks against publishing. An exact removal needs no evidence that it forgot, but none against it. */
        private Optional<String> objection(Forgotten forgotten) {
            Verdict verdict = forgotten.verification().orElseThrow().verdict();
            boolean isExact = forgotten.result().guarantee() == Guarantee.EXACT;
            if (verdict == Verdict.FAIL) {
                return Optional.of("verification failed");
            }
            return verdict == Verdict.INCONCLUSIVE
                            && !isExact
                            && !options.parameters().acceptsInconclusive()
                    ? Optional.of("verification was inconclusive")
                    : Optional.empty();
        }

        private ApplyReport fail(ApplyReport.Status status, String reason, Forgotten forgotten) throws IOException {
            steps.accept("record failure");
            ledger.append(
                    EntryType.BATCH_FAILED,
                    new FailedBatch(
                            name,
                            requests,
                            run.digest(),
                            forgotten.result().method(),
                            reason,
                            selection.rows(),
                            tokens()));
            return report(
                    status,
                    name,
                    requests,
                    done,
                    null,
                    "Nothing was published: " + reason + ". " + run.path() + " stands, and the requests are open.",
                    forgotten.report(null),
                    List.of());
        }

        private ApplyReport publish(Forgotten forgotten, BatchStatement statement, Forgetting forgetting, Engine engine)
                throws IOException {
            Path staged = out.resolveSibling("." + out.getFileName() + ".staged");
            deleteLeftovers(staged);
            steps.accept("write");
            TrainingRun written = forgetting.write(forgotten, staged, out);
            steps.accept("attest");
            Envelope envelope = Envelope.sign(statement.of(forgotten, written, engine), ledger.signingKey());
            Json.write(staged.resolve(ATTESTATION), envelope);
            AppliedBatch entry = new AppliedBatch(
                    name,
                    requests,
                    String.valueOf(out.getFileName()),
                    written.digest(),
                    run.digest(),
                    Digests.sha256(staged.resolve("model.zip")),
                    tokens(),
                    envelope);
            steps.accept("record");
            ledger.append(EntryType.BATCH_APPLIED, entry, new Publication(staged, out));
            Set<String> gone = new HashSet<>(selection.train());
            gone.addAll(selection.held());
            List<Artefact> purged = purge(name, run, gone, TrainingRun.open(out));
            steps.accept("end");
            return report(
                    ApplyReport.Status.APPLIED,
                    name,
                    requests,
                    done,
                    out.toString(),
                    "The rows are forgotten; " + out + " takes the place of " + run.path() + ".",
                    forgotten.report(out),
                    purged);
        }

        private List<String> tokens() throws IOException {
            List<String> ids = Stream.concat(selection.train().stream(), selection.held().stream())
                    .toList();
            return book.tokens(name).tokens(ids);
        }

        /** The ledger has moved what it spoke of when it was opened: what still has this name was never recorded. */
        private static void deleteLeftovers(Path staged) throws IOException {
            Path folder = staged.toAbsolutePath().getParent();
            String prefix = String.valueOf(staged.getFileName());
            List<Path> leftovers;
            try (Stream<Path> list = Files.list(folder == null ? Path.of("") : folder)) {
                leftovers = list.filter(path -> path.getFileName().toString().equals(prefix)
                                || path.getFileName().toString().matches("\\." + Pattern.quote(prefix) + "\\..*\\.tmp"))
                        .toList();
            }
            for (Path leftover : leftovers) {
                MoreFiles.deleteRecursively(leftover, RecursiveDeleteOption.ALLOW_INSECURE);
            }
        }
    }
}

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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.expunge.cli.render.ExitCodes;
import org.expunge.cli.work.ForgetReport;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.Json;
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
import org.expunge.unlearning.request.ReceivedRequest;
import org.expunge.unlearning.request.RequestBook;
import org.expunge.unlearning.request.Selection;
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
    private final Purging purging;

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
        this.purging = new Purging(ledger, book, options, steps);
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
     * @param out where the run that comes after would be
     * @return the answer; empty if a request is still open
     * @throws IOException if a request came in before with other selectors, or something cannot be read or written
     */
    public Optional<ApplyReport> ifDone(List<AskedRequest> requests, Path run, Path out) throws IOException {
        Map<String, AppliedBatch> done = done(requests, digestOf(run));
        if (done.size() < requests.size()) {
            return Optional.empty();
        }
        List<Artefact> purged = new ArrayList<>();
        Set<AppliedBatch> batches = new HashSet<>(done.values());
        for (AppliedBatch batch : batches) {
            purged.addAll(purging.finish(batch, run, out));
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

    /** Returns the digest of a run of any kind, also of one that a batch deleted; nothing where there never was one. */
    private Optional<String> digestOf(Path run) throws IOException {
        Optional<String> found = Purging.digest(run);
        return found.isPresent() ? found : book.digestOfDeleted(run);
    }

    private Map<String, AppliedBatch> done(List<AskedRequest> requests, Optional<String> run) throws IOException {
        Map<String, AppliedBatch> done = new LinkedHashMap<>();
        for (AskedRequest request : requests) {
            book.find(request)
                    .ifPresent(entry -> book.doneIn(entry, run).ifPresent(batch -> done.put(entry.request(), batch)));
        }
        return done;
    }

    private Optional<String> doneBefore(AskedRequest request, Optional<String> run) throws IOException {
        return done(List.of(request), run).keySet().stream().findFirst();
    }

    /**
     * Answers requests.
     *
     * @param requests what is asked, resolved; those that were done before are left out
     * @param extra ids of rows that go with them though no request names them
     * @param run the run
     * @param out the run to appear
     * @param workshop what it is done with
     * @return what became of it
     * @throws IllegalArgumentException if no row would remain, or the kind of run or the method cannot lose such rows;
     *     where that shows before work begins nothing is recorded, and later the requests are recorded as refused
     * @throws IOException if something cannot be read or written
     */
    public ApplyReport apply(
            List<AskedRequest> requests, Set<String> extra, ForgetfulRun run, Path out, Workshop workshop)
            throws IOException {
        List<AskedRequest> open = new ArrayList<>();
        List<String> doneIds = new ArrayList<>();
        Set<String> wanted = new HashSet<>(extra);
        Optional<String> digest = Optional.of(run.digest());
        for (AskedRequest request : requests) {
            Optional<String> before = doneBefore(request, digest);
            before.ifPresent(doneIds::add);
            if (before.isEmpty()) {
                open.add(request);
                wanted.addAll(request.ids());
            }
        }
        Selection selection = run.finder().selection(wanted);
        check(run, selection, workshop);
        AtomicFiles.requireWritable(out);
        steps.accept("receive");
        List<String> ids = receive(open);
        if (selection.rows() == 0) {
            for (String id : ids) {
                book.answer(id, run.digest());
            }
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
        return new Batch(ids, doneIds, run, out, selection).apply(workshop);
    }

    private List<String> receive(List<AskedRequest> requests) throws IOException {
        Set<String> ids = new LinkedHashSet<>();
        for (AskedRequest request : requests) {
            ReceivedRequest entry = book.entryOf(request);
            book.receive(entry);
            ids.add(entry.request());
        }
        return List.copyOf(ids);
    }

    /** Refuses what can be seen to be impossible while nothing is recorded of it. */
    private static void check(ForgetfulRun run, Selection selection, Workshop workshop) throws IOException {
        checkArgument(
                selection.held().isEmpty() || run.ownMethod().isEmpty(),
                "%s of the rows are validation or test rows, which a run of this kind keeps; ask for training rows alone,"
                        + " as in --where '... and split=train'",
                selection.held().size());
        checkArgument(
                selection.held().isEmpty() || !selection.train().isEmpty(),
                "all %s rows are validation or test rows: the model did not learn from them; take them out of the data"
                        + " and train again",
                selection.held().size());
        if (!selection.train().isEmpty()) {
            run.check(selection, workshop);
        }
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

    /** One batch on its way. */
    private final class Batch {
        private final String name = book.nextBatch();
        private final List<String> requests;
        private final List<String> done;
        private final ForgetfulRun run;
        private final Path out;
        private final Selection selection;

        Batch(List<String> requests, List<String> done, ForgetfulRun run, Path out, Selection selection) {
            this.requests = requests;
            this.done = done;
            this.run = run;
            this.out = out;
            this.selection = selection;
        }

        ApplyReport apply(Workshop workshop) throws IOException {
            DeletionPredicate.ExternalParameters parameters = run.parameters(options.parameters());
            BatchStatement statement = new BatchStatement(name, requests, parameters, options.approver());
            Path staged = out.resolveSibling("." + out.getFileName() + ".staged");
            deleteLeftovers(staged);
            steps.accept("forget");
            Attempt attempt = attempt(workshop, staged);
            Attempt.Written written = attempt.written();
            if (written == null) {
                return fail(attempt);
            }
            steps.accept("attest");
            Envelope envelope = Envelope.sign(
                    statement.of(run, attempt, written, selection, workshop.engine()), ledger.signingKey());
            Json.write(staged.resolve(ATTESTATION), envelope);
            return publish(attempt, written, staged, envelope);
        }

        /** A batch that cannot be tried closes its requests; reading or writing that failed leaves them open. */
        private Attempt attempt(Workshop workshop, Path staged) throws IOException {
            try {
                return run.forget(selection, workshop, staged, out);
            } catch (IOException | RuntimeException e) {
                if (ExitCodes.of(e) == ExitCodes.BAD_INPUT) {
                    steps.accept("record refusal");
                    book.refuse(requests, run.digest());
                }
                throw e;
            }
        }

        private ApplyReport fail(Attempt attempt) throws IOException {
            Attempt.Failure failure = attempt.failure().orElseThrow();
            steps.accept("record failure");
            ledger.append(
                    EntryType.BATCH_FAILED,
                    new FailedBatch(
                            name,
                            requests,
                            run.digest(),
                            attempt.method(),
                            failure.reason(),
                            selection.rows(),
                            tokens()));
            return report(
                    failure.status(),
                    name,
                    requests,
                    done,
                    null,
                    "Nothing was published: " + failure.reason() + ". " + run.path()
                            + " stands, and the requests are open.",
                    attempt.report().apply(null),
                    List.of());
        }

        private ApplyReport publish(Attempt attempt, Attempt.Written written, Path staged, Envelope envelope)
                throws IOException {
            AppliedBatch entry = new AppliedBatch(
                    name,
                    requests,
                    String.valueOf(out.getFileName()),
                    written.digest(),
                    run.digest(),
                    written.modelDigest(),
                    tokens(),
                    envelope);
            steps.accept("record");
            ledger.append(EntryType.BATCH_APPLIED, entry, new Publication(staged, out));
            Set<String> gone = new HashSet<>(selection.train());
            gone.addAll(selection.held());
            List<Artefact> purged = purging.purge(name, run, gone, out);
            steps.accept("end");
            return report(
                    ApplyReport.Status.APPLIED,
                    name,
                    requests,
                    done,
                    out.toString(),
                    "The rows are forgotten; " + out + " takes the place of " + run.path() + ".",
                    attempt.report().apply(out),
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

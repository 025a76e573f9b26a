package org.expunge.cli.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.expunge.cli.work.Forgetting;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Digests;
import org.expunge.influence.io.Json;
import org.expunge.unlearning.ledger.Checkpoint;
import org.expunge.unlearning.ledger.EntryType;
import org.expunge.unlearning.ledger.Ledger;
import org.expunge.unlearning.ledger.LedgerEntry;
import org.expunge.unlearning.ledger.LedgerVerifier;
import org.expunge.unlearning.ledger.Statement;
import org.expunge.unlearning.request.AppliedBatch;
import org.expunge.unlearning.request.Artefact;
import org.expunge.unlearning.request.DeletionPredicate;
import org.expunge.unlearning.request.FailedBatch;
import org.expunge.unlearning.request.PurgedBatch;
import org.expunge.unlearning.request.ReceivedRequest;

/**
 * All that is known of one batch.
 *
 * @param ledger how the ledger is called
 * @param batch its name
 * @param entry the entry that records its end
 * @param requests the requests in it
 * @param outcome what was done, or why it was given up
 * @param purged what else knew the rows; empty before that is recorded
 * @param isShredded whether the key of its row tokens was destroyed
 * @param checkpoint the newest signed statement on the whole ledger
 * @param check what a full check of the ledger found just now
 * @param verification the figures, as the run that came out keeps them; empty if they are not at hand
 * @param tried what the method tried, as the run that came out keeps it; empty if that is not at hand
 */
public record DeletionEvidence(
        String ledger,
        String batch,
        LedgerEntry entry,
        List<Asked> requests,
        Outcome outcome,
        List<Artefact> purged,
        boolean isShredded,
        Checkpoint checkpoint,
        LedgerVerifier.Report check,
        Optional<JsonNode> verification,
        Optional<JsonNode> tried) {
    private static final String VERIFICATION = "verification.json";

    /**
     * A request and the entry that records it.
     *
     * @param entry its position and time
     * @param request what is kept of it
     */
    public record Asked(LedgerEntry entry, ReceivedRequest request) {}

    /**
     * How the batch ended; one of the two is there.
     *
     * @param applied it was done, and what is claimed of it
     * @param failed it was given up
     */
    public record Outcome(Optional<Applied> applied, Optional<FailedBatch> failed) {
        List<String> requests() {
            return applied.map(done -> done.batch().requests())
                    .or(() -> failed.map(FailedBatch::requests))
                    .orElse(List.of());
        }
    }

    /**
     * A batch that was done.
     *
     * @param batch what the ledger keeps of it
     * @param statement the claim, whose signature is checked
     * @param predicate the same, read
     */
    public record Applied(AppliedBatch batch, Statement statement, DeletionPredicate predicate) {}

    /** Copies the lists. */
    public DeletionEvidence {
        requests = List.copyOf(requests);
        purged = List.copyOf(purged);
    }

    /**
     * Gathers it.
     *
     * @param ledger the ledger
     * @param name how it is called
     * @param batch name of the batch
     * @param runs the folder that its run lies in
     * @return the evidence, its signatures and digests checked
     * @throws IllegalArgumentException if the ledger has no such batch; the message names those that it has
     * @throws BadInputException if a signature or digest is wrong
     * @throws IOException if something cannot be read
     */
    public static DeletionEvidence of(Ledger ledger, String name, String batch, Path runs) throws IOException {
        List<LedgerEntry> entries = ledger.entries(0);
        LedgerEntry end = entries.stream()
                .filter(entry -> isEnd(entry) && isAbout(entry, batch))
                .reduce((first, later) -> later)
                .orElseThrow(() -> new IllegalArgumentException(
                        "ledger " + name + " has no batch '" + batch + "', only " + batches(entries)));
        Outcome outcome = outcome(ledger, end);
        List<Artefact> purged = new ArrayList<>();
        List<Asked> requests = new ArrayList<>();
        boolean isShredded = false;
        for (LedgerEntry entry : entries) {
            if (entry.type() == EntryType.PURGED && isAbout(entry, batch)) {
                purged.addAll(read(entry, PurgedBatch.class).artefacts());
            } else if (entry.type() == EntryType.REQUEST_RECEIVED) {
                ReceivedRequest request = read(entry, ReceivedRequest.class);
                if (outcome.requests().contains(request.request())) {
                    requests.removeIf(asked -> asked.request().request().equals(request.request())); // it came again
                    requests.add(new Asked(entry, request));
                }
            }
            isShredded |= entry.type() == EntryType.KEY_SHREDDED && isAbout(entry, batch);
        }
        return new DeletionEvidence(
                name,
                batch,
                end,
                requests,
                outcome,
                purged,
                isShredded,
                ledger.checkpoint(),
                check(ledger),
                signed(outcome, runs, VERIFICATION),
                signed(outcome, runs, Forgetting.TRIED));
    }

    private static boolean isEnd(LedgerEntry entry) {
        return entry.type() == EntryType.BATCH_APPLIED || entry.type() == EntryType.BATCH_FAILED;
    }

    private static boolean isAbout(LedgerEntry entry, String batch) {
        return entry.payload().path("batch").asText().equals(batch);
    }

    private static List<String> batches(List<LedgerEntry> entries) {
        return entries.stream()
                .filter(DeletionEvidence::isEnd)
                .map(entry -> entry.payload().path("batch").asText())
                .distinct()
                .toList();
    }

    private static Outcome outcome(Ledger ledger, LedgerEntry end) throws IOException {
        if (end.type() == EntryType.BATCH_FAILED) {
            return new Outcome(Optional.empty(), Optional.of(read(end, FailedBatch.class)));
        }
        AppliedBatch batch = read(end, AppliedBatch.class);
        String source = "the attestation of ledger entry " + end.seq();
        Statement statement = batch.attestation().verify(ledger.verifyingKey(), source);
        DeletionPredicate predicate = read(statement.predicate(), DeletionPredicate.class, source);
        return new Outcome(Optional.of(new Applied(batch, statement, predicate)), Optional.empty());
    }

    private static <T> T read(LedgerEntry entry, Class<T> type) throws BadInputException {
        return read(entry.payload(), type, "ledger entry " + entry.seq());
    }

    private static <T> T read(JsonNode json, Class<T> type, String source) throws BadInputException {
        try {
            return Json.mapper().treeToValue(json, type);
        } catch (JsonProcessingException e) {
            throw new BadInputException(source, "is no " + type.getSimpleName() + " of this version", e);
        }
    }

    /** Exports to a temporary folder, where the check of an auditor is run. */
    private static LedgerVerifier.Report check(Ledger ledger) throws IOException {
        Path folder = Files.createTempDirectory("expunge-report");
        try {
            Path export = folder.resolve("export");
            ledger.export(export);
            return new LedgerVerifier(ledger.verifyingKey(), List.of()).verify(export);
        } finally {
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    /** A file of the run counts only if it is the one that the signed statement names. */
    private static Optional<JsonNode> signed(Outcome outcome, Path runs, String name) throws IOException {
        if (outcome.applied().isEmpty() || !isSigned(outcome.applied().get(), name)) {
            return Optional.empty();
        }
        Applied applied = outcome.applied().get();
        Path file = runs.resolve(applied.batch().run()).resolve(name);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        String digest = Digests.sha256(file);
        boolean isNamed = applied.predicate().runDetails().byproducts().stream()
                .filter(resource -> resource.name().equals(name))
                .anyMatch(resource -> digest.equals(resource.digest().get("sha256")));
        if (!isNamed) {
            throw new BadInputException(
                    file, "is not the one that the signed statement names: it was changed after the deletion");
        }
        return Optional.of(Json.read(file, JsonNode.class));
    }

    private static boolean isSigned(Applied applied, String name) {
        return applied.predicate().runDetails().byproducts().stream()
                .anyMatch(resource -> resource.name().equals(name));
    }

    /** Returns whether the signed statement names a verification, at hand or not. */
    boolean hasVerification() {
        return outcome.applied().map(applied -> isSigned(applied, VERIFICATION)).orElse(false);
    }
}

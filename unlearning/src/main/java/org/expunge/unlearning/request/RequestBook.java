package org.expunge.unlearning.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;
import org.expunge.unlearning.ledger.EntryType;
import org.expunge.unlearning.ledger.Ledger;
import org.expunge.unlearning.ledger.LedgerEntry;
import org.expunge.unlearning.ledger.RowTokens;

/**
 * What a ledger knows of requests and batches: a request is received once and done once, however often it comes.
 *
 * <p><b>Cost.</b> Reads every entry when it is made.
 */
public final class RequestBook {
    private static final int NAME_BYTES = 8;
    private static final Pattern DRAWN = Pattern.compile("r-[0-9a-f]{" + 2 * NAME_BYTES + "}");

    private final Ledger ledger;
    private final Map<String, ReceivedRequest> received = new LinkedHashMap<>();
    private final Map<String, AppliedBatch> applied = new LinkedHashMap<>();
    private final Map<String, FailedBatch> failed = new LinkedHashMap<>();
    private final Map<String, PurgePlan> begun = new LinkedHashMap<>();
    private final Set<AnsweredRequest> answered = new HashSet<>();
    private final Set<String> refused = new HashSet<>();
    private final Set<String> purged = new TreeSet<>();

    /**
     * Reads a ledger.
     *
     * @param ledger stays the caller's to close
     * @throws IOException if it cannot be read
     */
    public RequestBook(Ledger ledger) throws IOException {
        this.ledger = ledger;
        for (LedgerEntry entry : ledger.entries(0)) {
            take(entry);
        }
    }

    private void take(LedgerEntry entry) throws IOException {
        switch (entry.type()) {
            case REQUEST_RECEIVED -> {
                ReceivedRequest request = read(entry, ReceivedRequest.class);
                received.put(request.request(), request);
                refused.remove(request.request());
            }
            case BATCH_APPLIED -> {
                AppliedBatch batch = read(entry, AppliedBatch.class);
                applied.put(batch.batch(), batch);
            }
            case BATCH_FAILED -> {
                FailedBatch batch = read(entry, FailedBatch.class);
                failed.put(batch.batch(), batch);
            }
            case PURGE_BEGUN -> {
                PurgePlan plan = read(entry, PurgePlan.class);
                begun.put(plan.batch(), plan);
            }
            case PURGED -> purged.add(read(entry, PurgedBatch.class).batch());
            case REQUEST_ANSWERED -> answered.add(read(entry, AnsweredRequest.class));
            case REQUEST_REFUSED ->
                refused.add(read(entry, RefusedRequest.class).request());
            case OPENED, ROLLED_BACK, KEY_SHREDDED -> {}
        }
    }

    private static <T> T read(LedgerEntry entry, Class<T> type) throws IOException {
        try {
            return Json.mapper().treeToValue(entry.payload(), type);
        } catch (JsonProcessingException e) {
            throw new BadInputException("ledger entry " + entry.seq(), "is no " + entry.type() + " of this version", e);
        }
    }

    /** Returns every batch that was applied, in order. */
    public List<AppliedBatch> applied() {
        return List.copyOf(applied.values());
    }

    /** Returns every batch that was given up, in order. */
    public List<FailedBatch> failed() {
        return List.copyOf(failed.values());
    }

    /** Returns every request, in the order in which they came in. */
    public List<ReceivedRequest> received() {
        return List.copyOf(received.values());
    }

    /**
     * Finds a batch that was applied.
     *
     * @throws IllegalArgumentException if there is none; the message names those that there are
     */
    public AppliedBatch batch(String name) {
        AppliedBatch batch = applied.get(name);
        if (batch == null) {
            throw new IllegalArgumentException(
                    "the ledger has no applied batch '" + name + "', only " + applied.keySet());
        }
        return batch;
    }

    /** Returns whether it is recorded that what else knew a batch's rows was purged. */
    public boolean isPurged(AppliedBatch batch) {
        return purged.contains(batch.batch());
    }

    /** Returns what was to be purged with a batch; empty if that was never begun. */
    public Optional<PurgePlan> purgeBegun(AppliedBatch batch) {
        return Optional.ofNullable(begun.get(batch.batch()));
    }

    /** Returns the digest of a run that a batch deleted, by the place where it was; empty if none did. */
    public Optional<String> digestOfDeleted(Path run) {
        return begun.values().stream()
                .filter(plan -> plan.deletes(run))
                .reduce((first, second) -> second)
                .map(plan -> batch(plan.batch()).parentDigest());
    }

    /**
     * Finds a request that came in before: by its id, or, where it has none, by its selectors, as long as their key
     * lives.
     *
     * <p><b>Cost.</b> Without an id, reads a key for every request received without one.
     *
     * @throws BadInputException if a request of that id came in with other selectors
     * @throws IOException if a key cannot be read
     */
    public Optional<ReceivedRequest> find(AskedRequest asked) throws IOException {
        String given = asked.request();
        if (given == null) {
            for (ReceivedRequest request : received.values()) {
                if (DRAWN.matcher(request.request()).matches() && hasKey(request) && isOf(request, asked)) {
                    return Optional.of(request);
                }
            }
            return Optional.empty();
        }
        ReceivedRequest before = received.get(given);
        if (before != null && hasKey(before) && !isOf(before, asked)) {
            throw new BadInputException(
                    "request " + given,
                    "came in before with other selectors; a changed request needs an id of its own");
        }
        return Optional.ofNullable(before); // once the key is shredded, the id is all that is known
    }

    private boolean hasKey(ReceivedRequest request) {
        return ledger.hasTokens(keyOf(request.request()));
    }

    private boolean isOf(ReceivedRequest request, AskedRequest asked) throws IOException {
        return tokens(keyOf(request.request())).token(asked.selectorDigest()).equals(request.selectorToken());
    }

    /**
     * Returns a request as it came in before, or names it and its selectors for the ledger. A request without an id
     * gets a name drawn at random, which says nothing about its rows.
     *
     * @throws BadInputException if a request of that id came in with other selectors
     * @throws IOException if a key cannot be read or made
     */
    public ReceivedRequest entryOf(AskedRequest asked) throws IOException {
        Optional<ReceivedRequest> before = find(asked);
        if (before.isPresent()) {
            return before.get();
        }
        String given = asked.request();
        String name = given == null ? drawName() : given;
        String token = tokens(keyOf(name)).token(asked.selectorDigest());
        return new ReceivedRequest(
                name, asked.receivedAt(), asked.legalBasis(), asked.dueAt(), asked.selectors(), token);
    }

    private static String drawName() {
        byte[] name = new byte[NAME_BYTES];
        new SecureRandom().nextBytes(name); // not from a seed: it must not tell the selectors
        return "r-" + HexFormat.of().formatHex(name);
    }

    /**
     * Returns the batch in which a request was done for a run: one that the run came out of, or that took it away. What
     * was done for another run of the ledger does not count.
     *
     * @param request the request
     * @param runDigest SHA-256 of the run's manifest; empty if nobody knows the run, and then nothing was done for it
     */
    public Optional<AppliedBatch> doneIn(ReceivedRequest request, Optional<String> runDigest) {
        return applied.values().stream()
                .filter(batch -> batch.requests().contains(request.request()))
                .filter(batch -> runDigest.isPresent() && isInLine(batch.runDigest(), runDigest.get()))
                .findFirst();
    }

    private boolean isInLine(String one, String other) {
        return ancestors(one).contains(other) || ancestors(other).contains(one);
    }

    /** Returns a run and those that it came out of. */
    private Set<String> ancestors(String digest) {
        Set<String> found = new HashSet<>();
        String at = digest;
        while (found.add(at)) {
            for (AppliedBatch batch : applied.values()) {
                if (batch.runDigest().equals(at)) {
                    at = batch.parentDigest();
                    break;
                }
            }
        }
        return found;
    }

    /**
     * Records a request, unless that was done before and it was not refused since.
     *
     * @throws IOException if it cannot be recorded
     */
    public void receive(ReceivedRequest request) throws IOException {
        if (refused.remove(request.request()) || !received.containsKey(request.request())) {
            ledger.append(EntryType.REQUEST_RECEIVED, request);
            received.put(request.request(), request);
        }
    }

    /**
     * Records that a run has none of a request's rows any more, unless that was done before.
     *
     * @throws IOException if it cannot be recorded
     */
    public void answer(String request, String runDigest) throws IOException {
        AnsweredRequest answer = new AnsweredRequest(request, runDigest);
        if (answered.add(answer)) {
            ledger.append(EntryType.REQUEST_ANSWERED, answer);
        }
    }

    /**
     * Records that requests cannot be done as they were asked: they wait no more, but may come again.
     *
     * @param requests ids of requests that were received
     * @param runDigest SHA-256 of the manifest of the run that was to forget
     * @throws IOException if it cannot be recorded
     */
    public void refuse(List<String> requests, String runDigest) throws IOException {
        for (String request : requests) {
            ledger.append(EntryType.REQUEST_REFUSED, new RefusedRequest(request, runDigest));
            refused.add(request);
        }
    }

    /** Returns whether a request was refused and did not come again. */
    public boolean isRefused(ReceivedRequest request) {
        return refused.contains(request.request());
    }

    /** Returns whether a request needed no batch, as its rows were removed before. */
    public boolean isAnswered(ReceivedRequest request) {
        return answered.stream().anyMatch(answer -> answer.request().equals(request.request()));
    }

    /** Returns the name of the next batch; the ledger refuses it if another process records it first. */
    public String nextBatch() {
        return String.format("batch-%06d", 1 + applied.size() + failed.size());
    }

    /** Returns the key of a batch or request; a key that a killed process left is used. */
    public RowTokens tokens(String name) throws IOException {
        return ledger.hasTokens(name) ? ledger.tokens(name) : ledger.createTokens(name);
    }

    /**
     * Destroys the keys of a batch and of its requests: its tokens then say nothing about anybody, its requests are
     * known by their ids alone, and it cannot be replayed.
     *
     * @return how many keys were destroyed; 0 if that was done before
     * @throws IllegalArgumentException if there is no such batch
     * @throws IOException if a key cannot be destroyed
     */
    public int shred(String name) throws IOException {
        FailedBatch given = failed.get(name);
        List<String> keys = new ArrayList<>(List.of(name));
        (given == null ? batch(name).requests() : given.requests()).forEach(request -> keys.add(keyOf(request)));
        int shredded = 0;
        for (String key : keys) {
            if (ledger.hasTokens(key)) {
                ledger.shredTokens(key);
                shredded++;
            }
        }
        return shredded;
    }

    private static String keyOf(String request) {
        return "request." + request;
    }
}

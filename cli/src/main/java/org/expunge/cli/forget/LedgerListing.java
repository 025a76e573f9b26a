package org.expunge.cli.forget;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.expunge.unlearning.ledger.Ledger;
import org.expunge.unlearning.ledger.LedgerEntry;
import org.expunge.unlearning.request.AppliedBatch;
import org.expunge.unlearning.request.ReceivedRequest;
import org.expunge.unlearning.request.RequestBook;
import org.jspecify.annotations.Nullable;

/**
 * What a ledger holds.
 *
 * @param ledger where it is
 * @param keyFingerprint of the key that signs it
 * @param checkpoint the newest signed note
 * @param requests every request and how far it is
 * @param entries every entry, in order
 */
public record LedgerListing(
        String ledger, String keyFingerprint, String checkpoint, List<Request> requests, List<LedgerEntry> entries)
        implements Result {

    /** How far a request is. */
    public enum State {
        /** It waits, and its date has not come. */
        OPEN,
        /** It waits, and its date has passed. */
        OVERDUE,
        /** It could not be done as it was asked, and did not come again. */
        REFUSED,
        /** It is done. */
        DONE
    }

    /**
     * A request.
     *
     * @param request its id
     * @param state how far it is
     * @param dueAt when it must be done; null if that is not said
     * @param batch the batch that did it; null if none has
     * @param run the run that came out; null if none has
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Request(
            String request,
            State state,
            @Nullable String dueAt,
            @Nullable String batch,
            @Nullable String run) {}

    /** Copies the lists. */
    public LedgerListing {
        requests = List.copyOf(requests);
        entries = List.copyOf(entries);
    }

    /** Reads a ledger. */
    public static LedgerListing of(String name, Ledger ledger) throws IOException {
        RequestBook book = new RequestBook(ledger);
        Instant now = Instant.now(Clock.systemUTC());
        List<Request> requests = new ArrayList<>();
        for (ReceivedRequest request : book.received()) {
            requests.add(book.applied().stream()
                    .filter(batch -> batch.requests().contains(request.request()))
                    .findFirst()
                    .map(batch -> done(request, batch))
                    .orElseGet(() -> book.isAnswered(request)
                            ? new Request(request.request(), State.DONE, request.dueAt(), null, null)
                            : undone(request, book.isRefused(request), now)));
        }
        return new LedgerListing(
                name, ledger.verifyingKey().fingerprint(), ledger.checkpoint().note(), requests, ledger.entries(0));
    }

    private static Request done(ReceivedRequest request, AppliedBatch batch) {
        return new Request(request.request(), State.DONE, request.dueAt(), batch.batch(), batch.run());
    }

    private static Request undone(ReceivedRequest request, boolean isRefused, Instant now) {
        String due = request.dueAt();
        if (isRefused) {
            return new Request(request.request(), State.REFUSED, due, null, null);
        }
        boolean isLate = due != null && Instant.parse(due).isBefore(now);
        return new Request(request.request(), isLate ? State.OVERDUE : State.OPEN, due, null, null);
    }

    @Override
    public Document document() {
        Table.Builder all = Table.of("entry", "time", "type", "about");
        for (LedgerEntry entry : entries) {
            all.row(entry.seq(), entry.time(), words(entry.type()), about(entry));
        }
        Document.Builder document = Document.titled("Ledger " + ledger)
                .table(Table.of().row("key", keyFingerprint).build());
        if (!requests.isEmpty()) {
            Table.Builder table = Table.of("request", "state", "due", "batch", "run");
            requests.forEach(request -> table.row(
                    request.request(),
                    words(request.state()),
                    orDash(request.dueAt()),
                    orDash(request.batch()),
                    orDash(request.run())));
            document.heading("Requests").table(table.build());
        }
        return document.heading("Entries")
                .table(all.build())
                .heading("Signed checkpoint: keep it with somebody else")
                .paragraph(checkpoint.strip())
                .build();
    }

    private static String words(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String orDash(@Nullable String text) {
        return text == null ? "-" : text;
    }

    private static String about(LedgerEntry entry) {
        for (String key : new String[] {"batch", "request", "ledger"}) {
            if (entry.payload().has(key)) {
                return entry.payload().get(key).asText();
            }
        }
        return "";
    }
}

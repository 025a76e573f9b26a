package org.expunge.unlearning.request;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Digests;
import org.expunge.influence.io.Json;
import org.jspecify.annotations.Nullable;

/**
 * A request to delete rows. As a file:
 *
 * <pre>{@code
 * {"request_id": "2026-0017", "received_at": "2026-11-02T09:30:00Z", "legal_basis": "GDPR Art. 17(1)(b)",
 *  "due_at": "2026-12-02T00:00:00Z",
 *  "selectors": [{"ids": ["row-7"]}, {"key": {"column": "email", "hashes": ["9f86d0…"]}}, {"where": "source=crawl-3"}]}
 * }</pre>
 *
 * @param requestId names it once and for all: letters, digits, '.', '_' and '-'; null to have a name drawn
 * @param receivedAt when it came in, ISO 8601 in UTC; null for now
 * @param legalBasis what it rests on, in words; null if that is not said
 * @param dueAt when it must be done, ISO 8601 in UTC; null if that is not said
 * @param selectors which rows, those of all selectors together
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeletionRequest(
        @JsonProperty("request_id") @Nullable String requestId,
        @JsonProperty("received_at") @Nullable String receivedAt,
        @JsonProperty("legal_basis") @Nullable String legalBasis,
        @JsonProperty("due_at") @Nullable String dueAt,
        List<Selector> selectors) {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,79}");

    /** Checks the name, the times and that there is a selector. */
    public DeletionRequest {
        checkArgument(
                requestId == null || ID.matcher(requestId).matches(),
                "request_id must be letters, digits, '.', '_' and '-', at most 80, got '%s'",
                requestId);
        checkTime("received_at", receivedAt);
        checkTime("due_at", dueAt);
        checkArgument(
                selectors != null && !selectors.isEmpty(), // a file can leave them out
                "the request names no rows: it has no selectors");
        selectors = List.copyOf(selectors);
    }

    private static void checkTime(String key, @Nullable String time) {
        if (time == null) {
            return;
        }
        try {
            Instant.parse(time);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    key + " must be a time in UTC such as 2026-11-02T09:30:00Z, got '" + time + "'", e);
        }
    }

    /**
     * Reads a file.
     *
     * @throws BadInputException if it is no request; the message names the file
     * @throws IOException if it cannot be read
     */
    public static GivenRequest read(Path file) throws IOException {
        return new GivenRequest(Json.read(file, DeletionRequest.class), file);
    }

    /**
     * Reads every {@code *.json} of a folder, in the order of their names.
     *
     * @throws BadInputException if there is none, one cannot be read, or two have the same id
     * @throws IOException if the folder cannot be read
     */
    public static List<GivenRequest> readAll(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> list = Files.list(folder)) {
            files = list.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
        if (files.isEmpty()) {
            throw new BadInputException(folder, "holds no request: no file ends in .json");
        }
        List<GivenRequest> requests = new ArrayList<>();
        for (Path file : files) {
            GivenRequest request = read(file);
            String id = request.request().requestId();
            if (id != null
                    && requests.stream()
                            .anyMatch(other -> id.equals(other.request().requestId()))) {
                throw new BadInputException(file, "has request_id " + id + ", as another file of the folder");
            }
            requests.add(request);
        }
        return requests;
    }

    /** Returns the request without what its selectors hold, its rows not yet known. */
    public AskedRequest asked() {
        return new AskedRequest(
                requestId,
                receivedAt,
                legalBasis,
                dueAt,
                selectors.stream().map(Selector::kind).toList(),
                selectorDigest(),
                List.of());
    }

    /** One digest for the same selectors, whatever their order: what is compared when the request comes again. */
    private String selectorDigest() {
        String text = selectors.stream().map(Json::text).sorted().reduce("", String::concat);
        return Digests.sha256(text.getBytes(StandardCharsets.UTF_8));
    }
}

package org.expunge.unlearning.ledger;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Digests;
import org.expunge.influence.io.Json;

/**
 * One line of the ledger.
 *
 * @param format layout of an entry, {@value #FORMAT}
 * @param seq position, from 0
 * @param time when it was written, UTC, as ISO 8601
 * @param type what it records
 * @param previous hash of the entry before; 64 zeros for the first
 * @param payload what happened
 */
public record LedgerEntry(int format, long seq, String time, EntryType type, String previous, JsonNode payload) {
    /** The layout that this version writes and reads. */
    static final int FORMAT = 1;

    /** The {@link #previous} of the first entry. */
    static final String GENESIS = "0".repeat(64);

    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    /** Checks the position and the hash. */
    public LedgerEntry {
        checkArgument(format == FORMAT, "format must be %s, got %s", FORMAT, format);
        checkArgument(seq >= 0, "seq must be 0 or more, got %s", seq);
        checkArgument(HASH.matcher(previous).matches(), "previous must be 64 hexadecimal digits, got '%s'", previous);
    }

    /** Returns the canonical JSON of this entry, without a line break: what is hashed, stored and exported. */
    @JsonIgnore
    public String line() {
        return CanonicalJson.text(this);
    }

    /** Returns the SHA-256 of {@link #line}, 64 hexadecimal digits: the next entry's {@link #previous}. */
    @JsonIgnore
    public String hash() {
        return Digests.sha256(line().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads a line.
     *
     * @param line canonical JSON
     * @param source what to call it in an error
     * @throws BadInputException if it is not an entry in canonical form
     */
    static LedgerEntry parse(String line, String source) throws BadInputException {
        CanonicalJson.requireCanonical(line, source);
        return Json.parse(line, LedgerEntry.class, source);
    }
}

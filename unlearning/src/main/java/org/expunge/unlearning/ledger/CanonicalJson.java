package org.expunge.unlearning.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.erdtman.jcs.JsonCanonicalizer;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;

/**
 * The one spelling of a JSON value whose bytes are hashed and signed.
 *
 * <p><b>Source.</b> RFC 8785, "JSON Canonicalization Scheme (JCS)": keys sorted by UTF-16 code units, no white space,
 * numbers as ECMAScript writes them.
 */
final class CanonicalJson {
    private CanonicalJson() {}

    /**
     * Spells a value.
     *
     * @param value a record, map or list of texts, truth values and finite numbers; integers within ±2⁵³
     * @return UTF-8
     */
    static byte[] bytes(Object value) {
        try {
            return canonical(Json.mapper().writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a value of " + value.getClass() + " has no JSON", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("a value has no canonical JSON: " + e.getMessage(), e);
        }
    }

    /** Spells a value as text. */
    static String text(Object value) {
        return new String(bytes(value), StandardCharsets.UTF_8);
    }

    /**
     * Refuses JSON that is spelled in another way.
     *
     * @param json one JSON value
     * @param source what to call it in an error
     * @throws BadInputException if it is not JSON, or not the canonical spelling
     */
    static void requireCanonical(String json, String source) throws BadInputException {
        byte[] canonical;
        try {
            canonical = canonical(json);
        } catch (IOException e) {
            throw new BadInputException(source, "is not JSON: " + e.getMessage(), e);
        }
        if (!json.equals(new String(canonical, StandardCharsets.UTF_8))) {
            throw new BadInputException(source, "is not in canonical form (RFC 8785), so it was changed");
        }
    }

    private static byte[] canonical(String json) throws IOException {
        return new JsonCanonicalizer(json).getEncodedUTF8();
    }
}

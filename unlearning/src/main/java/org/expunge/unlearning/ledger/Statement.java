package org.expunge.unlearning.ledger;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.expunge.influence.io.Json;

/**
 * What is claimed of a model that came out of a deletion.
 *
 * <p><b>Source.</b> in-toto attestation framework, Statement v1.
 *
 * @param type version of the form
 * @param subject the artefacts that the claim is about
 * @param predicateType what {@code predicate} is
 * @param predicate the claim
 */
public record Statement(
        @JsonProperty("_type") String type, List<Subject> subject, String predicateType, JsonNode predicate) {
    private static final String TYPE = "https://in-toto.io/Statement/v1";
    private static final String UNLEARNING = "https://expunge.org/attestation/unlearning/v1";

    /**
     * An artefact.
     *
     * @param name file name
     * @param digest by algorithm, such as {@code sha256}, hexadecimal
     */
    public record Subject(String name, Map<String, String> digest) {
        /** Copies the map. */
        public Subject {
            digest = Map.copyOf(digest);
        }

        /** Names an artefact by its SHA-256. */
        public static Subject of(String name, String sha256) {
            return new Subject(name, Map.of("sha256", sha256));
        }
    }

    /** Copies the list. */
    public Statement {
        subject = List.copyOf(subject);
    }

    /**
     * Claims a deletion.
     *
     * @param subject the new model
     * @param predicate a record or map: what was asked, done and measured
     */
    public static Statement ofUnlearning(List<Subject> subject, Object predicate) {
        return new Statement(TYPE, subject, UNLEARNING, Json.mapper().valueToTree(predicate));
    }
}

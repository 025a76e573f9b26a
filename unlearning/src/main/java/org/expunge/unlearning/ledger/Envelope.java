package org.expunge.unlearning.ledger;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;

/**
 * A signed statement.
 *
 * <p><b>Source.</b> DSSE, "Dead Simple Signing Envelope", version 1; in-toto attestation framework, "Envelope".
 *
 * @param payloadType what the payload is
 * @param payload base64
 * @param signatures who signed it
 */
public record Envelope(String payloadType, String payload, List<Signed> signatures) {
    private static final String IN_TOTO = "application/vnd.in-toto+json";

    /**
     * A signature over the payload and its type.
     *
     * @param keyid {@link VerifyingKey#fingerprint}
     * @param sig base64
     */
    public record Signed(String keyid, String sig) {}

    /** Copies the list. */
    public Envelope {
        signatures = List.copyOf(signatures);
    }

    /** Signs a statement. */
    public static Envelope sign(Statement statement, SigningKey key) {
        byte[] payload = CanonicalJson.bytes(statement);
        String signature = Base64.getEncoder().encodeToString(key.sign(authenticated(IN_TOTO, payload)));
        return new Envelope(
                IN_TOTO,
                Base64.getEncoder().encodeToString(payload),
                List.of(new Signed(key.verifying().fingerprint(), signature)));
    }

    /**
     * Returns the statement if a key signed it.
     *
     * @param key whose signature there must be
     * @param source what to call the envelope in an error
     * @throws BadInputException if it is not in-toto, or not signed by the key
     */
    public Statement verify(VerifyingKey key, String source) throws BadInputException {
        if (!payloadType.equals(IN_TOTO)) {
            throw new BadInputException(source, "payloadType must be " + IN_TOTO + ", got '" + payloadType + "'");
        }
        byte[] bytes = decode(payload, source);
        byte[] message = authenticated(payloadType, bytes);
        for (Signed signed : signatures) {
            if (key.verifies(message, decode(signed.sig(), source))) {
                return Json.parse(new String(bytes, StandardCharsets.UTF_8), Statement.class, source);
            }
        }
        throw new BadInputException(source, "bears no valid signature of key " + key.fingerprint());
    }

    /** The pre-authentication encoding: what is signed. */
    private static byte[] authenticated(String type, byte[] payload) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int length = type.getBytes(StandardCharsets.UTF_8).length;
        bytes.writeBytes(
                ("DSSEv1 " + length + " " + type + " " + payload.length + " ").getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(payload);
        return bytes.toByteArray();
    }

    private static byte[] decode(String base64, String source) throws BadInputException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new BadInputException(source, "is not base64 where it should be", e);
        }
    }
}

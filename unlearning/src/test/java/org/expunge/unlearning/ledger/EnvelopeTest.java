package org.expunge.unlearning.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.expunge.influence.io.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvelopeTest {
    private static final String DIGEST = "ab".repeat(32);

    @TempDir
    Path folder;

    @Test
    void aStatementComesBackFromItsEnvelope() throws Exception {
        SigningKey key = SigningKey.create(folder.resolve("key.pem"), "tests");
        Statement statement = statement();

        Statement read = Envelope.sign(statement, key).verify(key.verifying(), "envelope");

        assertThat(read).isEqualTo(statement);
        assertThat(read.subject().get(0).digest()).containsEntry("sha256", DIGEST);
    }

    @Test
    void theSignatureCoversTypeAndPayloadInTheStandardsEncoding() throws Exception {
        SigningKey key = SigningKey.create(folder.resolve("key.pem"), "tests");
        Envelope envelope = Envelope.sign(statement(), key);
        String payload = new String(Base64.getDecoder().decode(envelope.payload()), StandardCharsets.UTF_8);
        String encoded = "DSSEv1 28 application/vnd.in-toto+json " + payload.length() + " " + payload;

        Signature check = Signature.getInstance("Ed25519");
        check.initVerify(publicKey(key));
        check.update(encoded.getBytes(StandardCharsets.UTF_8));

        assertThat(check.verify(
                        Base64.getDecoder().decode(envelope.signatures().get(0).sig())))
                .isTrue();
    }

    @Test
    void aChangedPayloadOrAnotherKeyIsRefused() throws Exception {
        SigningKey key = SigningKey.create(folder.resolve("key.pem"), "tests");
        SigningKey other = SigningKey.create(folder.resolve("other.pem"), "tests");
        Envelope signed = Envelope.sign(statement(), key);
        Envelope claim = Envelope.sign(
                Statement.ofUnlearning(List.of(Statement.Subject.of("model.zip", DIGEST)), Map.of("rows", 6)), key);
        Envelope swapped = new Envelope(signed.payloadType(), claim.payload(), signed.signatures());

        assertThatThrownBy(() -> swapped.verify(key.verifying(), "envelope")).isInstanceOf(BadInputException.class);
        assertThatThrownBy(() -> signed.verify(other.verifying(), "envelope"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(other.verifying().fingerprint());
    }

    private static Statement statement() {
        return Statement.ofUnlearning(List.of(Statement.Subject.of("model.zip", DIGEST)), Map.of("rows", 5));
    }

    private static PublicKey publicKey(SigningKey key) throws Exception {
        String body = key.verifying().pem().replaceAll("-----[A-Z ]+-----", "");
        byte[] encoded = Base64.getMimeDecoder().decode(body);
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }
}

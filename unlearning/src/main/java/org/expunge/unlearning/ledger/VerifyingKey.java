package org.expunge.unlearning.ledger;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.expunge.influence.io.BadInputException;

/**
 * The public half of a {@link SigningKey}: what an auditor needs. Its file is PEM (SubjectPublicKeyInfo), as
 * {@code openssl pkey -pubin} reads it.
 */
public final class VerifyingKey {
    private static final int RAW_LENGTH = 32;
    private static final int NOTE_ID_LENGTH = 4;
    private static final byte NOTE_ED25519 = 1;

    private final String name;
    private final PublicKey key;

    VerifyingKey(String name, PublicKey key) {
        this.name = name;
        this.key = key;
    }

    /**
     * Reads a key.
     *
     * @param file PEM
     * @param name name of the ledger, as its checkpoints carry it
     * @throws BadInputException if it is no Ed25519 public key
     * @throws IOException if it cannot be read
     */
    public static VerifyingKey read(Path file, String name) throws IOException {
        try {
            byte[] encoded = Pem.decode(Files.readString(file), "PUBLIC KEY", file);
            PublicKey key =
                    KeyFactory.getInstance(SigningKey.ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
            return new VerifyingKey(name, key);
        } catch (GeneralSecurityException e) {
            throw new BadInputException(file.toString(), "is not an Ed25519 public key", e);
        }
    }

    /** Returns the same key for a ledger of another name. */
    public VerifyingKey named(String other) {
        return new VerifyingKey(other, key);
    }

    /** Returns the PEM text. */
    public String pem() {
        return Pem.encode("PUBLIC KEY", key.getEncoded());
    }

    /** Returns the name of the ledger. */
    public String name() {
        return name;
    }

    /** Returns the SHA-256 of the encoded key, 64 hexadecimal digits: what to compare over the telephone. */
    public String fingerprint() {
        return HexFormat.of()
                .formatHex(Hashing.sha256().hashBytes(key.getEncoded()).asBytes());
    }

    /** Returns the four bytes by which signed notes name a key. */
    byte[] noteId() {
        byte[] encoded = key.getEncoded();
        byte[] hash = Hashing.sha256()
                .newHasher()
                .putBytes(name.getBytes(StandardCharsets.UTF_8))
                .putByte((byte) '\n')
                .putByte(NOTE_ED25519)
                .putBytes(encoded, encoded.length - RAW_LENGTH, RAW_LENGTH)
                .hash()
                .asBytes();
        return Arrays.copyOf(hash, NOTE_ID_LENGTH);
    }

    /** Returns whether a signature over a message is this key's. */
    boolean verifies(byte[] message, byte[] signature) {
        try {
            Signature check = Signature.getInstance(SigningKey.ALGORITHM);
            check.initVerify(key);
            check.update(message);
            return check.verify(signature);
        } catch (SignatureException e) {
            return false; // not even the form of a signature
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform from 15 has Ed25519", e);
        }
    }
}

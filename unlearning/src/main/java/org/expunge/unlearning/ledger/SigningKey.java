package org.expunge.unlearning.ledger;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.regex.Pattern;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.SecretFiles;

/**
 * The Ed25519 key that a ledger is signed with, from the JDK. Its file holds both halves as PEM and is readable by its
 * owner alone.
 */
public final class SigningKey {
    static final String ALGORITHM = "Ed25519";

    private static final String PRIVATE = "PRIVATE KEY";
    private static final Pattern NAME = Pattern.compile("[^\\s+]+");

    private final PrivateKey secret;
    private final VerifyingKey verifying;

    private SigningKey(PrivateKey secret, VerifyingKey verifying) {
        this.secret = secret;
        this.verifying = verifying;
    }

    /**
     * Makes a key and writes it.
     *
     * @param file the file to appear, owner-only
     * @param name name of the ledger, without white space or plus signs
     * @throws IOException if the file exists or cannot be written
     */
    public static SigningKey create(Path file, String name) throws IOException {
        checkArgument(NAME.matcher(name).matches(), "a ledger's name has no white space and no '+', got '%s'", name);
        try {
            KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
            VerifyingKey verifying = new VerifyingKey(name, pair.getPublic());
            String text = Pem.encode(PRIVATE, pair.getPrivate().getEncoded()) + verifying.pem();
            SecretFiles.create(file, text.getBytes(StandardCharsets.US_ASCII));
            return new SigningKey(pair.getPrivate(), verifying);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform from 15 has Ed25519", e);
        }
    }

    /**
     * Reads a key.
     *
     * @param file as {@link #create} wrote it
     * @param name name of the ledger
     * @throws BadInputException if it is no such file
     * @throws IOException if it cannot be read
     */
    public static SigningKey read(Path file, String name) throws IOException {
        try {
            byte[] encoded = Pem.decode(Files.readString(file), PRIVATE, file);
            PrivateKey secret = KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            return new SigningKey(secret, VerifyingKey.read(file, name));
        } catch (GeneralSecurityException e) {
            throw new BadInputException(file.toString(), "is not an Ed25519 private key", e);
        }
    }

    /** Returns the name of the ledger. */
    public String name() {
        return verifying.name();
    }

    /** Returns the public half. */
    public VerifyingKey verifying() {
        return verifying;
    }

    /** Signs a message. */
    byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(secret);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform from 15 has Ed25519", e);
        }
    }
}

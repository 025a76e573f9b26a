package org.expunge.unlearning.ledger;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.SecretFiles;

/**
 * Names rows in the ledger without naming anybody: HMAC-SHA-256 of the row's id under a key of the batch. Whoever has
 * the key can show that a row was in the batch; once the key is shredded nobody can.
 */
public final class RowTokens {
    private static final int KEY_BYTES = 32;

    private final HashFunction hmac;

    private RowTokens(byte[] key) {
        this.hmac = Hashing.hmacSha256(key);
    }

    /**
     * Draws a key and writes it.
     *
     * @param file the file to appear, owner-only; its folder is created if it is missing
     * @throws IOException if it exists or cannot be written
     */
    public static RowTokens create(Path file) throws IOException {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        AtomicFiles.refuseExisting(file);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path unfinished = file.resolveSibling(file.getFileName() + ".new"); // a killed process leaves no half key
        Files.deleteIfExists(unfinished);
        SecretFiles.create(unfinished, key);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        return new RowTokens(key);
    }

    /**
     * Reads a key.
     *
     * @param file as {@link #create} wrote it
     * @throws BadInputException if it is no such file
     * @throws IOException if it cannot be read, for example because it was shredded
     */
    public static RowTokens open(Path file) throws IOException {
        byte[] key = Files.readAllBytes(file);
        if (key.length != KEY_BYTES) {
            throw new BadInputException(
                    file, "a key of row tokens has " + KEY_BYTES + " bytes, but this file has " + key.length);
        }
        return new RowTokens(key);
    }

    /** Returns the token of a row id, 64 hexadecimal digits. */
    public String token(String rowId) {
        checkArgument(!rowId.isEmpty(), "a row id must not be empty");
        return hmac.hashString(rowId, StandardCharsets.UTF_8).toString();
    }

    /** Returns the tokens of row ids, sorted, so that their order says nothing. */
    public List<String> tokens(Collection<String> rowIds) {
        return rowIds.stream().map(this::token).sorted().toList();
    }
}

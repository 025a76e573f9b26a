package org.expunge.unlearning.request;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rows named by hashes of a column, so that the request does not hold the values.
 *
 * @param column the column; {@code id} for the rows' ids
 * @param hashes SHA-256 of the value as UTF-8, or HMAC-SHA-256 where there is a key file; 64 hexadecimal digits each
 * @param keyFile the file whose bytes are the key of the HMAC; null for plain SHA-256
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record KeyHashes(
        String column, List<String> hashes, @Nullable String keyFile) {
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    /** Checks the hashes. */
    public KeyHashes {
        checkArgument(column != null && hashes != null, "a key needs column and hashes"); // a file can leave them out
        hashes = hashes.stream().map(hash -> hash.toLowerCase(Locale.ROOT)).toList();
        hashes.forEach(KeyHashes::checkHash);
        checkArgument(!hashes.isEmpty(), "column '%s' has no hashes to look for", column);
    }

    static void checkHash(String hash) {
        checkArgument(HASH.matcher(hash).matches(), "a hash has 64 hexadecimal digits, got '%s'", hash);
    }

    /** Returns the test of a cell. */
    Predicate<String> test() throws IOException {
        HashFunction function =
                keyFile == null ? Hashing.sha256() : Hashing.hmacSha256(Files.readAllBytes(Path.of(keyFile)));
        Set<String> wanted = new HashSet<>(hashes);
        return cell -> wanted.contains(
                function.hashString(cell, StandardCharsets.UTF_8).toString());
    }
}

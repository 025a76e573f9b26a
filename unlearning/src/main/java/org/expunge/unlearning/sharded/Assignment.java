package org.expunge.unlearning.sharded;

import static com.google.common.base.Preconditions.checkArgument;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Which shard and which slice a row belongs to: HMAC-SHA-256 of its id under the seed, and nothing else. No row moves
 * when others are deleted, and what remains says nothing of those that were there, as a shuffle of all rows would.
 *
 * <p><b>Accuracy.</b> Sizes are binomial: {@code n/(S·L)} rows a slice, give or take the square root of that.
 *
 * @param seed decides the assignment
 * @param shards S, at least 1
 * @param slices L, at least 1
 */
public record Assignment(long seed, int shards, int slices) {
    private static final String ALGORITHM = "HmacSHA256";

    /** Checks the counts. */
    public Assignment {
        checkArgument(shards >= 1, "shards must be at least 1, got %s", shards);
        checkArgument(slices >= 1, "slices must be at least 1, got %s", slices);
    }

    /** Returns the shard of a row, in [0, S). */
    public int shard(String id) {
        return (int) Long.remainderUnsigned(digest(id).getLong(0), shards);
    }

    /** Returns the slice of a row within its shard, in [0, L). */
    public int slice(String id) {
        return (int) Long.remainderUnsigned(digest(id).getLong(Long.BYTES), slices);
    }

    private ByteBuffer digest(String id) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            byte[] key = ByteBuffer.allocate(Long.BYTES).putLong(seed).array();
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return ByteBuffer.wrap(mac.doFinal(id.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}

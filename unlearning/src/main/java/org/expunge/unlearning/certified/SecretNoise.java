package org.expunge.unlearning.certified;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.function.Supplier;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Gaussian noise from secret seeds of 32 bytes: who keeps the seed can draw the same noise again, and no one else can
 * take it off a released model.
 *
 * <p>The stream is AES-256 in counter mode under the seed, turned into normal numbers by Box and Muller's formula.
 */
public final class SecretNoise {
    /** The length of a seed. */
    public static final int SEED_BYTES = 32;

    private static final int BLOCK_BYTES = 16;

    private final Supplier<byte[]> seeds;

    private SecretNoise(Supplier<byte[]> seeds) {
        this.seeds = seeds;
    }

    /** Draws seeds from the platform's {@link SecureRandom}: for whatever is to be released. */
    public static SecretNoise secure() {
        SecureRandom random = new SecureRandom();
        return new SecretNoise(() -> {
            byte[] seed = new byte[SEED_BYTES];
            random.nextBytes(seed);
            return seed;
        });
    }

    /** Draws seeds that follow from a number: for tests and studies. Noise that can be guessed hides nothing. */
    public static SecretNoise reproducible(long seed) {
        long[] count = {0};
        return new SecretNoise(() -> digest(seed, count[0]++));
    }

    /** Returns a new seed, 64 hexadecimal digits. */
    String nextSeed() {
        return HexFormat.of().formatHex(seeds.get());
    }

    /** Returns standard normal numbers that depend on the seed alone. */
    static double[] gaussians(byte[] seed, int count) {
        int pairs = (count + 1) / 2;
        ByteBuffer stream = ByteBuffer.wrap(stream(seed, pairs * BLOCK_BYTES));
        double[] numbers = new double[count];
        for (int i = 0; i < count; i += 2) {
            double radius = Math.sqrt(-2 * Math.log(1 - unit(stream.getLong()))); // 1 − unit is never 0
            double angle = 2 * Math.PI * unit(stream.getLong());
            numbers[i] = radius * Math.cos(angle);
            if (i + 1 < count) {
                numbers[i + 1] = radius * Math.sin(angle);
            }
        }
        return numbers;
    }

    /** Returns a number in [0, 1) with 53 random bits. */
    private static double unit(long bits) {
        return (bits >>> 11) * 0x1p-53;
    }

    private static byte[] stream(byte[] seed, int length) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(seed, "AES"),
                    new IvParameterSpec(
                            new byte[BLOCK_BYTES])); // a seed serves one stream, so the counter may start at 0
            return cipher.doFinal(new byte[length]);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES in counter mode", e);
        }
    }

    private static byte[] digest(long seed, long count) {
        try {
            ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES).putLong(seed).putLong(count);
            return MessageDigest.getInstance("SHA-256").digest(bytes.array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

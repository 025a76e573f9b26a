package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.SecretFiles;

/**
 * Names the content of a row without revealing it: HMAC-SHA-256 under a key that is kept beside the run.
 *
 * <p>A plain hash of a small row can be guessed by hashing all likely rows; without the key this cannot. Once the key
 * is shredded the hashes say nothing any more.
 *
 * <p>The canonical bytes of a row are, big-endian: the shape's three sides as 4-byte integers, then each raw feature
 * and each target value as an 8-byte IEEE 754 double, with {@code -0.0} written as {@code 0.0}. Ids take no part.
 */
public final class RowHasher {
    /** The length of a key in bytes: as long as the digest, which is what RFC 2104, section 3 asks for. */
    public static final int KEY_BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    private RowHasher(byte[] key) {
        checkArgument(key.length == KEY_BYTES, "a key has %s bytes, but this one has %s", KEY_BYTES, key.length);
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /**
     * Uses a key that the caller keeps.
     *
     * @param key 32 secret bytes; copied
     * @return the hasher
     */
    public static RowHasher withKey(byte[] key) {
        return new RowHasher(key);
    }

    /**
     * Reads a key file.
     *
     * @param file 32 bytes
     * @return the hasher
     * @throws BadInputException if the file is not a key
     * @throws IOException if it cannot be read
     */
    public static RowHasher fromKeyFile(Path file) throws IOException {
        long size = Files.size(file);
        if (size != KEY_BYTES) {
            throw new BadInputException(file, "a key file has " + KEY_BYTES + " bytes, but this one has " + size);
        }
        return new RowHasher(Files.readAllBytes(file));
    }

    /**
     * Draws a key and writes it to a new file that only its owner can read or write (where the file system has POSIX
     * permissions).
     *
     * @param file the file to make
     * @return the hasher that uses it
     * @throws FileAlreadyExistsException if the file exists: a key is never replaced
     * @throws IOException if it cannot be written
     */
    public static RowHasher createKeyFile(Path file) throws IOException {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        SecretFiles.create(file, key);
        return new RowHasher(key);
    }

    /**
     * Hashes one row.
     *
     * @param data a data set before normalisation
     * @param row which row, in [0, size)
     * @return 64 hexadecimal digits
     */
    public String hash(Dataset data, int row) {
        return hash(mac(), data, row);
    }

    /**
     * Hashes every row.
     *
     * @param data a data set before normalisation
     * @return 64 hexadecimal digits a row, in row order
     */
    public List<String> hashAll(Dataset data) {
        Mac mac = mac();
        return IntStream.range(0, data.size())
                .mapToObj(row -> hash(mac, data, row))
                .toList();
    }

    private static String hash(Mac mac, Dataset data, int row) {
        int width = data.features().width();
        double[] values = new double[width + data.targets().width()];
        data.features().read(row, values, 0);
        data.targets().read(row, values, width);
        ByteBuffer bytes = ByteBuffer.allocate(3 * Integer.BYTES + values.length * Double.BYTES);
        Shape shape = data.shape();
        bytes.putInt(shape.channels()).putInt(shape.height()).putInt(shape.width());
        for (double value : values) {
            bytes.putDouble(value + 0.0); // turns -0.0 into 0.0
        }
        return HexFormat.of().formatHex(mac.doFinal(bytes.array()));
    }

    private Mac mac() {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}

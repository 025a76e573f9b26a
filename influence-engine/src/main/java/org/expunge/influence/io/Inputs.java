package org.expunge.influence.io;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Opens a user's file, gzip or not, with a bound on what may come out of it. */
public final class Inputs {
    /** The most bytes that one file may hold after decompression: more than any array in memory can take. */
    public static final long MAX_BYTES = 8L << 30;

    private static final int BUFFER = 1 << 16;

    private Inputs() {}

    /**
     * Opens a file; gzip is recognised by its first two bytes, whatever the name.
     *
     * @param file the file
     * @return its content, decompressed; errors on the way name the file
     * @throws BadInputException if the file is missing or a directory
     * @throws IOException if it cannot be opened
     */
    public static InputStream open(Path file) throws IOException {
        return open(file, MAX_BYTES);
    }

    /**
     * Opens a file with a bound.
     *
     * @param file the file
     * @param maxBytes the most bytes that may come out; reading past them fails
     * @return its content, decompressed; errors on the way name the file
     * @throws BadInputException if the file is missing or a directory
     * @throws IOException if it cannot be opened
     */
    public static InputStream open(Path file, long maxBytes) throws IOException {
        if (Files.isDirectory(file)) {
            throw new BadInputException(file, "is a directory, but a file is expected");
        }
        try {
            return open(Files.newInputStream(file), file.toString(), maxBytes);
        } catch (NoSuchFileException e) {
            throw new BadInputException(file.toString(), "there is no such file", e);
        }
    }

    /**
     * Wraps a stream likewise.
     *
     * @param in the stream; closed with the result, and at once if this fails
     * @param source what to call it in an error
     * @param maxBytes the most bytes that may come out; reading past them fails
     * @return its content, decompressed if it is gzip
     * @throws IOException if its start cannot be read
     */
    public static InputStream open(InputStream in, String source, long maxBytes) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in, BUFFER);
        try {
            buffered.mark(2);
            int magic = buffered.read() | buffered.read() << 8;
            buffered.reset();
            boolean gzip = magic == GZIPInputStream.GZIP_MAGIC;
            return new NamedInputStream(gzip ? new GZIPInputStream(buffered, BUFFER) : buffered, source, maxBytes);
        } catch (IOException e) {
            buffered.close();
            throw e;
        }
    }
}

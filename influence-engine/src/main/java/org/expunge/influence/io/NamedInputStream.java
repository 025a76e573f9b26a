package org.expunge.influence.io;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;

/** A bounded stream whose errors name the file that it came from. */
final class NamedInputStream extends FilterInputStream {
    private final String source;
    private final long maxBytes;
    private long bytes;

    NamedInputStream(InputStream in, String source, long maxBytes) {
        super(in);
        this.source = source;
        this.maxBytes = maxBytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        try {
            int n = in.read(into, offset, length);
            bytes += Math.max(n, 0);
            if (bytes > maxBytes) {
                throw new BadInputException(source, "holds more than the " + maxBytes + " bytes that are allowed");
            }
            return n;
        } catch (EOFException e) {
            throw new BadInputException(source, "the compressed file is truncated; copy or download it again", e);
        } catch (ZipException e) {
            throw new BadInputException(source, "the compressed file is damaged (" + e.getMessage() + ")", e);
        }
    }

    @Override
    public long skip(long count) throws IOException {
        return readNBytes((int) Math.min(count, 1 << 16)).length;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}

package org.expunge.influence.network.dl4j;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.expunge.influence.io.BadInputException;

/**
 * A zip from outside, of which only named entries are read, into memory, each under a bound that the caller states.
 * What an entry claims about its size is not believed: what comes out of it is counted.
 */
final class BoundedZip implements AutoCloseable {
    /** DL4J writes at most 5 entries, and one more for every object that a user adds. */
    private static final int MAX_ENTRIES = 64;

    private static final int MAX_NAME = 128;

    /** An entry may inflate to this many bytes whatever its compressed size; zeros compress a thousandfold. */
    private static final long FREE_BYTES = 64L << 20;

    /** Beyond {@link #FREE_BYTES}. Trained float parameters compress by a tenth. */
    private static final long MAX_RATIO = 100;

    private final String source;
    private final ZipFile zip;
    private final Map<String, ZipEntry> entries = new HashMap<>();

    private BoundedZip(String source, ZipFile zip) {
        this.source = source;
        this.zip = zip;
    }

    /**
     * Opens a file and checks its list of entries.
     *
     * @throws BadInputException if it is no zip, has too many entries, one name twice, or a name that points elsewhere
     */
    static BoundedZip open(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString(), null, "there is no such model file");
        }
        String source = file.toString();
        ZipFile zip;
        try {
            zip = new ZipFile(file.toFile());
        } catch (ZipException | EOFException e) {
            throw new BadInputException(
                    source, "is no zip, or only the beginning of one (" + e.getMessage() + "); save it again", e);
        }
        BoundedZip bounded = new BoundedZip(source, zip);
        try {
            bounded.list();
        } catch (BadInputException e) {
            zip.close();
            throw e;
        }
        return bounded;
    }

    private void list() throws BadInputException {
        if (zip.size() > MAX_ENTRIES) {
            throw new BadInputException(
                    source, "holds " + zip.size() + " entries; a DL4J model has at most " + MAX_ENTRIES);
        }
        Enumeration<? extends ZipEntry> all = zip.entries();
        while (all.hasMoreElements()) {
            ZipEntry entry = all.nextElement();
            checkName(entry.getName());
            if (entries.putIfAbsent(entry.getName(), entry) != null) {
                throw new BadInputException(
                        source, "holds two entries called " + entry.getName() + "; a DL4J model has one of each");
            }
        }
    }

    private void checkName(String name) throws BadInputException {
        boolean leavesItsFolder = name.startsWith("/")
                || name.indexOf('\\') >= 0
                || name.indexOf(':') >= 0
                || List.of(name.split("/")).contains("..");
        if (name.isEmpty()
                || name.length() > MAX_NAME
                || leavesItsFolder
                || !name.chars().allMatch(c -> c > 31 && c < 127)) {
            String shown = name.substring(0, Math.min(name.length(), MAX_NAME)).replaceAll("[^ -~]", "?");
            throw new BadInputException(
                    source,
                    "holds an entry called '" + shown + "', a name that DL4J does not write; it was tampered with");
        }
    }

    /** Returns the names of all entries, sorted. */
    List<String> names() {
        List<String> names = new ArrayList<>(entries.keySet());
        names.sort(null);
        return names;
    }

    /**
     * Reads a whole entry.
     *
     * @throws BadInputException if there is none of that name, or it holds more than {@code maxBytes}
     */
    byte[] read(String name, long maxBytes) throws IOException {
        try (InputStream in = open(name, maxBytes)) {
            return in.readAllBytes();
        }
    }

    /**
     * Opens an entry.
     *
     * @param maxBytes how many bytes the entry may hold, inflated; reading further throws
     * @throws BadInputException if there is none of that name, or {@code maxBytes} cannot be what was deflated into it
     */
    InputStream open(String name, long maxBytes) throws IOException {
        ZipEntry entry = entries.get(name);
        if (entry == null) {
            throw new BadInputException(
                    source,
                    "has no entry " + name + ", only " + names() + "; it is no DL4J model, or an incomplete one");
        }
        try {
            return new Counted(zip.getInputStream(entry), entry, maxBytes);
        } catch (ZipException | EOFException e) {
            throw new BadInputException(source, "entry " + name + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Checks, before memory is set aside, that an entry can hold what the configuration says it does.
     *
     * @throws BadInputException if so many bytes would be a compression that no model has
     */
    void checkCredible(String name, long bytes) throws BadInputException {
        ZipEntry entry = entries.get(name);
        if (entry != null && bytes > credible(entry)) {
            throw new BadInputException(
                    source,
                    "the configuration asks for " + bytes + " bytes of " + name + ", but only "
                            + entry.getCompressedSize() + " compressed bytes are there; it is truncated or hostile");
        }
    }

    private static long credible(ZipEntry entry) {
        return Math.max(FREE_BYTES, MAX_RATIO * entry.getCompressedSize());
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }

    /** Counts what comes out of an entry and stops at the bound. */
    private final class Counted extends FilterInputStream {
        private final String name;
        private final long maxBytes;
        private final long credible;
        private final long expectedCrc;
        private final CRC32 crc = new CRC32();
        private long count;

        Counted(InputStream in, ZipEntry entry, long maxBytes) {
            super(in);
            this.name = entry.getName();
            this.maxBytes = maxBytes;
            this.credible = credible(entry);
            this.expectedCrc = entry.getCrc();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int n;
            try {
                n = super.read(into, offset, length);
            } catch (ZipException | EOFException e) {
                throw new BadInputException(source, "entry " + name + " is damaged: " + e.getMessage(), e);
            }
            if (n < 0) {
                checkSum();
                return n;
            }
            count += n;
            crc.update(into, offset, n);
            if (count > maxBytes) {
                throw new BadInputException(
                        source, "entry " + name + " holds more than the " + maxBytes + " bytes that it may");
            }
            if (count > credible) {
                throw new BadInputException(
                        source, "entry " + name + " inflates more than " + MAX_RATIO + "-fold; that is no model");
            }
            return n;
        }

        /** ZipFile does not look at the checksum. */
        private void checkSum() throws BadInputException {
            if (crc.getValue() != expectedCrc) {
                throw new BadInputException(source, "entry " + name + " is damaged: its checksum is wrong");
            }
        }
    }
}

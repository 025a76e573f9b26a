package org.expunge.influence.io;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads and writes NumPy's NPY files: versions 1 to 3, row-major, float32, float64, int32, int64 and uint8.
 *
 * <p><b>Source.</b> NumPy, {@code numpy.lib.format}, "NPY format".
 */
public final class Npy {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    /** The header ends on a multiple of this, so that the data can be mapped. */
    private static final int ALIGNMENT = 64;
    /** NumPy's own bound on a header that it reads without being told to trust it. */
    private static final int MAX_HEADER = 10_000;

    private static final Pattern DESCRIPTOR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9,\\s]*)\\)");

    private Npy() {}

    /**
     * Writes an array to a file, atomically.
     *
     * @param file the file to write or replace
     * @param array what to write
     * @throws IOException if it cannot be written
     */
    public static void write(Path file, NpyArray array) throws IOException {
        AtomicFiles.write(file, out -> write(out, array));
    }

    /**
     * Writes an array to a stream.
     *
     * @param out where to write; left open
     * @param array what to write
     * @throws IOException if it cannot be written
     */
    public static void write(OutputStream out, NpyArray array) throws IOException {
        out.write(header(array.type(), array.shape()));
        ByteBuffer data = array.data();
        byte[] chunk = new byte[Math.min(data.remaining(), 1 << 16)];
        while (data.hasRemaining()) {
            int n = Math.min(chunk.length, data.remaining());
            data.get(chunk, 0, n);
            out.write(chunk, 0, n);
        }
    }

    /** The first bytes of a version 1 file, up to the data. */
    static byte[] header(NpyArray.Type type, int[] shape) {
        String sides = Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(", "));
        String dictionary = "{'descr': '" + type.descriptor() + "', 'fortran_order': False, 'shape': (" + sides
                + (shape.length == 1 ? "," : "") + "), }";
        int prefix = MAGIC.length + 4;
        int unpadded = prefix + dictionary.length() + 1;
        int padding = (ALIGNMENT - unpadded % ALIGNMENT) % ALIGNMENT;
        String text = dictionary + " ".repeat(padding) + "\n";
        return ByteBuffer.allocate(prefix + text.length())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) text.length())
                .put(text.getBytes(StandardCharsets.US_ASCII))
                .array();
    }

    /**
     * Reads a file.
     *
     * @param file the file
     * @return its array
     * @throws BadInputException if it is no NPY file, of another type or order, truncated or too long
     * @throws IOException if it cannot be read
     */
    public static NpyArray read(Path file) throws IOException {
        try (InputStream in = Inputs.open(file)) {
            return read(in, file.toString());
        }
    }

    /**
     * Reads a stream to its end.
     *
     * @param in the stream; left open
     * @param source what to call it in an error
     * @return its array
     * @throws BadInputException if it is no NPY file, of another type or order, truncated or too long
     * @throws IOException if it cannot be read
     */
    public static NpyArray read(InputStream in, String source) throws IOException {
        String header = readHeader(in, source);
        NpyArray.Type type = type(field(DESCRIPTOR, header, source), source);
        if (field(ORDER, header, source).equals("True")) {
            throw new BadInputException(source, "is in column-major order; save it with numpy.ascontiguousarray");
        }
        int[] shape = shape(field(SHAPE, header, source), source);
        long bytes = (long) NpyArray.sizeOf(shape) * type.bytes();
        if (bytes > Integer.MAX_VALUE - 8) {
            throw new BadInputException(source, "declares " + bytes + " bytes, more than an array can hold");
        }
        byte[] data = in.readNBytes((int) bytes);
        if (data.length < bytes || in.read() >= 0) {
            String found = data.length < bytes ? "only " + data.length : "more";
            throw new BadInputException(source, "declares " + bytes + " bytes of data but holds " + found);
        }
        return new NpyArray(type, shape, ByteBuffer.wrap(data));
    }

    private static String readHeader(InputStream in, String source) throws IOException {
        byte[] start = in.readNBytes(MAGIC.length + 2);
        if (start.length < MAGIC.length + 2 || !Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new BadInputException(source, "is no NPY file");
        }
        int version = start[MAGIC.length];
        if (version < 1 || version > 3) {
            throw new BadInputException(source, "has NPY version " + version + "; 1 to 3 can be read");
        }
        byte[] count = in.readNBytes(version == 1 ? Short.BYTES : Integer.BYTES);
        ByteBuffer length = ByteBuffer.wrap(Arrays.copyOf(count, Integer.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        int headerBytes = length.getInt();
        if (headerBytes < 0 || headerBytes > MAX_HEADER) {
            throw new BadInputException(source, "has an NPY header of " + headerBytes + " bytes");
        }
        byte[] header = in.readNBytes(headerBytes);
        if (header.length < headerBytes) {
            throw new BadInputException(source, "is truncated within its header");
        }
        return new String(header, StandardCharsets.UTF_8);
    }

    private static String field(Pattern pattern, String header, String source) throws BadInputException {
        Matcher matcher = pattern.matcher(header);
        if (!matcher.find()) {
            throw new BadInputException(source, "has an NPY header without " + pattern + ": " + header.strip());
        }
        return matcher.group(1);
    }

    private static NpyArray.Type type(String descriptor, String source) throws BadInputException {
        for (NpyArray.Type type : NpyArray.Type.values()) {
            if (type.descriptor().equals(descriptor)) {
                return type;
            }
        }
        throw new BadInputException(
                source,
                "holds numbers of type '" + descriptor + "'; float32, float64, int32, int64, uint8 can be read");
    }

    private static int[] shape(String text, String source) throws BadInputException {
        try {
            int[] shape = Splitter.on(',')
                    .trimResults()
                    .omitEmptyStrings()
                    .splitToStream(text)
                    .mapToInt(Integer::parseInt)
                    .toArray();
            NpyArray.sizeOf(shape);
            return shape;
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new BadInputException(source, "has shape (" + text + "), which cannot be read", e);
        }
    }
}

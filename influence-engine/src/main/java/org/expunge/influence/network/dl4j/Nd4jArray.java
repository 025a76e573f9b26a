package org.expunge.influence.network.dl4j;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UTFDataFormatException;
import java.nio.ByteBuffer;
import org.expunge.influence.io.BadInputException;

/**
 * ND4J's binary form of a vector: two buffers, the first with the shape, the second with the numbers.
 *
 * <p>A buffer is the name of its allocation mode (UTF), its length (64 bits), the name of its type (UTF) and its
 * elements, all big-endian. The shape of rank r is r, the r sizes, the r strides, the type's flag, the element stride
 * and the order's letter: 2r + 4 long integers.
 */
final class Nd4jArray {
    private static final String MODE = "MIXED_DATA_TYPES";
    private static final int MAX_RANK = 2;

    /** Bytes of both headers at most: two names each, the shape, and some to spare for longer names. */
    static final int HEADER_BYTES = 512;

    private static final int CHUNK = 1 << 13;

    /** How the numbers are stored. */
    enum Type {
        FLOAT(4, 1L << 13),
        DOUBLE(8, 1L << 14);

        private final int bytes;
        private final long flag;

        Type(int bytes, long flag) {
            this.bytes = bytes;
            this.flag = flag;
        }
    }

    private final String source;
    private final DataInputStream in;

    private Nd4jArray(String source, DataInputStream in) {
        this.source = source;
        this.in = in;
    }

    /**
     * Reads a vector.
     *
     * @param in read to its end
     * @param source what to call it in an error
     * @param length how many numbers there must be
     * @throws BadInputException if it is anything but a vector of that many floats or doubles
     */
    static double[] read(InputStream in, String source, int length) throws IOException {
        Nd4jArray array = new Nd4jArray(source, new DataInputStream(in));
        try {
            array.readShape(length);
            Type type = array.readDataHeader(length);
            double[] values = new double[length];
            array.readNumbers(type, values);
            if (array.in.read() >= 0) {
                throw new BadInputException(source, "holds more than its " + length + " numbers");
            }
            return values;
        } catch (EOFException | UTFDataFormatException e) {
            throw new BadInputException(source, "ends within its header or has none; it is truncated or damaged", e);
        }
    }

    /** Writes a vector. */
    static void write(OutputStream out, Type type, double[] values) throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        long[] shape = {1, values.length, 1, type.flag, 1, 'c'};
        writeHeader(data, shape.length, "LONG");
        for (long number : shape) {
            data.writeLong(number);
        }
        writeHeader(data, values.length, type.name());
        for (double value : values) {
            if (type == Type.FLOAT) {
                data.writeFloat((float) value);
            } else {
                data.writeDouble(value);
            }
        }
        data.flush();
    }

    private static void writeHeader(DataOutputStream data, long length, String type) throws IOException {
        data.writeUTF(MODE);
        data.writeLong(length);
        data.writeUTF(type);
    }

    private void readShape(int length) throws IOException {
        long entries = readLength();
        String type = in.readUTF();
        if (!type.equals("LONG") || entries < 6 || entries > 2 * MAX_RANK + 4 || entries % 2 != 0) {
            throw new BadInputException(source, "is no vector of ND4J: its shape has " + entries + " × " + shown(type));
        }
        long[] shape = new long[(int) entries];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = in.readLong();
        }
        int rank = (shape.length - 4) / 2;
        long rows = rank == 1 ? 1 : shape[1];
        long columns = shape[rank];
        long stride = shape[2 * rank];
        if (shape[0] != rank || Math.min(rows, columns) != 1 || Math.max(rows, columns) < 1) {
            throw new BadInputException(source, "is no vector: rank " + shape[0] + ", sizes " + rows + " × " + columns);
        }
        if (Math.max(rows, columns) != length) {
            throw new BadInputException(source, lengthProblem(Math.max(rows, columns), length));
        }
        if (columns > 1 && stride != 1) {
            throw new BadInputException(source, "has stride " + stride + "; only packed vectors are read");
        }
    }

    private Type readDataHeader(int length) throws IOException {
        long entries = readLength();
        String name = in.readUTF();
        if (entries != length) {
            throw new BadInputException(source, lengthProblem(entries, length));
        }
        for (Type type : Type.values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        throw new BadInputException(
                source, "holds numbers of type " + shown(name) + "; convert the model to FLOAT or DOUBLE with DL4J");
    }

    private long readLength() throws IOException {
        String mode = in.readUTF();
        if (!mode.equals(MODE)) {
            throw new BadInputException(
                    source,
                    "begins with '" + shown(mode) + "' where ND4J writes " + MODE
                            + "; load and save the model with DL4J 1.0.0-M2.1");
        }
        return in.readLong();
    }

    private void readNumbers(Type type, double[] values) throws IOException {
        byte[] bytes = new byte[CHUNK * type.bytes];
        for (int from = 0; from < values.length; from += CHUNK) {
            int n = Math.min(CHUNK, values.length - from);
            int got = in.readNBytes(bytes, 0, n * type.bytes);
            if (got < n * type.bytes) {
                throw new BadInputException(
                        source,
                        "ends after " + (from + got / type.bytes) + " of " + values.length
                                + " numbers; it is truncated");
            }
            ByteBuffer numbers = ByteBuffer.wrap(bytes);
            for (int i = 0; i < n; i++) {
                values[from + i] = type == Type.FLOAT ? numbers.getFloat() : numbers.getDouble();
            }
        }
    }

    private static String lengthProblem(long found, int wanted) {
        return "holds " + found + " numbers, but the configuration has " + wanted
                + " parameters; the two do not belong together";
    }

    private static String shown(String text) {
        return text.substring(0, Math.min(text.length(), 40)).replaceAll("[^ -~]", "?");
    }
}

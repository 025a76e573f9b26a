package org.expunge.influence.io;

import static com.google.common.base.Preconditions.checkPositionIndexes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * A float32 NPY file of two sides that is read and written in place, a piece of a row at a time, whatever its size.
 * Reading is safe from several threads; writing belongs to one.
 */
public final class NpyMatrix implements AutoCloseable {
    private final FileChannel channel;
    private final int rows;
    private final int columns;
    private final int headerBytes;

    private NpyMatrix(FileChannel channel, int rows, int columns, int headerBytes) {
        this.channel = channel;
        this.rows = rows;
        this.columns = columns;
        this.headerBytes = headerBytes;
    }

    /**
     * Makes a file of zeros.
     *
     * @param file the file, which must not exist
     * @param rows first side, 0 or more
     * @param columns second side, 0 or more
     * @return the open file
     * @throws IOException if it exists or cannot be written
     */
    public static NpyMatrix create(Path file, int rows, int columns) throws IOException {
        byte[] header = header(rows, columns);
        FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            writeFully(channel, ByteBuffer.wrap(header), 0);
            long bytes = bytes(header.length, rows, columns);
            if (bytes > header.length) {
                writeFully(channel, ByteBuffer.allocate(1), bytes - 1);
            }
            return new NpyMatrix(channel, rows, columns, header.length);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Opens a file that {@link #create} made.
     *
     * @param file the file
     * @param rows the first side that it must have
     * @param columns the second side that it must have
     * @return the open file, for reading and writing
     * @throws BadInputException if it is truncated, too long or of another type or shape
     * @throws IOException if it cannot be opened
     */
    public static NpyMatrix open(Path file, int rows, int columns) throws IOException {
        return open(file, rows, columns, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /**
     * Opens a file that {@link #create} made, for reading only.
     *
     * @param file the file
     * @param rows the first side that it must have
     * @param columns the second side that it must have
     * @return the open file
     * @throws BadInputException if it is truncated, too long or of another type or shape
     * @throws IOException if it cannot be opened
     */
    public static NpyMatrix openReadOnly(Path file, int rows, int columns) throws IOException {
        return open(file, rows, columns, StandardOpenOption.READ);
    }

    private static NpyMatrix open(Path file, int rows, int columns, StandardOpenOption... modes) throws IOException {
        byte[] header = header(rows, columns);
        FileChannel channel = FileChannel.open(file, modes);
        try {
            long expected = bytes(header.length, rows, columns);
            if (channel.size() != expected) {
                throw new BadInputException(
                        file,
                        "holds " + channel.size() + " bytes where " + rows + " x " + columns + " floats take "
                                + expected + "; it is truncated or damaged: delete it and compute it again");
            }
            ByteBuffer found = ByteBuffer.allocate(header.length);
            readFully(channel, found, 0);
            if (!Arrays.equals(found.array(), header)) {
                throw new BadInputException(file, "is no float32 NPY file of " + rows + " x " + columns);
            }
            return new NpyMatrix(channel, rows, columns, header.length);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Writes a piece of a row.
     *
     * @param row which row
     * @param column where in it to start
     * @param values rounded to float32; they must fit in the row
     * @throws IOException if they cannot be written
     */
    public void write(int row, int column, double[] values) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            bytes.putFloat((float) value);
        }
        writeFully(channel, bytes.flip(), position(row, column, values.length));
    }

    /**
     * Reads a piece of a row.
     *
     * @param row which row
     * @param column where in it to start
     * @param count how many numbers
     * @return the numbers
     * @throws IOException if they cannot be read
     */
    public double[] read(int row, int column, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        readFully(channel, bytes, position(row, column, count));
        bytes.flip();
        double[] values = new double[count];
        Arrays.setAll(values, i -> bytes.getFloat(i * Float.BYTES));
        return values;
    }

    /**
     * Forces what was written to the disk.
     *
     * @throws IOException if that fails
     */
    public void force() throws IOException {
        channel.force(true);
    }

    private long position(int row, int column, int count) {
        checkPositionIndexes(row, row + 1, rows);
        checkPositionIndexes(column, column + count, columns);
        return headerBytes + ((long) row * columns + column) * Float.BYTES;
    }

    private static byte[] header(int rows, int columns) {
        return Npy.header(NpyArray.Type.FLOAT32, new int[] {rows, columns});
    }

    private static long bytes(int headerBytes, int rows, int columns) {
        return headerBytes + (long) rows * columns * Float.BYTES;
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }

    private static void readFully(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            int n = channel.read(bytes, at);
            if (n < 0) {
                throw new IOException("the file ended at byte " + at);
            }
            at += n;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

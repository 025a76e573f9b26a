package org.expunge.influence.io;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Numbers of one type in a shape, row-major, as an NPY file holds them. Immutable.
 *
 * <p>Conversions that could lose a fraction or an integer's digits are refused; only {@link #toFloats} rounds.
 */
public final class NpyArray {

    /** The type of each number. */
    public enum Type {
        /** 4-byte IEEE 754. */
        FLOAT32("<f4", Float.BYTES),
        /** 8-byte IEEE 754. */
        FLOAT64("<f8", Double.BYTES),
        /** 4-byte signed integer. */
        INT32("<i4", Integer.BYTES),
        /** 8-byte signed integer. */
        INT64("<i8", Long.BYTES),
        /** One unsigned byte. */
        UINT8("|u1", 1);

        private final String descriptor;
        private final int bytes;

        Type(String descriptor, int bytes) {
            this.descriptor = descriptor;
            this.bytes = bytes;
        }

        /** NumPy's name for the type, with its byte order. */
        String descriptor() {
            return descriptor;
        }

        /** The size of one number. */
        int bytes() {
            return bytes;
        }
    }

    private final Type type;
    private final int[] shape;
    private final int size;
    private final ByteBuffer data;

    /** Keeps the buffer, little-endian from 0 to its capacity, which nobody else may change. */
    NpyArray(Type type, int[] shape, ByteBuffer data) {
        this.type = type;
        this.shape = shape.clone();
        this.size = sizeOf(shape);
        this.data = data.order(ByteOrder.LITTLE_ENDIAN);
        checkArgument(
                data.capacity() == (long) size * type.bytes(),
                "%s bytes do not fill a shape of %s numbers of %s bytes",
                data.capacity(),
                size,
                type.bytes());
    }

    /** The product of the sides; 1 for a scalar. */
    static int sizeOf(int[] shape) {
        long size = 1;
        for (int side : shape) {
            checkArgument(side >= 0, "a side of the shape is %s", side);
            size = Math.multiplyExact(size, side);
            checkArgument(size <= Integer.MAX_VALUE, "shape %s has too many numbers", Arrays.toString(shape));
        }
        return (int) size;
    }

    private static ByteBuffer allocate(Type type, int count) {
        return ByteBuffer.allocate(Math.multiplyExact(count, type.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Holds doubles.
     *
     * @param values row-major; copied
     * @param shape sides whose product is the number of values
     * @return a float64 array
     */
    public static NpyArray of(double[] values, int... shape) {
        ByteBuffer data = allocate(Type.FLOAT64, values.length);
        data.asDoubleBuffer().put(values);
        return new NpyArray(Type.FLOAT64, shape, data);
    }

    /**
     * Holds floats.
     *
     * @param values row-major; copied
     * @param shape sides whose product is the number of values
     * @return a float32 array
     */
    public static NpyArray of(float[] values, int... shape) {
        ByteBuffer data = allocate(Type.FLOAT32, values.length);
        data.asFloatBuffer().put(values);
        return new NpyArray(Type.FLOAT32, shape, data);
    }

    /**
     * Holds integers.
     *
     * @param values row-major; copied
     * @param shape sides whose product is the number of values
     * @return an int32 array
     */
    public static NpyArray of(int[] values, int... shape) {
        ByteBuffer data = allocate(Type.INT32, values.length);
        data.asIntBuffer().put(values);
        return new NpyArray(Type.INT32, shape, data);
    }

    /**
     * Holds long integers.
     *
     * @param values row-major; copied
     * @param shape sides whose product is the number of values
     * @return an int64 array
     */
    public static NpyArray of(long[] values, int... shape) {
        ByteBuffer data = allocate(Type.INT64, values.length);
        data.asLongBuffer().put(values);
        return new NpyArray(Type.INT64, shape, data);
    }

    /**
     * Holds unsigned bytes.
     *
     * @param values row-major; copied
     * @param shape sides whose product is the number of values
     * @return a uint8 array
     */
    public static NpyArray of(byte[] values, int... shape) {
        return new NpyArray(Type.UINT8, shape, ByteBuffer.wrap(values.clone()));
    }

    /**
     * Returns the type of each number.
     *
     * @return the type
     */
    public Type type() {
        return type;
    }

    /**
     * Returns the sides.
     *
     * @return the shape, empty for a scalar; a copy
     */
    public int[] shape() {
        return shape.clone();
    }

    /**
     * Returns how many numbers there are.
     *
     * @return the product of the sides
     */
    public int size() {
        return size;
    }

    /**
     * Returns the numbers as doubles.
     *
     * @return row-major
     * @throws IllegalStateException if they are 8-byte integers, which a double cannot always hold
     */
    public double[] toDoubles() {
        checkState(type != Type.INT64, "8-byte integers are read with toLongs");
        double[] values = new double[size];
        switch (type) {
            case FLOAT64 ->
                data.duplicate().order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(values);
            case FLOAT32 -> Arrays.setAll(values, i -> data.getFloat(i * Float.BYTES));
            default -> Arrays.setAll(values, this::integer);
        }
        return values;
    }

    /**
     * Returns the numbers as floats, doubles rounded to the nearest.
     *
     * @return row-major
     * @throws IllegalStateException if they are integers of more than one byte
     */
    public float[] toFloats() {
        checkState(type != Type.INT32 && type != Type.INT64, "a float cannot hold every number of type %s", type);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = switch (type) {
                case FLOAT32 -> data.getFloat(i * Float.BYTES);
                case FLOAT64 -> (float) data.getDouble(i * Double.BYTES);
                default -> integer(i);
            };
        }
        return values;
    }

    /**
     * Returns the integers.
     *
     * @return row-major
     * @throws IllegalStateException if they are floating-point numbers
     */
    public long[] toLongs() {
        checkState(type != Type.FLOAT32 && type != Type.FLOAT64, "numbers of type %s are no integers", type);
        long[] values = new long[size];
        Arrays.setAll(values, i -> type == Type.INT64 ? data.getLong(i * Long.BYTES) : integer(i));
        return values;
    }

    /**
     * Returns the integers.
     *
     * @return row-major
     * @throws IllegalStateException if they are floating-point numbers
     * @throws ArithmeticException if an 8-byte integer does not fit
     */
    public int[] toInts() {
        return Arrays.stream(toLongs()).mapToInt(Math::toIntExact).toArray();
    }

    /**
     * Returns the bytes.
     *
     * @return row-major, to be read as unsigned
     * @throws IllegalStateException if they are not of type {@link Type#UINT8}
     */
    public byte[] toBytes() {
        checkState(type == Type.UINT8, "numbers of type %s are no bytes", type);
        byte[] values = new byte[size];
        data.get(0, values);
        return values;
    }

    private int integer(int i) {
        return type == Type.INT32 ? data.getInt(i * Integer.BYTES) : data.get(i) & 0xff;
    }

    /** The bytes as the file holds them, read-only. */
    ByteBuffer data() {
        return data.asReadOnlyBuffer();
    }
}

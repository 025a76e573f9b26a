package org.expunge.influence.compute.cuda.driver;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A small piece of host memory with an address: for arguments and results of C functions. Freed with the object. */
public final class NativeBlock {
    private final ByteBuffer bytes;
    private final long address;

    /** Allocates {@code size} zeroed bytes. */
    public NativeBlock(int size) {
        this.bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
        this.address = Pointer.nativeValue(Native.getDirectBufferPointer(bytes));
    }

    /** Copies a text, ended by a zero byte. */
    public static NativeBlock of(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        NativeBlock block = new NativeBlock(encoded.length + 1);
        block.bytes.put(0, encoded);
        return block;
    }

    /** Copies bytes. */
    public static NativeBlock of(byte[] bytes) {
        NativeBlock block = new NativeBlock(bytes.length);
        block.bytes.put(0, bytes);
        return block;
    }

    /** Returns the bytes; writes are seen by C functions that are given {@link #address}. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** Returns where the first byte lies. */
    public long address() {
        return address;
    }

    /** Returns the pointer or size at the start. */
    public long asLong() {
        return bytes.getLong(0);
    }

    /** Returns the number at the start. */
    public int asInt() {
        return bytes.getInt(0);
    }

    /** Returns the text before the first zero byte. */
    public String asText() {
        byte[] copy = new byte[bytes.capacity()];
        bytes.get(0, copy);
        int end = 0;
        while (end < copy.length && copy[end] != 0) {
            end++;
        }
        return new String(copy, 0, end, StandardCharsets.UTF_8);
    }
}

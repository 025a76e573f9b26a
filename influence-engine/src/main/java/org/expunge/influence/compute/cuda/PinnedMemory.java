package org.expunge.influence.compute.cuda;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.expunge.influence.compute.cuda.driver.Driver;
import org.expunge.influence.compute.cuda.driver.NativeBlock;
import org.jspecify.annotations.Nullable;

/** Host memory that the device copies from and to by itself. It grows when more is asked for. */
final class PinnedMemory {
    private @Nullable ByteBuffer bytes;
    private long address;

    /** Returns at least {@code size} bytes; earlier views are invalid if the memory grew. */
    ByteBuffer ofBytes(long size) {
        if (bytes == null || bytes.capacity() < size) {
            close();
            NativeBlock out = new NativeBlock(Long.BYTES);
            Driver.check(Driver.cuMemHostAlloc(out.address(), size, 0), "cuMemHostAlloc", "%s bytes", size);
            address = out.asLong();
            bytes = new Pointer(address).getByteBuffer(0, size).order(ByteOrder.nativeOrder());
        }
        return bytes;
    }

    /** Returns where the bytes lie. */
    long address() {
        return address;
    }

    void close() {
        if (address != 0) {
            Driver.check(Driver.cuMemFreeHost(address), "cuMemFreeHost");
            address = 0;
            bytes = null;
        }
    }
}

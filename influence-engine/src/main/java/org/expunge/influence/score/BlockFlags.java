package org.expunge.influence.score;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.expunge.influence.io.BadInputException;
import org.jspecify.annotations.Nullable;

/**
 * Which blocks of a table are on the disk, and their checksums: a file of eight bytes a block, locked against a second
 * writer.
 */
final class BlockFlags implements AutoCloseable {
    private final FileChannel channel;
    private static final long DONE = 1L << Integer.SIZE;

    private final long[] flags;

    private BlockFlags(FileChannel channel, long[] flags) {
        this.channel = channel;
        this.flags = flags;
    }

    /** Opens the file, or makes it with no block done. */
    static BlockFlags open(Path file, int blocks) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (tryLock(channel) == null) {
                throw new IOException(file + ": another process is writing these scores; wait for it to end");
            }
            ByteBuffer flags = ByteBuffer.allocate(Math.multiplyExact(blocks, Long.BYTES));
            if (channel.size() == 0) {
                channel.write(flags.duplicate(), 0);
            } else if (channel.size() != flags.capacity()) {
                throw new BadInputException(
                        file,
                        "has " + channel.size() + " bytes for the flags of " + blocks
                                + " blocks; delete the partial files");
            }
            channel.read(flags, 0);
            long[] values = new long[blocks];
            flags.rewind().asLongBuffer().get(values);
            return new BlockFlags(channel, values);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by this process: the same answer as held by another
        }
    }

    boolean isDone(int block) {
        return flags[block] != 0;
    }

    /** Returns whether a block that is done has this checksum. */
    boolean fits(int block, long crc) {
        return flags[block] == (DONE | crc);
    }

    int count() {
        return (int) Arrays.stream(flags).filter(flag -> flag != 0).count();
    }

    /**
     * Says that a block is on the disk.
     *
     * @param crc its CRC-32
     */
    void markDone(int block, long crc) throws IOException {
        write(block, DONE | crc);
    }

    void markOpen(int block) throws IOException {
        write(block, 0);
    }

    private void write(int block, long flag) throws IOException {
        flags[block] = flag;
        channel.write(ByteBuffer.allocate(Long.BYTES).putLong(flag).flip(), (long) block * Long.BYTES);
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

package org.expunge.influence.score;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.expunge.influence.io.BadInputException;
import org.jspecify.annotations.Nullable;

/** Which blocks of a table are on the disk: a file of one byte a block, locked against a second writer. */
final class BlockFlags implements AutoCloseable {
    private final FileChannel channel;
    private final byte[] flags;

    private BlockFlags(FileChannel channel, byte[] flags) {
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
            ByteBuffer flags = ByteBuffer.allocate(blocks);
            if (channel.size() == 0) {
                channel.write(flags.duplicate(), 0);
            } else if (channel.size() != blocks) {
                throw new BadInputException(
                        file, "has " + channel.size() + " flags for " + blocks + " blocks; delete the partial files");
            }
            channel.read(flags, 0);
            return new BlockFlags(channel, flags.array());
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
        return flags[block] == 1;
    }

    int count() {
        int done = 0;
        for (byte flag : flags) {
            done += flag;
        }
        return done;
    }

    void markDone(int block) throws IOException {
        flags[block] = 1;
        channel.write(ByteBuffer.wrap(flags, block, 1), block);
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

package org.expunge.influence.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;

/** Keeps two trainings from writing one directory. */
public final class WriterLock {
    private WriterLock() {}

    /**
     * Takes a lock that lasts until the channel is closed or the process ends.
     *
     * @param channel of the lock file, open for writing
     * @param directory what is written, for the message
     * @throws BadInputException if somebody else has the lock
     * @throws IOException if the file cannot be locked
     */
    public static void take(FileChannel channel, Path directory) throws IOException {
        boolean isOurs;
        try {
            isOurs = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            throw new BadInputException(directory.toString(), "another training of this program is writing it", e);
        }
        if (!isOurs) {
            throw new BadInputException(directory, "another training is writing it");
        }
    }
}

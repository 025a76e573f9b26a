package org.expunge.influence.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;

/** Files that only their owner can read or write, where the file system has POSIX permissions: keys. */
public final class SecretFiles {
    private SecretFiles() {}

    /**
     * Writes a new file, which appears complete. A secret is never replaced.
     *
     * @param file the file to make
     * @param secret its content
     * @throws FileAlreadyExistsException if the file exists
     * @throws IOException if it cannot be written
     */
    public static void create(Path file, byte[] secret) throws IOException {
        Set<StandardOpenOption> options =
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
        Path temporary = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            try (SeekableByteChannel channel = Files.newByteChannel(temporary, options, ownerOnly(file))) {
                write(channel, ByteBuffer.wrap(secret));
            }
            appear(temporary, file);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** A link is made only where nothing is; file systems without links take a move that looks first. */
    private static void appear(Path temporary, Path file) throws IOException {
        try {
            Files.createLink(file, temporary);
        } catch (UnsupportedOperationException e) {
            Files.move(temporary, file);
        }
    }

    /**
     * Overwrites a file with zeros and deletes it. Copies that others made, and blocks that a journaling or flash
     * storage keeps, are beyond its reach.
     *
     * @param file the file
     * @throws IOException if it does not exist or cannot be overwritten
     */
    public static void shred(Path file) throws IOException {
        int size = Math.toIntExact(Files.size(file));
        try (SeekableByteChannel channel =
                Files.newByteChannel(file, StandardOpenOption.WRITE, StandardOpenOption.SYNC)) {
            write(channel, ByteBuffer.allocate(size));
        }
        Files.delete(file);
    }

    private static void write(SeekableByteChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path file) {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return new FileAttribute<?>[0];
        }
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(
                    EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE))
        };
    }
}

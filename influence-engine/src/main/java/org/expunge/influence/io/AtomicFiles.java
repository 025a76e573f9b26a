package org.expunge.influence.io;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Writes files and directories so that a reader, or the next start after a kill, sees all of them or nothing.
 *
 * <p>What is written goes to a temporary neighbour in the same folder, is forced to the disk, and is then moved into
 * place in one step. When the writing fails, the neighbour is deleted and the target is as it was.
 */
public final class AtomicFiles {

    /** Writes a file's content. */
    @FunctionalInterface
    public interface WriterAction {
        /**
         * Writes the whole content; the stream is buffered and closed by the caller.
         *
         * @param out where to write
         * @throws IOException if writing fails; the target is then left as it was
         */
        void write(OutputStream out) throws IOException;
    }

    /** Fills a directory. */
    @FunctionalInterface
    public interface DirectoryAction {
        /**
         * Fills the directory.
         *
         * @param directory an empty directory that will be moved into place
         * @throws IOException if writing fails; nothing is then published
         */
        void fill(Path directory) throws IOException;
    }

    private AtomicFiles() {}

    /**
     * Writes or replaces one file.
     *
     * @param target the file; its folder is created if it is missing
     * @param action writes the content
     * @throws IOException if the content cannot be written or moved; the target is then as it was before
     */
    public static void write(Path target, WriterAction action) throws IOException {
        Path folder = folderOf(target);
        Path temporary = neighbour(target);
        begin(target, () -> Files.createFile(temporary));
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
                action.write(out);
                out.flush();
                channel.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        force(folder);
    }

    /**
     * Writes or replaces one file of UTF-8 text.
     *
     * @param target the file; its folder is created if it is missing
     * @param text the content
     * @throws IOException if the content cannot be written or moved; the target is then as it was before
     */
    public static void writeString(Path target, String text) throws IOException {
        write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Publishes a whole directory that does not exist yet.
     *
     * @param target the directory to appear; its parent is created if it is missing
     * @param action fills it, under a temporary name beside the target
     * @throws FileAlreadyExistsException if the target exists, whatever it is
     * @throws IOException if the directory cannot be filled or moved; the target then does not exist
     */
    public static void directory(Path target, DirectoryAction action) throws IOException {
        refuseExisting(target);
        Path temporary = neighbour(target);
        begin(target, () -> Files.createDirectory(temporary));
        try {
            action.fill(temporary);
            publish(temporary, target);
        } finally {
            if (Files.exists(temporary, LinkOption.NOFOLLOW_LINKS)) {
                MoreFiles.deleteRecursively(temporary, RecursiveDeleteOption.ALLOW_INSECURE);
            }
        }
    }

    /**
     * Publishes a whole directory that was filled in several sessions.
     *
     * @param complete the directory under its working name, beside the target
     * @param target the directory to appear
     * @throws FileAlreadyExistsException if the target exists, whatever it is
     * @throws IOException if the directory cannot be forced to the disk or moved; it then keeps its working name
     */
    public static void publish(Path complete, Path target) throws IOException {
        forceTree(complete);
        refuseExisting(target);
        Files.move(complete, target, StandardCopyOption.ATOMIC_MOVE);
        force(folderOf(target));
    }

    /**
     * Refuses a target that exists, so that a run never mixes with another.
     *
     * @param target the file or directory that is to be made
     * @throws FileAlreadyExistsException if it exists
     */
    public static void refuseExisting(Path target) throws FileAlreadyExistsException {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(
                    target.toString(), null, "it exists already; choose another name or delete it first");
        }
    }

    /**
     * Refuses a target that exists or could not be written, before long work is done for it. Nothing is left but the
     * folders above it.
     *
     * @param target the file or directory that is to be made
     * @throws FileAlreadyExistsException if it exists
     * @throws IOException if nothing can be written beside it
     */
    public static void requireWritable(Path target) throws IOException {
        refuseExisting(target);
        Path temporary = neighbour(target);
        begin(target, () -> Files.createFile(temporary));
        Files.delete(temporary);
    }

    /** Makes an empty temporary neighbour. */
    @FunctionalInterface
    private interface Creation {
        /** Makes it. */
        Path create() throws IOException;
    }

    /** Makes the folder and the neighbour of a target; an error names the target, not the neighbour. */
    private static void begin(Path target, Creation neighbour) throws IOException {
        Path folder = folderOf(target);
        Files.createDirectories(folder);
        try {
            neighbour.create();
        } catch (FileSystemException e) {
            String reason = e.getReason() == null ? "" : " (" + e.getReason() + ")";
            FileSystemException named = new FileSystemException(
                    target.toString(),
                    null,
                    "cannot be made, because nothing can be written in " + folder + reason
                            + "; choose another folder, or make this one writable");
            named.initCause(e);
            throw named;
        }
    }

    private static Path folderOf(Path target) {
        Path folder = target.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IllegalArgumentException(target + " has no parent folder to write into");
        }
        return folder;
    }

    private static Path neighbour(Path target) {
        return folderOf(target).resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    }

    private static void forceTree(Path root) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(root)) {
            paths = walk.toList();
        }
        for (Path path : paths) {
            force(path);
        }
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}

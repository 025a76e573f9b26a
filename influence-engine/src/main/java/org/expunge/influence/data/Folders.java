package org.expunge.influence.data;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.expunge.influence.io.BadInputException;

/** Looks into a user's folder, always in the same order. */
final class Folders {
    private Folders() {}

    static void requireDirectory(Path directory) throws BadInputException {
        if (!Files.exists(directory)) {
            throw new BadInputException(directory, "there is no such directory");
        }
        if (!Files.isDirectory(directory)) {
            throw new BadInputException(directory, "is a file, but a directory is expected");
        }
    }

    /** Lists what is in a directory, sorted by name; hidden files are left out. */
    static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.filter(child -> !name(child).startsWith("."))
                    .sorted()
                    .toList();
        } catch (AccessDeniedException e) {
            throw new BadInputException(directory.toString(), "may not be read; check its permissions", e);
        }
    }

    /** Returns the last part of a path. */
    static String name(Path file) {
        Path name = file.getFileName();
        return name == null ? file.toString() : name.toString();
    }
}

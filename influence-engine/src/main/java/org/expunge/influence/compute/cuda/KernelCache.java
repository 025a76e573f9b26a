package org.expunge.influence.compute.cuda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * Compiled kernels on disk. A cache that cannot be read or written is one that keeps nothing: kernels are compiled
 * again, which takes seconds.
 */
final class KernelCache {
    /** System property: the folder, instead of {@code expunge/kernels} in the user's cache folder. */
    static final String FOLDER = "expunge.cuda.cache";

    private final Path folder;

    KernelCache(Path folder) {
        this.folder = folder;
    }

    /** Returns the cache of this user. */
    static KernelCache ofUser() {
        String named = System.getProperty(FOLDER);
        if (named != null) {
            return new KernelCache(Path.of(named));
        }
        String caches = System.getenv("XDG_CACHE_HOME");
        Path base = caches == null || caches.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".cache")
                : Path.of(caches);
        return new KernelCache(base.resolve("expunge").resolve("kernels"));
    }

    byte @Nullable [] find(String key) {
        try {
            return Files.readAllBytes(file(key));
        } catch (IOException e) {
            return null; // not kept yet, or not readable: the same to the caller
        }
    }

    void keep(String key, byte[] code) {
        try {
            Files.createDirectories(folder);
            Path part = Files.createTempFile(folder, key, ".part");
            try {
                Files.write(part, code);
                Files.move(part, file(key), StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            System.getLogger(KernelCache.class.getName())
                    .log(System.Logger.Level.DEBUG, "compiled kernels could not be kept in " + folder, e);
        }
    }

    void forget(String key) {
        try {
            Files.deleteIfExists(file(key));
        } catch (IOException e) {
            System.getLogger(KernelCache.class.getName())
                    .log(System.Logger.Level.DEBUG, "compiled kernels could not be removed from " + folder, e);
        }
    }

    private Path file(String key) {
        return folder.resolve(key);
    }
}

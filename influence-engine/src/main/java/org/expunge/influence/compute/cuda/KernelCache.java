package org.expunge.influence.compute.cuda;

import com.google.common.hash.Hashing;
import com.google.common.primitives.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Compiled kernels on disk. A cache that cannot be read or written is one that keeps nothing: kernels are compiled
 * again, which takes seconds.
 */
final class KernelCache {
    /** System property: the folder, instead of {@code expunge/kernels} in the user's cache folder. */
    static final String FOLDER = "expunge.cuda.cache";

    /** Bytes of the SHA-256 that a file begins with. */
    private static final int DIGEST = 32;

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
        Path base = caches == null || caches.isEmpty() ? home().resolve(".cache") : Path.of(caches);
        return new KernelCache(base.resolve("expunge").resolve("kernels"));
    }

    /**
     * Returns the user's folder, or a temporary one of their own: Java says {@code ?} for a user without an account.
     */
    private static Path home() {
        Path home = Path.of(System.getProperty("user.home", ""));
        return home.isAbsolute()
                ? home
                : Path.of(System.getProperty("java.io.tmpdir"), "expunge-" + System.getProperty("user.name", ""));
    }

    /** Returns what was kept, if it is what was kept to the bit: a driver is told no length and would read on. */
    byte @Nullable [] find(String key) {
        try {
            byte[] file = Files.readAllBytes(file(key));
            if (file.length < DIGEST) {
                return null;
            }
            byte[] code = Arrays.copyOfRange(file, DIGEST, file.length);
            return Arrays.equals(digest(code), Arrays.copyOf(file, DIGEST)) ? code : null;
        } catch (IOException e) {
            return null; // not kept yet, or not readable: the same to the caller
        }
    }

    void keep(String key, byte[] code) {
        try {
            Files.createDirectories(folder);
            Path part = Files.createTempFile(folder, key, ".part");
            try {
                Files.write(part, Bytes.concat(digest(code), code), StandardOpenOption.SYNC);
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

    private static byte[] digest(byte[] code) {
        return Hashing.sha256().hashBytes(code).asBytes();
    }

    private Path file(String key) {
        return folder.resolve(key);
    }
}

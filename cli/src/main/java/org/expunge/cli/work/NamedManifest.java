package org.expunge.cli.work;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.expunge.influence.io.Digests;
import org.jspecify.annotations.Nullable;

/**
 * The manifest of an attack that a user named, as it was when figures were held against it. Where a run was trained
 * under an attack, its notes hold the whole manifest, and no file is named.
 *
 * @param file its absolute path
 * @param sha256 its digest, 64 hexadecimal digits
 */
public record NamedManifest(String file, String sha256) {
    /** The key in a run's notes. */
    static final String NOTE = "truth";

    /** What reports call the place where the truth came from. */
    public static final String TITLE = "known from";

    /**
     * Takes down a file.
     *
     * @param manifest the file
     * @throws IOException if it cannot be read
     */
    static NamedManifest of(Path manifest) throws IOException {
        return new NamedManifest(manifest.toAbsolutePath().normalize().toString(), Digests.sha256(manifest));
    }

    /** Returns what a run keeps under {@link #NOTE}. */
    Map<String, Object> note() {
        return Map.of("file", file, "sha256", sha256);
    }

    /**
     * Says where the truth came from, for reports.
     *
     * @param manifest that was named; null if the run itself knew
     */
    public static String source(@Nullable NamedManifest manifest) {
        return manifest == null
                ? "the run, which was trained under the attack"
                : manifest.file() + " (SHA-256 " + manifest.sha256() + ")";
    }
}

package org.expunge.unlearning.certified;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.SecretFiles;
import org.expunge.influence.training.TrainingRun;

/** Publishes a run and its secret together, or neither. */
final class HeadFiles {
    /** Writes a run. */
    @FunctionalInterface
    interface RunAction {
        /** Writes a run to a folder that does not exist. */
        void write(Path folder) throws IOException;
    }

    private HeadFiles() {}

    /**
     * Writes both.
     *
     * @param out the folder to appear
     * @param secret what {@link CertifiedRun#STATE} holds
     * @param action writes the rest
     * @return the run
     * @throws java.nio.file.FileAlreadyExistsException if {@code out} exists
     * @throws IOException if something cannot be written; {@code out} then does not exist
     */
    static TrainingRun publish(Path out, String secret, RunAction action) throws IOException {
        AtomicFiles.requireWritable(out);
        Path working = out.resolveSibling("." + out.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            action.write(working);
            SecretFiles.create(working.resolve(CertifiedRun.STATE), secret.getBytes(StandardCharsets.UTF_8));
            AtomicFiles.publish(working, out);
        } finally {
            if (Files.exists(working)) {
                MoreFiles.deleteRecursively(working, RecursiveDeleteOption.ALLOW_INSECURE);
            }
        }
        return TrainingRun.open(out);
    }
}

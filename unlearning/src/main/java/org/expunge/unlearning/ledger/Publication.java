package org.expunge.unlearning.ledger;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.BadInputException;

/**
 * A directory that is moved into place because an entry says so.
 *
 * @param staged complete, under its working name
 * @param target where it will be, on the same file system; must not exist
 */
public record Publication(Path staged, Path target) {
    /** Makes both paths absolute. */
    public Publication {
        staged = staged.toAbsolutePath().normalize();
        target = target.toAbsolutePath().normalize();
        checkArgument(!staged.equals(target), "%s is staged under its own name", target);
    }

    /**
     * Moves, unless that was done before.
     *
     * @throws BadInputException if neither is there, or both
     * @throws IOException if it cannot be moved
     */
    void finish() throws IOException {
        boolean isStaged = Files.exists(staged);
        boolean isPublished = Files.exists(target);
        if (isStaged == isPublished) {
            throw new BadInputException(
                    target,
                    isStaged
                            ? "exists, but the ledger has yet to move " + staged
                                    + " there; move it away, then try again"
                            : "the ledger has yet to move " + staged + " here, but that is gone; put it back");
        }
        if (isStaged) {
            AtomicFiles.publish(staged, target);
        }
    }
}

package org.expunge.unlearning.request;

import java.io.IOException;
import java.nio.file.Path;
import org.expunge.influence.io.BadInputException;
import org.jspecify.annotations.Nullable;

/**
 * A request and where it stands.
 *
 * @param request what is asked
 * @param file the file that it was read from; null if it was not read from a file
 */
public record GivenRequest(
        DeletionRequest request, @Nullable Path file) {
    /**
     * Finds its rows.
     *
     * @param finder knows the rows of a run
     * @throws BadInputException if it was read from a file, and its rows cannot be found; the message names file and
     *     request
     * @throws IllegalArgumentException if it was not read from a file, and its rows cannot be found
     * @throws IOException if the data cannot be read
     */
    public AskedRequest in(RowFinder finder) throws IOException {
        try {
            return finder.find(request);
        } catch (IllegalArgumentException e) {
            if (file == null) {
                throw e;
            }
            String id = request.requestId();
            throw new BadInputException(
                    file.toString(), (id == null ? "" : "request " + id + ": ") + e.getMessage(), e);
        }
    }
}

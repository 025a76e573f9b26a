package org.expunge.unlearning.request;

import java.util.List;

/**
 * What the ledger keeps of a batch that was given up: the run before stands, and its requests are still open.
 *
 * @param batch its name
 * @param requests ids of the requests in it
 * @param parentDigest SHA-256 of the manifest of the run before
 * @param method how it was tried
 * @param reason why it was given up, such as {@code verification failed}
 * @param rows how many rows were to be removed
 * @param rowTokens keyed names of those rows, sorted; the key can be shredded
 */
public record FailedBatch(
        String batch,
        List<String> requests,
        String parentDigest,
        String method,
        String reason,
        int rows,
        List<String> rowTokens) {
    /** Copies the lists. */
    public FailedBatch {
        requests = List.copyOf(requests);
        rowTokens = List.copyOf(rowTokens);
    }
}

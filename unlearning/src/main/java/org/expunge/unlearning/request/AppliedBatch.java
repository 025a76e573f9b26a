package org.expunge.unlearning.request;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.expunge.unlearning.ledger.Envelope;

/**
 * What the ledger keeps of a batch that was applied.
 *
 * @param batch its name
 * @param requests ids of the requests in it
 * @param run name of the directory of the run that came out
 * @param runDigest SHA-256 of that run's manifest, which holds the digests of its files
 * @param parentDigest SHA-256 of the manifest of the run before
 * @param modelDigest SHA-256 of the new model's file
 * @param rowTokens keyed names of the removed rows, sorted; the key can be shredded
 * @param attestation the signed statement on what was done and measured
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AppliedBatch(
        String batch,
        List<String> requests,
        String run,
        String runDigest,
        String parentDigest,
        String modelDigest,
        List<String> rowTokens,
        Envelope attestation) {
    /** Copies the lists. */
    public AppliedBatch {
        requests = List.copyOf(requests);
        rowTokens = List.copyOf(rowTokens);
    }
}

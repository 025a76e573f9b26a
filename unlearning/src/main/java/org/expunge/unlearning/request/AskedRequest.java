package org.expunge.unlearning.request;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request whose rows are known, without what its selectors hold.
 *
 * @param request its id; null if it has none
 * @param receivedAt when it came in; null if that is not said
 * @param legalBasis what it rests on; null if that is not said
 * @param dueAt when it must be done; null if that is not said
 * @param selectors what kinds of selectors it has
 * @param selectorDigest SHA-256 of the selectors
 * @param ids the rows that it means, also those that the run lost before
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AskedRequest(
        @Nullable String request,
        @Nullable String receivedAt,
        @Nullable String legalBasis,
        @Nullable String dueAt,
        List<String> selectors,
        String selectorDigest,
        List<String> ids) {
    /** Copies the lists. */
    public AskedRequest {
        selectors = List.copyOf(selectors);
        ids = List.copyOf(ids);
    }

    /** Returns the same request, resolved. */
    AskedRequest withIds(List<String> found) {
        return new AskedRequest(request, receivedAt, legalBasis, dueAt, selectors, selectorDigest, found);
    }
}

package org.expunge.unlearning.request;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger keeps of a request: nothing of what its selectors hold.
 *
 * @param request its id
 * @param receivedAt when it came in, as the request says; null if it does not
 * @param legalBasis what it rests on; null if that is not said
 * @param dueAt when it must be done; null if that is not said
 * @param selectors what kinds of selectors it has
 * @param selectorToken keyed hash of the selectors, to know the same request again; its key can be shredded
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReceivedRequest(
        String request,
        @Nullable String receivedAt,
        @Nullable String legalBasis,
        @Nullable String dueAt,
        List<String> selectors,
        String selectorToken) {
    /** Copies the list. */
    public ReceivedRequest {
        selectors = List.copyOf(selectors);
    }
}

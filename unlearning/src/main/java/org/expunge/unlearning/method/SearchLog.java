package org.expunge.unlearning.method;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link CandidateSearch} tried and took: the part that the details of every searching method share.
 *
 * @param options the settings
 * @param before the model before
 * @param overForgottenBelow the membership AUC below which a candidate was refused, if bounded
 * @param candidates all that were tried, in order
 * @param chosen the one that was taken; null if none was acceptable
 */
public record SearchLog(
        CandidateSearch.Options options,
        CandidateFigures before,
        double overForgottenBelow,
        List<Candidate> candidates,
        @Nullable Candidate chosen) {
    /** Copies the list. */
    public SearchLog {
        candidates = List.copyOf(candidates);
    }

    /** Returns a sentence that says so if no candidate changed anything, and nothing otherwise. */
    public Optional<String> noOp() {
        boolean isNoOp = candidates.stream().allMatch(c -> c.decision() == Candidate.Decision.UNCHANGED);
        return isNoOp
                ? Optional.of(
                        "None of " + candidates.size()
                                + " candidates changed the losses of the rows to forget: on this model the method does nothing.")
                : Optional.empty();
    }
}

package org.expunge.unlearning;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.expunge.influence.data.Dataset;

/**
 * Which rows are to be forgotten, by id.
 *
 * @param ids at least one; sorted, each once
 */
public record ForgetRequest(List<String> ids) {
    private static final int NAMED_IN_MESSAGES = 10;

    /** Sorts the ids and drops repetitions. */
    public ForgetRequest {
        checkArgument(!ids.isEmpty(), "the request names no rows; give at least one row id");
        ids = List.copyOf(new TreeSet<>(ids));
    }

    /** Asks to forget the rows with these ids. */
    public static ForgetRequest of(Collection<String> ids) {
        return new ForgetRequest(List.copyOf(ids));
    }

    /**
     * Finds the rows.
     *
     * @param train the rows that the model was trained on
     * @return the rows to forget and those that remain
     * @throws IllegalArgumentException if an id is unknown (the message names up to ten of them), or if no row would
     *     remain
     */
    public ForgetSet in(Dataset train) {
        Set<String> known = new HashSet<>(train.ids());
        List<String> unknown = ids.stream().filter(id -> !known.contains(id)).toList();
        checkArgument(
                unknown.isEmpty(),
                "%s of %s row ids are not among the %s training rows of %s: %s%s; nothing was changed",
                unknown.size(),
                ids.size(),
                train.size(),
                train.name(),
                String.join(", ", unknown.subList(0, Math.min(NAMED_IN_MESSAGES, unknown.size()))),
                unknown.size() > NAMED_IN_MESSAGES ? ", …" : "");
        return ForgetSet.of(train, train.rowsOf(ids));
    }
}

package org.expunge.unlearning.request;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One way to name rows; exactly one component is set.
 *
 * @param ids their ids
 * @param tokens their keyed hashes, as in the run's {@code rows.csv}
 * @param key hashes of a column
 * @param where a condition, as {@link RowPredicate} reads it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Selector(
        @Nullable List<String> ids,
        @Nullable List<String> tokens,
        @Nullable KeyHashes key,
        @Nullable String where) {
    /** Checks that one component is set and can be read. */
    public Selector {
        long set = Stream.of(ids, tokens, key, where).filter(Objects::nonNull).count();
        checkArgument(set == 1, "a selector has one of ids, tokens, key and where, but this one has %s", set);
        ids = ids == null ? null : ids.stream().sorted().distinct().toList();
        tokens = tokens == null
                ? null
                : tokens.stream()
                        .map(token -> token.toLowerCase(Locale.ROOT))
                        .sorted()
                        .distinct()
                        .toList();
        if (tokens != null) {
            tokens.forEach(KeyHashes::checkHash);
        }
        if (where != null) {
            RowPredicate.parse(where);
        }
    }

    /** Names rows by id. */
    public static Selector ofIds(List<String> ids) {
        return new Selector(ids, null, null, null);
    }

    /** Names rows by the run's keyed hashes. */
    public static Selector ofTokens(List<String> tokens) {
        return new Selector(null, tokens, null, null);
    }

    /** Names rows by hashes of a column. */
    public static Selector of(KeyHashes key) {
        return new Selector(null, null, key, null);
    }

    /** Names rows by a condition. */
    public static Selector where(String condition) {
        return new Selector(null, null, null, condition);
    }

    /** Says what kind of selector this is, without any value that it holds. */
    public String kind() {
        if (ids != null) {
            return "row ids";
        }
        if (tokens != null) {
            return "row tokens";
        }
        return key != null
                ? "hashes of column " + key.column()
                : "a condition on " + String.join(", ", sorted(RowPredicate.parse(Objects.requireNonNull(where))));
    }

    private static List<String> sorted(RowPredicate condition) {
        return condition.columns().stream().sorted().toList();
    }
}

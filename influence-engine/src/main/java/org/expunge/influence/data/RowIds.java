package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Suppliers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The unique ids of a data set's rows, with an index that is built on the first look-up. */
final class RowIds {
    private final List<String> ids;
    private final Supplier<Map<String, Integer>> index;

    private RowIds(List<String> ids, Supplier<Map<String, Integer>> index) {
        this.ids = Collections.unmodifiableList(ids);
        this.index = index;
    }

    private static RowIds unique(List<String> ids) {
        return new RowIds(ids, Suppliers.memoize(() -> indexOf(ids)));
    }

    /** Copies ids and refuses one that appears twice. */
    static RowIds of(List<String> ids) {
        List<String> copy = List.copyOf(ids);
        Map<String, Integer> index = indexOf(copy);
        return new RowIds(copy, () -> index);
    }

    /** Names rows {@code prefix-0}, {@code prefix-1} and so on. */
    static RowIds numbered(String prefix, int count) {
        return unique(IntStream.range(0, count).mapToObj(i -> prefix + "-" + i).toList());
    }

    private static Map<String, Integer> indexOf(List<String> ids) {
        Map<String, Integer> index = new HashMap<>(ids.size() * 2);
        for (int i = 0; i < ids.size(); i++) {
            Integer earlier = index.put(ids.get(i), i);
            checkArgument(earlier == null, "rows %s and %s have the same id '%s'", earlier, i, ids.get(i));
        }
        return index;
    }

    List<String> list() {
        return ids;
    }

    @Nullable
    Integer rowOf(String id) {
        return index.get().get(id);
    }

    /** The rows are distinct, so the ids stay unique. */
    RowIds select(int[] rows) {
        List<String> selected = new ArrayList<>(rows.length);
        for (int row : rows) {
            selected.add(ids.get(row));
        }
        return unique(selected);
    }

    RowIds concat(RowIds other) {
        List<String> all = new ArrayList<>(ids);
        all.addAll(other.ids);
        return of(all);
    }
}

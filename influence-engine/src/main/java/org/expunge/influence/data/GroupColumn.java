package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Ints;
import java.util.List;
import java.util.stream.IntStream;

/** A column that puts each row into a named group, such as a sensitive attribute. */
final class GroupColumn {
    private final List<String> names;
    private final int[] codes;

    /** Keeps the codes, each an index into {@code names}. */
    GroupColumn(List<String> names, int[] codes) {
        this.names = List.copyOf(names);
        this.codes = codes;
        Rows.checkWithin(codes, names.size());
    }

    List<String> names() {
        return names;
    }

    int rows() {
        return codes.length;
    }

    int[] codes() {
        return codes.clone();
    }

    GroupColumn select(int[] rows) {
        return new GroupColumn(names, IntStream.of(rows).map(row -> codes[row]).toArray());
    }

    GroupColumn concat(GroupColumn other) {
        checkArgument(names.equals(other.names), "groups %s cannot follow groups %s", other.names, names);
        return new GroupColumn(names, Ints.concat(codes, other.codes));
    }
}

package org.expunge.influence.score.target;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.data.Dataset;

/**
 * Two groups of rows that a gap is taken between.
 *
 * @param column the group column
 * @param first the group that a gap counts positive for
 * @param second the group that a gap counts negative for; rows in neither take no part
 */
public record Groups(String column, String first, String second) {
    /** Checks that they differ. */
    public Groups {
        checkArgument(!first.equals(second), "a gap needs two groups, but both are '%s'", first);
    }

    /** Returns 1 for rows of the first group, −1 for the second, 0 for others. */
    int[] sides(Dataset rows) {
        int[] codes = rows.groups().get(column);
        checkArgument(
                codes != null,
                "%s has no group column '%s', only %s; name one with group=%s",
                rows.name(),
                column,
                rows.groups().keySet(),
                column);
        List<String> names = rows.groupNames(column);
        int plus = index(names, first);
        int minus = index(names, second);
        int[] sides = new int[rows.size()];
        for (int j = 0; j < sides.length; j++) {
            sides[j] = codes[j] == plus ? 1 : codes[j] == minus ? -1 : 0;
        }
        return sides;
    }

    private int index(List<String> names, String name) {
        int index = names.indexOf(name);
        checkArgument(index >= 0, "group column '%s' has no group '%s', only %s", column, name, names);
        return index;
    }
}

package org.expunge.influence.score.target;

import static com.google.common.base.Preconditions.checkArgument;

/** The share that each row has in the difference of two groups' means. */
final class GroupMeans {
    private GroupMeans() {}

    /**
     * Returns {@code 1/n₊} for rows of the first group, {@code −1/n₋} for those of the second and 0 for others.
     *
     * @param target name, for messages
     * @param groups the groups, for messages
     * @param sides 1, −1 or 0 a row
     */
    static double[] shares(String target, Groups groups, int[] sides) {
        int plus = count(sides, 1);
        int minus = count(sides, -1);
        checkArgument(
                plus >= 1 && minus >= 1,
                "the target %s needs validation rows of both groups, but '%s' has %s that count and '%s' has %s",
                target,
                groups.first(),
                plus,
                groups.second(),
                minus);
        double[] shares = new double[sides.length];
        for (int j = 0; j < sides.length; j++) {
            shares[j] = sides[j] > 0 ? 1.0 / plus : sides[j] < 0 ? -1.0 / minus : 0;
        }
        return shares;
    }

    private static int count(int[] sides, int side) {
        int count = 0;
        for (int s : sides) {
            count += s == side ? 1 : 0;
        }
        return count;
    }
}

package org.expunge.influence.retraining;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkElementIndex;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.expunge.influence.io.NpyArray;

/** Subsets of n rows. Immutable; {@code s · n} bytes. */
public final class Subsets {
    private final int rows;
    private final boolean[][] masks;

    private Subsets(int rows, boolean[][] masks) {
        this.rows = rows;
        this.masks = masks;
    }

    /**
     * Holds subsets.
     *
     * @param masks s × n: whether a row is in; at least one subset
     */
    public static Subsets of(boolean[][] masks) {
        checkArgument(masks.length >= 1, "there is no subset");
        int rows = masks[0].length;
        for (int s = 0; s < masks.length; s++) {
            checkArgument(masks[s].length == rows, "subset %s is of %s rows, not %s", s, masks[s].length, rows);
        }
        return new Subsets(rows, copy(masks));
    }

    /**
     * Draws subsets of one size, each row equally likely.
     *
     * @param rows n, at least 2
     * @param count s, at least 1
     * @param share α: a subset has {@code round(α n)} rows, at least 1 and fewer than n
     * @param seed decides the draws
     */
    public static Subsets random(int rows, int count, double share, long seed) {
        checkArgument(count >= 1, "count must be at least 1, got %s", count);
        int size = (int) Math.round(share * rows);
        checkArgument(size >= 1 && size < rows, "a share of " + share + " of %s rows leaves nothing in or out", rows);
        SplittableRandom random = new SplittableRandom(seed);
        boolean[][] masks = new boolean[count][rows];
        for (boolean[] mask : masks) {
            int missing = size;
            for (int i = 0; i < rows; i++) {
                mask[i] = random.nextInt(rows - i) < missing;
                missing -= mask[i] ? 1 : 0;
            }
        }
        return new Subsets(rows, masks);
    }

    /** Holds all n rows, and after them n rows without each of {@code left} in turn. */
    public static Subsets leavingOut(int rows, int[] left) {
        return leavingOut(rows, Arrays.stream(left).mapToObj(i -> new int[] {i}).toList());
    }

    /** Holds all n rows, and after them n rows without each of {@code groups} in turn. */
    public static Subsets leavingOut(int rows, List<int[]> groups) {
        boolean[][] masks = new boolean[groups.size() + 1][rows];
        Arrays.fill(masks[0], true);
        for (int s = 1; s < masks.length; s++) {
            int[] group = groups.get(s - 1);
            Arrays.fill(masks[s], true);
            for (int i : group) {
                checkArgument(masks[s][checkElementIndex(i, rows, "row")], "row %s is left out twice", i);
                masks[s][i] = false;
            }
        }
        return new Subsets(rows, masks);
    }

    /** Reads what {@link #toNpy} wrote. */
    static Subsets of(NpyArray array) {
        byte[] bytes = array.toBytes();
        int rows = array.shape()[1];
        boolean[][] masks = new boolean[array.shape()[0]][rows];
        for (int i = 0; i < bytes.length; i++) {
            masks[i / rows][i % rows] = bytes[i] != 0;
        }
        return new Subsets(rows, masks);
    }

    /** The masks, s × n, 1 where a row is in. */
    NpyArray toNpy() {
        byte[] bytes = new byte[masks.length * rows];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (masks[i / rows][i % rows] ? 1 : 0);
        }
        return NpyArray.of(bytes, masks.length, rows);
    }

    /** Returns n. */
    public int rows() {
        return rows;
    }

    /** Returns s. */
    public int count() {
        return masks.length;
    }

    /** Returns whether a row is in a subset. */
    public boolean contains(int subset, int row) {
        return masks[checkElementIndex(subset, masks.length, "subset")][checkElementIndex(row, rows, "row")];
    }

    /** Returns the rows of a subset, ascending. */
    public int[] rowsOf(int subset) {
        boolean[] mask = masks[checkElementIndex(subset, masks.length, "subset")];
        return IntStream.range(0, rows).filter(i -> mask[i]).toArray();
    }

    /** Returns s × n: whether a row is in; a copy. */
    public boolean[][] masks() {
        return copy(masks);
    }

    private static boolean[][] copy(boolean[][] masks) {
        return Arrays.stream(masks).map(boolean[]::clone).toArray(boolean[][]::new);
    }
}

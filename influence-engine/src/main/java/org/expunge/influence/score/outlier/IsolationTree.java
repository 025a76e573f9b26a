package org.expunge.influence.score.outlier;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** One tree of random cuts. Nodes lie in lists, the root first. */
final class IsolationTree {
    private static final int LEAF = -1;

    private final List<Node> nodes = new ArrayList<>();
    private final SplittableRandom random;
    private final int limit;

    /**
     * A cut, or a leaf.
     *
     * @param column the column cut; {@link #LEAF} at a leaf
     * @param cut rows up to it go left
     * @param left index of the left child
     * @param right index of the right child
     * @param depth of a leaf, with what its rows would take to be separated
     */
    private record Node(int column, double cut, int left, int right, double depth) {}

    private IsolationTree(SplittableRandom random, int limit) {
        this.random = random;
        this.limit = limit;
    }

    /** Grows to a depth of {@code ⌈log₂ ψ⌉}. */
    static IsolationTree grow(double[][] sample, SplittableRandom random) {
        int limit = Integer.SIZE - Integer.numberOfLeadingZeros(sample.length - 1);
        IsolationTree tree = new IsolationTree(random, limit);
        tree.add(sample, 0);
        return tree;
    }

    private int add(double[][] rows, int depth) {
        int index = nodes.size();
        int column = depth < limit && rows.length > 1 ? columnToCut(rows) : LEAF;
        nodes.add(new Node(LEAF, 0, 0, 0, depth + IsolationForest.averageDepth(rows.length)));
        if (column != LEAF) {
            double least = least(rows, column);
            double most = most(rows, column);
            double drawn = least + random.nextDouble() * (most - least);
            double cut = drawn < most ? drawn : Math.nextDown(most);
            int left = add(part(rows, column, cut, true), depth + 1);
            int right = add(part(rows, column, cut, false), depth + 1);
            nodes.set(index, new Node(column, cut, left, right, 0));
        }
        return index;
    }

    /** Draws among the columns that are not constant; {@link #LEAF} if all are. */
    private int columnToCut(double[][] rows) {
        int[] columns = new int[rows[0].length];
        Arrays.setAll(columns, c -> c);
        for (int left = columns.length; left > 0; left--) {
            int drawn = random.nextInt(left);
            int column = columns[drawn];
            if (least(rows, column) < most(rows, column)) {
                return column;
            }
            columns[drawn] = columns[left - 1];
        }
        return LEAF;
    }

    private static double least(double[][] rows, int column) {
        double least = rows[0][column];
        for (double[] row : rows) {
            least = Math.min(least, row[column]);
        }
        return least;
    }

    private static double most(double[][] rows, int column) {
        double most = rows[0][column];
        for (double[] row : rows) {
            most = Math.max(most, row[column]);
        }
        return most;
    }

    private static double[][] part(double[][] rows, int column, double cut, boolean isLeft) {
        return Arrays.stream(rows).filter(row -> row[column] <= cut == isLeft).toArray(double[][]::new);
    }

    /** Returns h(x). */
    double depth(double[] row) {
        Node node = nodes.get(0);
        while (node.column() != LEAF) {
            node = nodes.get(row[node.column()] <= node.cut() ? node.left() : node.right());
        }
        return node.depth();
    }
}

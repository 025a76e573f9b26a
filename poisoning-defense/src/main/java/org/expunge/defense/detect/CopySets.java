package org.expunge.defense.detect;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;

/**
 * Sets of training rows that are copies of each other: equal in every feature, or so near that the model cannot tell
 * them apart. Being a copy carries over: a copy of a copy is in the same set.
 *
 * <p><b>Accuracy.</b> Equal rows are found for certain. A near pair is found if one is among the other's nearest rows;
 * larger sets hold together through common neighbours.
 *
 * <p><b>Cost.</b> That of the neighbours in raw space, which other detectors share.
 *
 * @param setOf for each row, the smallest row of its set; itself if it has no copy
 * @param sets the sets of two rows and more, each ascending, in the order of their first row
 * @param nearDistance the largest raw distance of a near pair
 */
record CopySets(List<Integer> setOf, List<List<Integer>> sets, double nearDistance) {
    /**
     * When two rows are near.
     *
     * @param nearShare largest raw distance, as a share of the median distance to the last of the nearest rows that are
     *     looked at (the tenth, usually), at least 0; 0 leaves equal rows alone
     * @param leastCosine smallest cosine of the penultimate features, at most 1
     */
    record Options(double nearShare, double leastCosine) {
        /**
         * A seventh of the usual distance, so that rows which merely lie dense, as in a table of few columns, do not
         * chain into one set; and features in the same direction to 8 degrees.
         */
        static final Options DEFAULT = new Options(0.15, 0.99);

        Options {
            checkArgument(nearShare >= 0, "nearShare must be 0 or more, got %s", nearShare);
            checkArgument(leastCosine <= 1, "leastCosine must be at most 1, got %s", leastCosine);
        }
    }

    CopySets {
        setOf = List.copyOf(setOf);
        sets = sets.stream().map(List::copyOf).toList();
    }

    /** Finds the sets among a setting's rows. */
    static CopySets of(ScanSetting setting, Options options) {
        Dataset train = setting.train();
        int[] parent = new int[train.size()];
        Arrays.setAll(parent, i -> i);
        joinEqual(train, parent);
        Neighbours neighbours = setting.rawNeighbours();
        double near = options.nearShare() * usualDistance(neighbours);
        for (int i = 0; i < parent.length; i++) {
            for (int k = 0; k < neighbours.count() && neighbours.distance(i, k) <= near; k++) {
                int other = neighbours.row(i, k);
                double[][] features = setting.features();
                if (cosine(features[i], features[other]) >= options.leastCosine()) {
                    join(parent, i, other);
                }
            }
        }
        return of(parent, near);
    }

    private static CopySets of(int[] parent, double near) {
        Map<Integer, List<Integer>> bySmallest = new TreeMap<>();
        List<Integer> setOf = new ArrayList<>();
        for (int i = 0; i < parent.length; i++) {
            int root = root(parent, i);
            setOf.add(root);
            bySmallest.computeIfAbsent(root, r -> new ArrayList<>()).add(i);
        }
        return new CopySets(
                setOf,
                bySmallest.values().stream().filter(set -> set.size() > 1).toList(),
                near);
    }

    private static void joinEqual(Dataset train, int[] parent) {
        Map<Integer, List<Integer>> firstByHash = new HashMap<>();
        for (int i = 0; i < parent.length; i++) {
            double[] row = train.row(i);
            List<Integer> sameHash = firstByHash.computeIfAbsent(Arrays.hashCode(row), h -> new ArrayList<>());
            boolean isNew = true;
            for (int first : sameHash) {
                if (Arrays.equals(train.row(first), row)) {
                    join(parent, first, i);
                    isNew = false;
                    break;
                }
            }
            if (isNew) {
                sameHash.add(i);
            }
        }
    }

    /** Returns the median distance to the last neighbour. */
    private static double usualDistance(Neighbours neighbours) {
        return IntStream.range(0, neighbours.size())
                .mapToDouble(i -> neighbours.distance(i, neighbours.count() - 1))
                .sorted()
                .skip(neighbours.size() / 2)
                .findFirst()
                .orElse(0);
    }

    private static double cosine(double[] a, double[] b) {
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int j = 0; j < a.length; j++) {
            ab += a[j] * b[j];
            aa += a[j] * a[j];
            bb += b[j] * b[j];
        }
        return aa == 0 || bb == 0 ? (aa == bb ? 1 : 0) : ab / Math.sqrt(aa) / Math.sqrt(bb);
    }

    private static void join(int[] parent, int a, int b) {
        int first = root(parent, a);
        int second = root(parent, b);
        parent[Math.max(first, second)] = Math.min(first, second);
    }

    private static int root(int[] parent, int i) {
        int at = i;
        while (parent[at] != at) {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        return at;
    }
}

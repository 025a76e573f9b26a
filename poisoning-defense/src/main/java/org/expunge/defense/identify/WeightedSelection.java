package org.expunge.defense.identify;

/** Selection by counted weight: expected O(n), without sorting. */
final class WeightedSelection {
    private WeightedSelection() {}

    /**
     * Returns the smallest of the values up to which the weights add up to {@code wanted}.
     *
     * @param values the values; put into another order
     * @param weights their weights, positive; put into the same order
     * @param count how many of them count
     * @param wanted from 1 to the sum of the weights
     */
    static double smallest(double[] values, long[] weights, int count, long wanted) {
        int from = 0;
        int to = count;
        long before = 0;
        while (true) {
            double pivot = middle(values[from], values[(from + to) >>> 1], values[to - 1]);
            int less = from;
            int greater = to;
            long lessWeight = 0;
            long equalWeight = 0;
            for (int i = from; i < greater; ) {
                if (values[i] < pivot) {
                    lessWeight += weights[i];
                    swap(values, weights, i++, less++);
                } else if (values[i] > pivot) {
                    swap(values, weights, i, --greater);
                } else {
                    equalWeight += weights[i++];
                }
            }
            if (wanted <= before + lessWeight) {
                to = less;
            } else if (wanted <= before + lessWeight + equalWeight) {
                return pivot;
            } else {
                before += lessWeight + equalWeight;
                from = greater;
            }
        }
    }

    private static double middle(double a, double b, double c) {
        return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    }

    private static void swap(double[] values, long[] weights, int i, int j) {
        double value = values[i];
        values[i] = values[j];
        values[j] = value;
        long weight = weights[i];
        weights[i] = weights[j];
        weights[j] = weight;
    }
}

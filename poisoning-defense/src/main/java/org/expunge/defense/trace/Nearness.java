package org.expunge.defense.trace;

import java.util.Arrays;
import org.expunge.influence.data.Dataset;

/** Nearness of inputs to rows by their features alone, larger where they are nearer. */
@FunctionalInterface
interface Nearness {
    /** Compares an input with each of the rows. */
    double[] of(double[] input);

    /** Says how rows are compared. */
    @FunctionalInterface
    interface Space {
        /** Learns from the rows that are compared, and from no others. */
        Space OF_ROWS = rows -> of(rows).to(rows);

        /** Prepares a comparison with some rows, at least 1. */
        Nearness to(Dataset rows);

        /**
         * Compares text by its words, all else by the negative Euclidean distance.
         *
         * @param train rows by which it is known how rare words are
         */
        static Space of(Dataset train) {
            if (train.words().isPresent()) {
                WordWeights weights = new WordWeights(train);
                return rows -> new WordNearness(weights, rows)::of;
            }
            return rows -> {
                double[][] points = Affinities.features(rows);
                return input -> Arrays.stream(points)
                        .mapToDouble(point -> -Affinities.distance(point, input))
                        .toArray();
            };
        }
    }
}

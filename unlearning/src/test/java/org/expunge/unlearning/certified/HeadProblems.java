package org.expunge.unlearning.certified;

import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;

/** Small problems with overlapping classes for heads. */
final class HeadProblems {
    private HeadProblems() {}

    /** Returns rows of Gaussian features whose class is the largest of as many noisy linear scores. */
    static Dataset rows(int count, int features, int classes, long seed) {
        Random random = new Random(seed);
        double[] planes = random.doubles((long) classes * features, -1, 1).toArray();
        double[] x = new double[count * features];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            double best = Double.NEGATIVE_INFINITY;
            for (int j = 0; j < features; j++) {
                x[i * features + j] = random.nextGaussian() + 0.3;
            }
            for (int k = 0; k < classes; k++) {
                double score = random.nextGaussian();
                for (int j = 0; j < features; j++) {
                    score += planes[k * features + j] * x[i * features + j];
                }
                labels[i] = score > best ? k : labels[i];
                best = Math.max(best, score);
            }
        }
        return Dataset.of("rows", Shape.flat(features), Features.of(x, features), Targets.classes(labels, classes))
                .withIds(IntStream.range(0, count).mapToObj(i -> "r" + i).toList());
    }
}

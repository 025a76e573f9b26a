package org.expunge.influence.score;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.expunge.influence.gradient.GradientBatch;

/** Inverse norms of a batch of queries, whole and by layer; 0 for one without a direction. */
final class QueryNorms {
    private final double[] inverse;
    private final Map<Integer, double[]> inverseByLayer = new HashMap<>();
    private final long layerZeros;

    QueryNorms(GradientBatch queries) {
        double[] total = new double[queries.examples()];
        long zeros = 0;
        for (int node : queries.view().nodes()) {
            double[] squared = queries.squaredNorms(node);
            Arrays.setAll(total, q -> total[q] + squared[q]);
            double[] layer = DirectionLog.inverseNorms(squared);
            inverseByLayer.put(node, layer);
            zeros += DirectionLog.zeros(layer, layer.length);
        }
        this.inverse = DirectionLog.inverseNorms(total);
        this.layerZeros = zeros;
    }

    double[] inverse() {
        return inverse;
    }

    double[] inverseOfLayer(int node) {
        return inverseByLayer.getOrDefault(node, inverse);
    }

    long belowFloor(Measure measure) {
        return measure == Measure.LAYER_COSINE ? layerZeros : DirectionLog.zeros(inverse, inverse.length);
    }
}

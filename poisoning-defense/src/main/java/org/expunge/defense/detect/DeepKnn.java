package org.expunge.defense.detect;

import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;

/**
 * Deep kNN: rows whose nearest rows in penultimate features carry another label.
 *
 * <p><b>Units.</b> The share of neighbours with another label; a row is flagged if another label is the most common
 * among them, ties going to its own.
 *
 * <p><b>Accuracy.</b> Finds single poisons among honest rows. A backdoor's rows are each other's neighbours.
 *
 * <p><b>Cost.</b> O(n²d), shared with the other detectors that look at neighbours.
 *
 * <p><b>Source.</b> N. Peri et al., "Deep k-NN Defense Against Clean-label Data Poisoning Attacks", 2020.
 */
public final class DeepKnn implements Detector {
    @Override
    public String name() {
        return "deep-knn";
    }

    @Override
    public String rule() {
        return "another label leads among its neighbours";
    }

    @Override
    public Detection detect(ScanSetting setting) {
        Neighbours neighbours = setting.featureNeighbours();
        return Detection.of(
                this,
                disagreement(setting.train(), neighbours),
                outvoted(setting.train(), neighbours),
                neighbours.count() + " neighbours");
    }

    /** Returns for each row the share of its neighbours that carry another label. */
    static double[] disagreement(Dataset train, Neighbours neighbours) {
        return IntStream.range(0, neighbours.size())
                .mapToDouble(i -> 1 - votes(train, neighbours, i)[train.label(i)] / (double) neighbours.count())
                .toArray();
    }

    /** Returns the rows whose label has fewer votes than another. */
    static int[] outvoted(Dataset train, Neighbours neighbours) {
        return IntStream.range(0, neighbours.size())
                .filter(i -> {
                    int[] votes = votes(train, neighbours, i);
                    return IntStream.of(votes).max().orElse(0) > votes[train.label(i)];
                })
                .toArray();
    }

    private static int[] votes(Dataset train, Neighbours neighbours, int row) {
        int[] votes = new int[train.classes()];
        for (int k = 0; k < neighbours.count(); k++) {
            votes[train.label(neighbours.row(row, k))]++;
        }
        return votes;
    }
}

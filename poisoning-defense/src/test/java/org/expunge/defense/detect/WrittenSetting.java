package org.expunge.defense.detect;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.preset.Presets;
import org.expunge.influence.training.Checkpoint;

/**
 * Settings whose features are written down: the model has one layer, so its penultimate features are the rows
 * themselves.
 */
final class WrittenSetting {
    static final Engine ENGINE = new Engine(new ReferenceCompute(), new Workers(1), 8);

    private WrittenSetting() {}

    /** Rows with these features and labels. */
    static Dataset rows(double[][] features, int[] labels, int classes) {
        double[] flat = Arrays.stream(features).flatMapToDouble(Arrays::stream).toArray();
        int width = features[0].length;
        return Dataset.of("written", Shape.flat(width), Features.of(flat, width), Targets.classes(labels, classes));
    }

    /** A setting of such rows under a model that knows nothing. */
    static ScanSetting of(double[][] features, int[] labels, int classes) {
        return of(rows(features, labels, classes), new double[0][]);
    }

    /** A setting of rows with checkpoints that hold these parameters; zeros if there are none. */
    static ScanSetting of(Dataset rows, double[][] parameters) {
        Network network = Presets.logistic(rows.shape(), rows.targets().width());
        double[][] given = parameters.length > 0
                ? parameters
                : new double[][] {new double[network.layout().length()]};
        List<Checkpoint> checkpoints = IntStream.range(0, given.length)
                .mapToObj(t -> new Checkpoint(t + 1, t + 1, 0.1, 4, new Model(network, given[t], new double[0])))
                .toList();
        return new ScanSetting(
                ENGINE, rows, rows.select(new int[0]), checkpoints, Optional.empty(), ScanSetting.Options.DEFAULT);
    }
}

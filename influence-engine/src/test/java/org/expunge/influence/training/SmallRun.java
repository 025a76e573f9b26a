package org.expunge.influence.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;

/** A run on a table of a few rows, in a folder that tests may change. */
record SmallRun(Engine engine, Path folder) {
    /** The first line of the table. */
    static final String HEADER = "f0,f1,f2,f3,label\n";

    /** A table of 60 rows that the test may change. */
    Path table() throws IOException {
        Dataset data = TrainingFixtures.blobs(60, 4);
        StringBuilder text = new StringBuilder(HEADER);
        double[] row = new double[TrainingFixtures.WIDTH];
        for (int i = 0; i < data.size(); i++) {
            data.features().read(i, row, 0);
            for (double value : row) {
                text.append(value).append(',');
            }
            text.append("abc".charAt(data.label(i))).append('\n');
        }
        return Files.writeString(folder.resolve("rows.csv"), text);
    }

    Recipe recipe() throws IOException {
        DataSpec source = DataSpec.parse("csv:" + table() + "?label=label");
        TrainingOptions options = TrainingOptions.DEFAULT
                .withOptimizer(Optimizer.of(Optimizer.Kind.ADAM))
                .withSchedule(Schedule.cosine(0.02))
                .withEpochs(4)
                .withBatchSize(10)
                .withCheckpoints(CheckpointPolicy.spread(5))
                .withEarlyStopping(new EarlyStopping(3, 0));
        return new Recipe(9, DataRecipe.of(source), ModelRecipe.mlp(5), options);
    }

    Path out() {
        return folder.resolve("run");
    }

    TrainingRun create() throws IOException {
        return TrainingRun.create(out(), recipe(), engine, TrainingListener.NONE);
    }

    static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }
}

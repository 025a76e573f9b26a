package org.expunge.unlearning.certified;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.training.DataRecipe;
import org.expunge.influence.training.ModelRecipe;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.influence.training.TrainingRun;

/** Tables that heads are trained on, and trunks for them, in a folder. */
record HeadTables(Engine engine, Path folder) {
    Path write(String name, Dataset rows) throws IOException {
        return write(name, rows, "%s");
    }

    Path write(String name, Dataset rows, String format) throws IOException {
        StringBuilder text = new StringBuilder("id,a,b,c,d,class\n");
        for (int i = 0; i < rows.size(); i++) {
            text.append(rows.id(i));
            for (double value : rows.row(i)) {
                text.append(',').append(String.format(Locale.ROOT, format, value));
            }
            text.append(",c").append(rows.label(i)).append('\n');
        }
        return Files.writeString(folder.resolve(name), text);
    }

    static Recipe recipe(Path table, String normalization) {
        DataRecipe data = new DataRecipe(
                DataSpec.parse("csv:" + table + "?label=class&id=id"),
                Normalizer.Options.parse(normalization),
                0.1,
                0.2,
                OptionalLong.empty());
        TrainingOptions brief = TrainingOptions.DEFAULT.withEpochs(3);
        return new Recipe(5, data, ModelRecipe.mlp(6), brief);
    }

    /** A run on rows of other ids than the head's. */
    TrainingRun trunk(Dataset rows) throws IOException {
        return trunk(recipe(write("trunk.csv", renamed(rows, "t")), "standardize"));
    }

    TrainingRun trunk(Recipe recipe) throws IOException {
        return TrainingRun.create(folder.resolve("trunk"), recipe, engine, TrainingListener.NONE);
    }

    static Dataset renamed(Dataset rows, String prefix) {
        return rows.withIds(
                IntStream.range(0, rows.size()).mapToObj(i -> prefix + i).toList());
    }
}

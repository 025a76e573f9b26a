package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;
import org.expunge.influence.io.Npy;
import org.expunge.influence.io.NpyArray;
import org.jspecify.annotations.Nullable;

/**
 * A folder of changed rows over another data set, so that a change can be kept, shown and undone without a second copy
 * of the data: {@code overlay.json} names the base and the rows' ids and labels, {@code features.npy} holds their raw
 * features.
 *
 * <p>Replaced rows keep, as the group {@link StratifiedSplit#STRATUM}, the label they had, so that an overlay is split
 * as its base is.
 */
public final class RowOverlay {
    private static final String INDEX = "overlay.json";
    private static final String FEATURES = "features.npy";

    private RowOverlay() {}

    /** What the rows of an overlay do. */
    public enum Mode {
        /** They take the place of the base's training rows with the same ids. */
        REPLACE,
        /** They are the whole data set; the base lends its classes alone. */
        ALONE
    }

    /** What {@code overlay.json} holds; {@code texts} are those of rows of text, to be read by people. */
    private record Index(
            String base,
            Mode mode,
            List<String> ids,
            List<Integer> labels,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<String> texts) {}

    /**
     * Writes an overlay.
     *
     * @param directory an existing folder, to which two files are added
     * @param base the data below, as {@link DataSpec#parse} reads it
     * @param mode what the rows do
     * @param rows raw rows with classes
     * @throws IOException if a file cannot be written
     */
    public static void write(Path directory, DataSpec base, Mode mode, Dataset rows) throws IOException {
        int width = rows.features().width();
        double[] values = new double[Math.multiplyExact(rows.size(), width)];
        for (int i = 0; i < rows.size(); i++) {
            rows.features().read(i, values, i * width);
        }
        checkedBase(base);
        Npy.write(directory.resolve(FEATURES), NpyArray.of(values, rows.size(), width));
        List<Integer> labels =
                IntStream.range(0, rows.size()).mapToObj(rows::label).toList();
        List<String> texts = rows.words().isEmpty()
                ? null
                : IntStream.range(0, rows.size())
                        .mapToObj(i -> Words.sentence(rows.row(i)))
                        .toList();
        Json.write(directory.resolve(INDEX), new Index(base.toString(), mode, rows.ids(), labels, texts));
    }

    /** One overlay over another could be a ring, and the labels below would no longer be the first ones. */
    private static DataSpec checkedBase(DataSpec base) {
        checkArgument(!base.scheme().equals("overlay"), "an overlay cannot lie over another one, %s", base);
        return base;
    }

    /** Returns what is below an overlay. */
    static DataSpec base(Path directory) throws IOException {
        return base(index(directory));
    }

    private static Index index(Path directory) throws IOException {
        Path file = directory.resolve(INDEX);
        if (Files.isDirectory(directory) && !Files.exists(file)) {
            throw new BadInputException(directory, "holds no " + INDEX + ", so it is no overlay");
        }
        return Json.read(file, Index.class);
    }

    private static DataSpec base(Index index) {
        return checkedBase(DataSpec.parse(index.base()));
    }

    /** Reads an overlay and what is below it, a table by a layout if there is one. */
    static LoadedData read(Path directory, String spec, Optional<TableLayout> layout) throws IOException {
        Path file = directory.resolve(INDEX);
        Index index = index(directory);
        LoadedData base = base(index).load(layout);
        NpyArray features = Npy.read(directory.resolve(FEATURES));
        int rows = index.ids().size();
        int width = base.train().features().width();
        int[] shape = features.shape();
        if (index.labels().size() != rows || shape.length != 2 || shape[0] != rows || shape[1] != width) {
            throw new BadInputException(
                    file,
                    "it lists " + rows + " ids and " + index.labels().size() + " labels over rows of width " + width
                            + ", but " + FEATURES + " has another shape; write the overlay again");
        }
        double[] values = features.toDoubles();
        if (index.texts() != null) {
            index.texts().stream().flatMap(text -> Words.split(text).stream()).forEach(Words::code);
        }
        return index.mode() == Mode.REPLACE
                ? new LoadedData(replaced(base.train(), index, values), base.test(), spec)
                : new LoadedData(alone(base.train(), index, values), Optional.empty(), spec);
    }

    private static Dataset replaced(Dataset base, Index index, double[] values) {
        checkArgument(base.classes() > 0, "%s has no classes, and so cannot be overlaid", base.name());
        int width = base.features().width();
        Map<Integer, double[]> features = new HashMap<>();
        Map<Integer, Integer> labels = new HashMap<>();
        for (int i = 0; i < index.ids().size(); i++) {
            int row = base.rowOf(index.ids().get(i));
            double[] changed = new double[width];
            System.arraycopy(values, i * width, changed, 0, width);
            features.put(row, changed);
            labels.put(row, index.labels().get(i));
        }
        int[] strata = IntStream.range(0, base.size()).map(base::label).toArray();
        return base.withFeatures(Features.overlay(base.features(), features))
                .withTargets(Targets.relabel(base.targets(), labels))
                .withGroup(StratifiedSplit.STRATUM, base.classNames(), strata);
    }

    private static Dataset alone(Dataset base, Index index, double[] values) {
        int[] labels = index.labels().stream().mapToInt(Integer::intValue).toArray();
        Targets classes = Targets.classes(labels, base.classes());
        Targets targets = base.targets().isClasses() ? classes : Targets.asSingleColumn(classes);
        return Dataset.of(
                        base.name(),
                        base.shape(),
                        Features.of(values, base.features().width()),
                        targets)
                .withIds(index.ids())
                .withClassNames(base.classNames())
                .withEncoding(base.encoding().orElse(null));
    }
}

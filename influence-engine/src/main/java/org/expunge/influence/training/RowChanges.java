package org.expunge.influence.training;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Doubles;
import com.google.common.primitives.ImmutableDoubleArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.Targets;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;
import org.expunge.influence.io.Npy;
import org.expunge.influence.io.NpyArray;

/**
 * Rows that a run uses in another form than its data source holds them, or that the source does not have: what an
 * attack planted. They are the only rows whose content a run keeps.
 */
final class RowChanges {
    private static final String LIST = "changes.json";
    private static final String FEATURES = "changes-features.npy";
    private static final String TARGETS = "changes-targets.npy";

    /** One row's values before normalisation. */
    private record Values(ImmutableDoubleArray features, ImmutableDoubleArray targets) {
        static Values of(Dataset data, int row) {
            double[] features = new double[data.features().width()];
            double[] targets = new double[data.targets().width()];
            data.features().read(row, features, 0);
            data.targets().read(row, targets, 0);
            return new Values(ImmutableDoubleArray.copyOf(features), ImmutableDoubleArray.copyOf(targets));
        }

        int label() {
            return targets.indexOf(1);
        }
    }

    /** Ids in the order of the arrays' rows. */
    private record Ids(List<String> ids) {}

    private final Map<String, Values> byId;

    private RowChanges(Map<String, Values> byId) {
        this.byId = byId;
    }

    /** Nothing differs from the source. */
    static RowChanges none() {
        return new RowChanges(Map.of());
    }

    int size() {
        return byId.size();
    }

    /** Finds the rows of {@code raw} that the source does not hold as they are. */
    static RowChanges between(SourceRows source, Partition raw) {
        Map<String, Values> changed = new LinkedHashMap<>();
        for (Split split : Split.values()) {
            Dataset part = RowsFile.part(raw, split);
            Dataset pool = source.pool(split);
            Map<String, Integer> rows = source.rows(split);
            for (int i = 0; i < part.size(); i++) {
                Integer row = rows.get(part.id(i));
                Values values = Values.of(part, i);
                if (row == null || !values.equals(Values.of(pool, row))) {
                    changed.put(part.id(i), values);
                }
            }
        }
        return new RowChanges(changed);
    }

    void write(Path run) throws IOException {
        if (byId.isEmpty()) {
            return;
        }
        Json.write(run.resolve(LIST), new Ids(List.copyOf(byId.keySet())));
        writeArray(run.resolve(FEATURES), flat(byId.values(), Values::features), byId.size());
        writeArray(run.resolve(TARGETS), flat(byId.values(), Values::targets), byId.size());
    }

    private static void writeArray(Path file, double[] flat, int rows) throws IOException {
        Npy.write(file, NpyArray.of(flat, rows, flat.length / rows));
    }

    private static double[] flat(Collection<Values> rows, Function<Values, ImmutableDoubleArray> part) {
        return Doubles.concat(
                rows.stream().map(part).map(ImmutableDoubleArray::toArray).toArray(double[][]::new));
    }

    static RowChanges read(Path run) throws IOException {
        if (!Files.exists(run.resolve(LIST))) {
            return none();
        }
        List<String> ids = Json.read(run.resolve(LIST), Ids.class).ids();
        List<ImmutableDoubleArray> features = readArray(run.resolve(FEATURES), ids.size());
        List<ImmutableDoubleArray> targets = readArray(run.resolve(TARGETS), ids.size());
        Map<String, Values> byId = new LinkedHashMap<>();
        for (int i = 0; i < ids.size(); i++) {
            byId.put(ids.get(i), new Values(features.get(i), targets.get(i)));
        }
        return new RowChanges(byId);
    }

    private static List<ImmutableDoubleArray> readArray(Path file, int rows) throws IOException {
        NpyArray array = Npy.read(file);
        if (array.shape().length != 2 || array.shape()[0] != rows) {
            throw new BadInputException(
                    file, "must have " + rows + " rows and 2 axes, but is " + Arrays.toString(array.shape()));
        }
        ImmutableDoubleArray flat = ImmutableDoubleArray.copyOf(array.toDoubles());
        int width = array.shape()[1];
        List<ImmutableDoubleArray> values = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            values.add(flat.subArray(i * width, (i + 1) * width));
        }
        return values;
    }

    boolean has(String id) {
        return byId.containsKey(id);
    }

    /** Puts the changed values in the place of those of the rows that are there. */
    Dataset replaceIn(Dataset data) {
        Map<Integer, Values> replaced = new HashMap<>();
        for (int i = 0; i < data.size(); i++) {
            Values values = byId.get(data.id(i));
            if (values != null) {
                replaced.put(i, values);
            }
        }
        if (replaced.isEmpty()) {
            return data;
        }
        Map<Integer, double[]> features = new HashMap<>();
        replaced.forEach((row, values) -> features.put(row, values.features().toArray()));
        return data.withFeatures(Features.overlay(data.features(), features))
                .withTargets(replaceTargets(data, replaced));
    }

    private static Targets replaceTargets(Dataset data, Map<Integer, Values> replaced) {
        if (data.targets().isClasses()) {
            Map<Integer, Integer> labels = new HashMap<>();
            replaced.forEach((row, values) -> labels.put(row, values.label()));
            return Targets.relabel(data.targets(), labels);
        }
        int width = data.targets().width();
        double[] flat = new double[data.size() * width];
        for (int i = 0; i < data.size(); i++) {
            data.targets().read(i, flat, i * width);
        }
        replaced.forEach((row, values) -> System.arraycopy(values.targets().toArray(), 0, flat, row * width, width));
        return Targets.real(flat, width);
    }

    /** Makes rows that the source lacks, of the shape and classes of {@code like}. */
    Dataset added(Dataset like, List<String> ids) {
        checkArgument(
                like.groups().isEmpty(),
                "rows cannot be added to %s, which has group columns; change rows in place",
                like.name());
        List<Values> values = ids.stream().map(byId::get).toList();
        double[] features = flat(values, Values::features);
        Targets targets = like.targets().isClasses()
                ? Targets.classes(values.stream().mapToInt(Values::label).toArray(), like.classes())
                : Targets.real(flat(values, Values::targets), like.targets().width());
        return Dataset.of(
                        like.name(),
                        like.shape(),
                        Features.of(features, like.features().width()),
                        targets)
                .withIds(ids)
                .withClassNames(like.classNames());
    }
}

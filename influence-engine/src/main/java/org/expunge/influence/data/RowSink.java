package org.expunge.influence.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.expunge.influence.data.TableOptions.Task;
import org.expunge.influence.io.BadInputException;

/** Collects the rows of one table under a schema. */
final class RowSink {
    private final TableSchema schema;
    private final String source;
    private final double[] features;
    private final double[] numbers;
    private final int[] labels;
    private final int[][] groups;
    private final Map<String, Long> idLines = new HashMap<>();
    private final List<String> ids = new ArrayList<>();
    private int row;

    RowSink(TableSchema schema, int rows, String source) throws BadInputException {
        this.schema = schema;
        this.source = source;
        this.features = new double[ByteRows.checkedSize(rows, schema.width(), source)];
        this.numbers = new double[schema.task() == Task.REGRESSION ? rows : 0];
        this.labels = new int[schema.task() == Task.REGRESSION ? 0 : rows];
        this.groups = new int[schema.groups().size()][rows];
    }

    void add(List<String> cells, long line) throws BadInputException {
        checkUnchanged(row < rows());
        int offset = row * schema.width();
        for (TableColumn column : schema.features()) {
            column.encode(cells.get(column.index()), features, offset, source, line);
            offset += column.width();
        }
        if (schema.isLabelled()) {
            addLabel(cells.get(schema.label().index()), line);
        }
        for (int g = 0; g < groups.length; g++) {
            TableColumn group = schema.groups().get(g);
            groups[g][row] = group.code(cells.get(group.index()), source, line);
        }
        if (schema.id().isPresent()) {
            addId(cells.get(schema.id().getAsInt()), line);
        }
        row++;
    }

    private void addLabel(String label, long line) throws BadInputException {
        if (schema.task() == Task.REGRESSION) {
            numbers[row] = schema.label().number(label, source, line);
        } else {
            labels[row] = schema.label().code(label, source, line);
        }
    }

    private int rows() {
        return Math.max(numbers.length, labels.length);
    }

    private void checkUnchanged(boolean unchanged) throws BadInputException {
        if (!unchanged) {
            throw new BadInputException(source, "changed while it was read");
        }
    }

    private void addId(String id, long line) throws BadInputException {
        Long earlier = idLines.put(id, line);
        if (earlier != null) {
            throw new BadInputException(source, line, "row id '" + id + "' is already that of line " + earlier);
        }
        ids.add(id);
    }

    Dataset dataset(String name, String prefix) throws BadInputException {
        checkUnchanged(row == rows());
        Dataset data = Dataset.of(name, schema.shape(), StoredFeatures.ofDoubles(features, schema.width()), targets());
        if (schema.text().isPresent()) {
            data = data.withEncoding(schema.text().get().words());
        }
        if (schema.task() != Task.REGRESSION) {
            data = data.withClassNames(schema.label().categories());
        }
        for (int g = 0; g < groups.length; g++) {
            TableColumn group = schema.groups().get(g);
            data = data.withGroup(group.name(), group.categories(), groups[g]);
        }
        boolean named = schema.id().isPresent();
        return data.withIds(named ? ids : RowIds.numbered(prefix, row).list());
    }

    private Targets targets() {
        if (schema.task() == Task.REGRESSION) {
            return new RealTargets(numbers, 1, false);
        }
        ClassTargets classes =
                new ClassTargets(labels, schema.label().categories().size());
        return schema.task() == Task.BINARY ? Targets.asSingleColumn(classes) : classes;
    }
}

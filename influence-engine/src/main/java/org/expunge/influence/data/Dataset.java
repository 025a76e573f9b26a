package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows with ids, features, targets and, where the source has them, class names and groups. Immutable.
 *
 * <p><b>Shapes.</b> Features are {@code n × d}, with {@code d = shape.length()}; targets are {@code n × k}.
 *
 * <p><b>Cost.</b> Selecting, overlaying and normalising make views: O(rows) integers, no copy of the features.
 */
public final class Dataset {
    private final String name;
    private final Shape shape;
    private final Features features;
    private final Targets targets;
    private final List<String> classNames;
    private final RowIds ids;
    private final Map<String, GroupColumn> groups;
    private final @Nullable Encoding encoding;

    private Dataset(
            String name,
            Shape shape,
            Features features,
            Targets targets,
            List<String> classNames,
            RowIds ids,
            Map<String, GroupColumn> groups,
            @Nullable Encoding encoding) {
        int n = features.rows();
        checkArgument(
                features.width() == shape.length(), "rows of width %s do not have shape %s", features.width(), shape);
        checkArgument(targets.rows() == n, "there are %s rows of features but %s of targets", n, targets.rows());
        checkArgument(
                ids.list().size() == n,
                "there are %s rows but %s ids",
                n,
                ids.list().size());
        checkArgument(
                classNames.size() == targets.classes(),
                "there are %s classes but %s class names",
                targets.classes(),
                classNames.size());
        groups.forEach((column, group) ->
                checkArgument(group.rows() == n, "there are %s rows but %s in group %s", n, group.rows(), column));
        this.name = name;
        this.shape = shape;
        this.features = features;
        this.targets = targets;
        this.classNames = classNames;
        this.ids = ids;
        this.groups = groups;
        this.encoding = encoding;
    }

    /**
     * Makes a data set whose rows are called {@code row-0}, {@code row-1}, … and whose classes are called {@code 0},
     * {@code 1}, ….
     *
     * @param name what to call it in reports
     * @param shape the shape of one example
     * @param features {@code n × shape.length()}, every value finite
     * @param targets {@code n × k}
     * @return the data set
     */
    public static Dataset of(String name, Shape shape, Features features, Targets targets) {
        return new Dataset(
                name,
                shape,
                features,
                targets,
                numberNames(targets.classes()),
                RowIds.numbered("row", features.rows()),
                Map.of(),
                null);
    }

    private static List<String> numberNames(int classes) {
        return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    }

    /** Returns the name for reports. */
    public String name() {
        return name;
    }

    /** Returns the shape of one example. */
    public Shape shape() {
        return shape;
    }

    /** Returns the features, {@code n × d}. */
    public Features features() {
        return features;
    }

    /** Returns the targets, {@code n × k}. */
    public Targets targets() {
        return targets;
    }

    /**
     * Returns the number of rows.
     *
     * @return {@code n}, 0 or more
     */
    public int size() {
        return features.rows();
    }

    /**
     * Reads the features of one row.
     *
     * @param row which row, in [0, size)
     * @return its {@code d} values; a copy
     */
    public double[] row(int row) {
        double[] values = new double[shape.length()];
        features.read(row, values, 0);
        return values;
    }

    /**
     * Returns the class of a row.
     *
     * @param row which row, in [0, size)
     * @return the class, in [0, classes)
     * @throws IllegalStateException if the targets are not classes
     */
    public int label(int row) {
        return targets.label(row);
    }

    /**
     * Returns the number of classes.
     *
     * @return 0 for regression, 2 for one column of zeros and ones
     */
    public int classes() {
        return targets.classes();
    }

    /** Returns the names of the classes, one name a class, in the order of the labels. */
    public List<String> classNames() {
        return classNames;
    }

    /**
     * Returns the ids of all rows.
     *
     * @return unique ids, in row order
     */
    public List<String> ids() {
        return ids.list();
    }

    /**
     * Returns the id of a row.
     *
     * @param row which row, in [0, size)
     * @return its id
     */
    public String id(int row) {
        return ids.list().get(row);
    }

    /**
     * Finds a row by id.
     *
     * @param id the id
     * @return the row, in [0, size)
     * @throws IllegalArgumentException if no row has that id
     */
    public int rowOf(String id) {
        Integer row = ids.rowOf(id);
        checkArgument(row != null, "%s has no row with id '%s'; it has %s", name, id, exampleIds());
        return row;
    }

    /**
     * Finds rows by id.
     *
     * @param wanted the ids; one that is repeated counts once
     * @return the rows in ascending order
     * @throws IllegalArgumentException if an id belongs to no row
     */
    public int[] rowsOf(Collection<String> wanted) {
        return wanted.stream().mapToInt(this::rowOf).sorted().distinct().toArray();
    }

    /**
     * Returns the group of each row, by group column.
     *
     * @return by column name, sorted: for each row an index into {@link #groupNames(String)}; a copy
     */
    public Map<String, int[]> groups() {
        Map<String, int[]> codes = new TreeMap<>();
        groups.forEach((column, group) -> codes.put(column, group.codes()));
        return Collections.unmodifiableMap(codes);
    }

    /**
     * Returns the names of the groups in a column.
     *
     * @param column the group column
     * @return its group names
     * @throws IllegalArgumentException if there is no such group column
     */
    public List<String> groupNames(String column) {
        GroupColumn group = groups.get(column);
        checkArgument(group != null, "%s has no group column '%s', only %s", name, column, groups.keySet());
        return group.names();
    }

    /** Returns how a table's cells became these features; nothing where they came from no table. */
    public Optional<TableLayout> layout() {
        return encoding instanceof TableLayout layout ? Optional.of(layout) : Optional.empty();
    }

    /** Returns what the features hold before normalisation; nothing for pixels and cells of tables. */
    public Optional<Encoding> encoding() {
        return Optional.ofNullable(encoding);
    }

    /** Returns what the features of text stand for; nothing if the rows are no text. */
    public Optional<Words> words() {
        return encoding instanceof Words words ? Optional.of(words) : Optional.empty();
    }

    /** Says what the features hold before normalisation. */
    public Dataset withEncoding(@Nullable Encoding other) {
        return new Dataset(name, shape, features, targets, classNames, ids, groups, other);
    }

    /**
     * Picks rows.
     *
     * @param rows the rows to keep, in the order wanted, each at most once
     * @return a view of those rows, with their ids
     */
    public Dataset select(int[] rows) {
        Rows.checkDistinct(rows, size());
        Map<String, GroupColumn> selected = new LinkedHashMap<>();
        groups.forEach((column, group) -> selected.put(column, group.select(rows)));
        return new Dataset(
                name,
                shape,
                Features.select(features, rows),
                Targets.select(targets, rows),
                classNames,
                ids.select(rows),
                selected,
                encoding);
    }

    /**
     * Leaves rows out.
     *
     * @param rows the rows to leave out
     * @return a view of all other rows, in order, with their ids
     */
    public Dataset without(int[] rows) {
        return select(Rows.others(rows, size()));
    }

    /**
     * Leaves rows out.
     *
     * @param rows the rows to leave out
     * @return a view of all other rows, in order, with their ids
     */
    public Dataset without(Set<Integer> rows) {
        return without(rows.stream().mapToInt(Integer::intValue).toArray());
    }

    /**
     * Gives the rows other targets.
     *
     * @param other as many rows; the class names stay if the number of classes does
     * @return the same rows with those targets
     */
    public Dataset withTargets(Targets other) {
        List<String> names = other.classes() == classNames.size() ? classNames : numberNames(other.classes());
        return new Dataset(name, shape, features, other, names, ids, groups, encoding);
    }

    /**
     * Gives the rows other features.
     *
     * @param other as many rows, of the same width, every value finite
     * @return the same rows with those features
     */
    public Dataset withFeatures(Features other) {
        return new Dataset(name, shape, other, targets, classNames, ids, groups, encoding);
    }

    /** Gives the rows other features of another shape. */
    Dataset withFeatures(Shape otherShape, Features other) {
        return new Dataset(name, otherShape, other, targets, classNames, ids, groups, encoding);
    }

    /**
     * Gives the data set another name.
     *
     * @param other the name for reports
     * @return the same rows
     */
    public Dataset withName(String other) {
        return new Dataset(other, shape, features, targets, classNames, ids, groups, encoding);
    }

    /**
     * Gives the rows other ids.
     *
     * @param other one id a row, all different
     * @return the same rows with those ids
     * @throws IllegalArgumentException if two ids are the same or the number of rows differs
     */
    public Dataset withIds(List<String> other) {
        return new Dataset(name, shape, features, targets, classNames, RowIds.of(other), groups, encoding);
    }

    /**
     * Names the classes.
     *
     * @param other one name a class
     * @return the same rows with those class names
     */
    public Dataset withClassNames(List<String> other) {
        return new Dataset(name, shape, features, targets, List.copyOf(other), ids, groups, encoding);
    }

    /**
     * Adds a column of groups, or replaces the one of that name.
     *
     * @param column what the column is called
     * @param names the groups' names
     * @param codes for each row, an index into {@code names}
     * @return the same rows with that column
     */
    public Dataset withGroup(String column, List<String> names, int[] codes) {
        Map<String, GroupColumn> more = new TreeMap<>(groups);
        more.put(column, new GroupColumn(names, codes.clone()));
        return new Dataset(name, shape, features, targets, classNames, ids, more, encoding);
    }

    /**
     * Appends rows.
     *
     * @param other rows of the same shape, kind of target, classes and groups, with ids that are not in use here
     * @return all rows, under this data set's name
     */
    public Dataset concat(Dataset other) {
        checkArgument(shape.equals(other.shape), "rows of shape %s cannot follow shape %s", other.shape, shape);
        checkArgument(classNames.equals(other.classNames), "classes %s differ from %s", other.classNames, classNames);
        checkArgument(
                groups.keySet().equals(other.groups.keySet()),
                "group columns %s differ from %s",
                other.groups.keySet(),
                groups.keySet());
        Map<String, GroupColumn> joined = new TreeMap<>(groups);
        other.groups.forEach((column, group) -> joined.merge(column, group, GroupColumn::concat));
        return new Dataset(
                name,
                shape,
                Features.concat(features, other.features),
                Targets.concat(targets, other.targets),
                classNames,
                ids.concat(other.ids),
                joined,
                encoding);
    }

    private String exampleIds() {
        List<String> all = ids.list();
        return all.isEmpty() ? "no rows" : "ids such as '" + all.get(0) + "' and '" + all.get(all.size() - 1) + "'";
    }
}

package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.expunge.influence.io.Csv;

/**
 * A text that says where rows come from: {@code SCHEME[:PATH][?OPTION=VALUE&…]}.
 *
 * <table>
 *   <caption>Schemes</caption>
 *   <tr><th>text</th><th>rows</th></tr>
 *   <tr><td>{@code digits}, {@code breast-cancer}</td><td>embedded, public, real data</td></tr>
 *   <tr><td>{@code idx:DIR}</td><td>MNIST's files, gzip or not; {@code t10k-*} are the test rows</td></tr>
 *   <tr><td>{@code cifar:DIR}</td><td>CIFAR-10's binary batches, gzip or not</td></tr>
 *   <tr><td>{@code csv:FILE}, {@code tsv:FILE}</td><td>a table with a label column, gzip or not</td></tr>
 *   <tr><td>{@code images:DIR}</td><td>one folder a class, or {@code train} and {@code test} folders of those</td></tr>
 *   <tr><td>{@code wav:DIR}</td><td>recordings {@code LABEL_….wav}, or one folder a class, or {@code train} and
 *       {@code test} folders of either; see {@link LogMel}</td></tr>
 *   <tr><td>{@code overlay:DIR}</td><td>changed rows over another data set; see {@link RowOverlay}</td></tr>
 * </table>
 *
 * <table>
 *   <caption>Options</caption>
 *   <tr><th>option</th><th>of</th><th>meaning</th></tr>
 *   <tr><td>{@code limit=N}</td><td>all</td><td>the first N training rows only</td></tr>
 *   <tr><td>{@code classes=N}</td><td>idx</td><td>how many classes there are; default: up to the largest label</td></tr>
 *   <tr><td>{@code size=HxW}</td><td>images</td><td>scale every image; default: all must be of one size</td></tr>
 *   <tr><td>{@code gray=true}</td><td>images</td><td>one channel of luma in place of red, green and blue</td></tr>
 *   <tr><td>{@code seconds=S}</td><td>wav</td><td>length of a row: longer recordings are cut off, shorter ones are
 *       followed by silence; default 1</td></tr>
 *   <tr><td>{@code window=MS}</td><td>wav</td><td>length of a frame of the spectrogram; default 32</td></tr>
 *   <tr><td>{@code hop=MS}</td><td>wav</td><td>time from one frame to the next; default 20</td></tr>
 *   <tr><td>{@code mels=N}</td><td>wav</td><td>bands of a frame; default 32</td></tr>
 *   <tr><td>{@code label=NAME}</td><td>csv, tsv</td><td>the column to predict; needed</td></tr>
 *   <tr><td>{@code test=FILE}</td><td>csv, tsv</td><td>test rows with the same columns</td></tr>
 *   <tr><td>{@code header=false}</td><td>csv, tsv</td><td>no first line of names; columns are called 0, 1, …</td></tr>
 *   <tr><td>{@code ignore=a,b}</td><td>csv, tsv</td><td>columns that are no features</td></tr>
 *   <tr><td>{@code numeric=a,b}</td><td>csv, tsv</td><td>columns that must hold numbers</td></tr>
 *   <tr><td>{@code categorical=a,b}</td><td>csv, tsv</td><td>columns to write as one-hot features; default: those
 *       that hold anything but numbers</td></tr>
 *   <tr><td>{@code group=a,b}</td><td>csv, tsv</td><td>columns that put rows into groups; features too, unless
 *       ignored</td></tr>
 *   <tr><td>{@code id=NAME}</td><td>csv, tsv</td><td>the column of row ids; default: {@code row-0} and on</td></tr>
 *   <tr><td>{@code missing=…}</td><td>csv, tsv</td><td>what to do with empty cells and {@code ?}: {@code error}
 *       (default), {@code category} (a category of their own; numbers still fail) or {@code mean} (that, and the
 *       column's mean for numbers)</td></tr>
 *   <tr><td>{@code text=NAME}</td><td>csv, tsv</td><td>the column of sentences, the only feature: rows are words in
 *       lower case, cut at white space; see {@link Words}. Where text and label are numbers of columns, there is no
 *       header unless the option says so</td></tr>
 *   <tr><td>{@code length=N}</td><td>text</td><td>words of a row; longer texts are cut off, shorter ones padded at the
 *       end; default 40</td></tr>
 *   <tr><td>{@code vocabulary=N}</td><td>text</td><td>token numbers, padding and unknown words among them; the most
 *       frequent words of training rows get one; default 4000</td></tr>
 *   <tr><td>{@code min-count=N}</td><td>text</td><td>how often a word must occur in training rows to get a number;
 *       default 2</td></tr>
 *   <tr><td>{@code task=…}</td><td>csv, tsv, breast-cancer</td><td>{@code classes}, {@code binary} (one 0/1 column) or
 *       {@code regression}; default: regression if the label column holds a fraction, else classes</td></tr>
 * </table>
 *
 * <p>A value may be percent-encoded. A test row's category that no training row has is written as zeros.
 *
 * <p>Features come as they are stored: bytes as 0 to 255, not yet normalised.
 *
 * @param scheme what comes before the colon
 * @param path what comes after it, empty for embedded data
 * @param options the options, by name
 */
public record DataSpec(String scheme, String path, Map<String, String> options) {
    private static final Map<String, Set<String>> OPTIONS = Map.of(
            "digits", Set.of(),
            "breast-cancer", Set.of("task"),
            "idx", Set.of("classes"),
            "csv", TableOptions.NAMES,
            "tsv", TableOptions.NAMES,
            "cifar", Set.of(),
            "images", Set.of("size", "gray"),
            "wav", Set.of("seconds", "window", "hop", "mels"),
            "overlay", Set.of());

    static final String LIMIT = "limit";
    private static final Set<String> TABLES = Set.of("csv", "tsv");
    private static final Set<String> EMBEDDED = Set.of("digits", "breast-cancer");

    public DataSpec {
        Set<String> known = OPTIONS.get(scheme);
        checkArgument(known != null, "data '%s' is not known; use one of %s", scheme, new TreeMap<>(OPTIONS).keySet());
        boolean embedded = EMBEDDED.contains(scheme);
        checkArgument(
                !embedded || path.isEmpty(), "data '%s' is embedded and takes no path, but got '%s'", scheme, path);
        checkArgument(embedded || !path.isEmpty(), "data '%s' needs a path, as in %s:PATH", scheme, scheme);
        options = Collections.unmodifiableMap(new TreeMap<>(options));
        for (String option : options.keySet()) {
            checkArgument(
                    known.contains(option) || option.equals(LIMIT),
                    "data '%s' has no option '%s'; it takes %s and limit",
                    scheme,
                    option,
                    new TreeSet<>(known));
        }
    }

    /**
     * Reads a specification.
     *
     * @param text such as {@code digits} or {@code csv:adult.csv.gz?label=income&group=sex}
     * @return the specification; nothing is opened yet
     * @throws IllegalArgumentException if the scheme or an option is not known
     */
    public static DataSpec parse(String text) {
        int query = text.indexOf('?');
        String head = query < 0 ? text : text.substring(0, query);
        int colon = head.indexOf(':');
        String scheme = colon < 0 ? head : head.substring(0, colon);
        String path = colon < 0 ? "" : head.substring(colon + 1);
        Map<String, String> options = new TreeMap<>();
        if (query >= 0) {
            for (String option : Splitter.on('&').omitEmptyStrings().split(text.substring(query + 1))) {
                addOption(options, option);
            }
        }
        return new DataSpec(scheme, path, options);
    }

    private static void addOption(Map<String, String> options, String option) {
        List<String> parts = Splitter.on('=').limit(2).splitToList(option);
        checkArgument(parts.size() == 2, "data option '%s' has no value; write %s=VALUE", option, option);
        String value = URLDecoder.decode(parts.get(1).replace("+", "%2B"), StandardCharsets.UTF_8);
        checkArgument(options.put(parts.get(0), value) == null, "data option '%s' is given twice", parts.get(0));
    }

    /**
     * Reads the rows.
     *
     * @return the training rows and, where the source has them, its test rows
     * @throws org.expunge.influence.io.BadInputException if a file is not what it should be; the message names it
     * @throws IOException if a file cannot be read
     */
    public LoadedData load() throws IOException {
        return limited(read());
    }

    LoadedData limited(LoadedData all) {
        String limit = options.get(LIMIT);
        if (limit == null) {
            return all;
        }
        return new LoadedData(first(all.train(), limit), all.test(), all.spec());
    }

    /**
     * Reads the rows of a table by a layout that was fitted before; anything else as {@link #load()}.
     *
     * @param layout as {@link Dataset#layout} had it; empty to fit one on the whole file
     * @return the training rows and, where the source has them, its test rows
     * @throws IOException as for {@link #load()}
     */
    public LoadedData load(Optional<TableLayout> layout) throws IOException {
        return limited(layout.isPresent() ? read(layout.get()) : read());
    }

    /** Returns whether rows are records of a table, so that their layout can be fitted anew. */
    public boolean isTable() {
        return TABLES.contains(scheme);
    }

    /**
     * Fits a table's layout anew on some of its rows: names of categories, and means in place of missing numbers.
     *
     * @param layout the layout before
     * @param ids ids of rows of the training file
     * @return the layout; the same where the source is no table, as an overlay's rows are stored in that of its base
     * @throws IOException if the file cannot be read
     */
    public TableLayout refit(TableLayout layout, Set<String> ids) throws IOException {
        return isTable() && layout.isFitted()
                ? TableReader.refit(Path.of(path), tableOptions(), layout, ids::contains)
                : layout;
    }

    private static Dataset first(Dataset rows, String limit) {
        int most = positive(LIMIT, limit);
        return rows.select(IntStream.range(0, Math.min(most, rows.size())).toArray());
    }

    /**
     * Reads other rows for a model that was trained on these. A table of the same scheme is read by the layout of this
     * table and by its options, which need not be repeated; recordings by these options and with these classes; images
     * and what else is of this scheme by those of these options that it does not give itself; anything else as it
     * stands.
     *
     * @param other where the rows are
     * @param layout the layout that the model was trained with; empty to fit one on this table's whole file
     * @return its rows, the test rows where it has some
     * @throws IllegalArgumentException if an option of the other table contradicts this one's
     * @throws IOException if a file cannot be read
     */
    public Dataset loadLikewise(DataSpec other, Optional<TableLayout> layout) throws IOException {
        LoadedData loaded = new OtherRows(this, layout, true).load(other);
        return loaded.test().orElse(loaded.train());
    }

    /**
     * Reads rows as {@link #loadLikewise} does, but for labels, which nobody is to look at: a table may lack the column
     * of the label or hold unknown classes there, and images of a folder need not lie in folders of classes. Where no
     * label is read a row has that of the first class.
     *
     * @param other where the rows are
     * @param layout the layout that the model was trained with; empty to fit one on this table's whole file
     * @return the rows and, where the source has them, its test rows
     * @throws IllegalArgumentException if an option of the other table contradicts this one's
     * @throws IOException if a file cannot be read
     */
    public LoadedData loadUnlabelled(DataSpec other, Optional<TableLayout> layout) throws IOException {
        return new OtherRows(this, layout, false).load(other);
    }

    /**
     * Returns the columns of a table, also those that are no features.
     *
     * @return their names; nothing where the source is no table
     * @throws IOException if the file cannot be read
     */
    public List<String> columns() throws IOException {
        return isTable() ? CellReader.columns(Path.of(path), tableOptions()) : List.of();
    }

    /**
     * Finds rows of a table by a cell, without loading the table.
     *
     * @param column one of {@link #columns}
     * @param isWanted told each row's cell, blanks around it taken off
     * @return ids of the wanted rows, in the order of the file; rows of the test file follow
     * @throws IllegalArgumentException if the source is no table
     * @throws org.expunge.influence.io.BadInputException if it has no such column
     * @throws IOException if a file cannot be read
     */
    public List<String> find(String column, Predicate<String> isWanted) throws IOException {
        checkArgument(isTable(), "%s is no table, so it has no column '%s'", this, column);
        return CellReader.find(Path.of(path), tableOptions(), column, isWanted);
    }

    /**
     * Says whether the layout of a row depends on all rows of the file: on which categories a table's columns hold, or
     * on the means in place of missing numbers.
     *
     * @param width numbers that a row was read to
     * @return whether it does; false where the source is no table
     * @throws IOException if a file cannot be read
     */
    public boolean isLaidOutByRows(int width) throws IOException {
        if (scheme.equals("overlay")) {
            return RowOverlay.base(Path.of(path)).isLaidOutByRows(width);
        }
        if (!isTable()) {
            return false;
        }
        TableOptions table = tableOptions();
        if (table.text().isPresent()) {
            return false;
        }
        long features = columns().stream().filter(table::isFeature).count();
        return table.missing() == TableOptions.Missing.MEAN || width > features;
    }

    /** Says whether the rows are text: sentences of a table. */
    public boolean isText() {
        return options.containsKey("text");
    }

    TableOptions tableOptions() {
        return TableOptions.of(options, scheme.equals("tsv") ? Csv.Options.TSV : Csv.Options.CSV);
    }

    private LoadedData read() throws IOException {
        Path source = Path.of(path);
        return switch (scheme) {
            case "digits" -> new LoadedData(EmbeddedData.digits(), Optional.empty(), toString());
            case "breast-cancer" -> new LoadedData(breastCancer(), Optional.empty(), toString());
            case "idx" -> new IdxReader(options).read(source, toString());
            case "cifar" -> CifarReader.read(source, toString());
            case "csv", "tsv" -> TableReader.read(source, tableOptions(), toString());
            case "images" -> new ImageFolderReader(options).read(source, toString());
            case "wav" -> new WavFolderReader(options).read(source, toString());
            case "overlay" -> RowOverlay.read(source, toString(), Optional.empty());
            default -> throw new IllegalStateException("scheme " + scheme + " passed the check but has no reader");
        };
    }

    private LoadedData read(TableLayout layout) throws IOException {
        Path source = Path.of(path);
        return switch (scheme) {
            case "csv", "tsv" -> TableReader.read(source, tableOptions(), toString(), layout);
            case "overlay" -> RowOverlay.read(source, toString(), Optional.of(layout));
            default -> read();
        };
    }

    private Dataset breastCancer() throws IOException {
        Dataset data = EmbeddedData.breastCancer();
        String task = options.getOrDefault("task", "classes");
        return switch (task) {
            case "classes" -> data;
            case "binary" -> data.withTargets(Targets.asSingleColumn(data.targets()));
            default -> throw new IllegalArgumentException("task '" + task + "' is not known; use classes or binary");
        };
    }

    /** Reads a count of at least 1. */
    static int positive(String option, String text) {
        checkArgument(text.matches("[1-9][0-9]{0,8}"), "%s must be a whole number from 1, but is '%s'", option, text);
        return Integer.parseInt(text);
    }

    /** Returns a text that {@link #parse} reads, with the options in alphabetical order. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(scheme);
        if (!path.isEmpty()) {
            text.append(':').append(path);
        }
        char separator = '?';
        for (Map.Entry<String, String> option : options.entrySet()) {
            String value = option.getValue().replace("%", "%25").replace("&", "%26");
            text.append(separator).append(option.getKey()).append('=').append(value);
            separator = '&';
        }
        return text.toString();
    }
}

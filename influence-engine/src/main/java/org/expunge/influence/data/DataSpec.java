package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

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
 * </table>
 *
 * <p>Every scheme takes {@code limit=N} (the first N training rows). Tables take {@code label} (needed), {@code test},
 * {@code ignore}, {@code numeric}, {@code categorical}, {@code group}, {@code id}, {@code header}, {@code missing} and
 * {@code task}; images take {@code size=HEIGHTxWIDTH} and {@code gray}. A value may be percent-encoded.
 *
 * <p>Features come as they are stored: bytes as 0 to 255, not yet normalised. Two-class data sets take
 * {@code task=binary} for a single 0/1 target.
 *
 * @param scheme what comes before the colon
 * @param path what comes after it, empty for embedded data
 * @param options the options, by name
 */
public record DataSpec(String scheme, String path, Map<String, String> options) {
    private static final Map<String, Set<String>> OPTIONS = Map.of(
            "digits", Set.of(),
            "breast-cancer", Set.of("task"),
            "idx", Set.of(),
            "cifar", Set.of(),
            "images", Set.of("size", "gray"));

    private static final String LIMIT = "limit";
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
                    known);
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
        LoadedData all = read();
        String limit = options.get(LIMIT);
        if (limit == null) {
            return all;
        }
        int most = positive(LIMIT, limit);
        int[] first = IntStream.range(0, Math.min(most, all.train().size())).toArray();
        return new LoadedData(all.train().select(first), all.test(), all.spec());
    }

    private LoadedData read() throws IOException {

        return switch (scheme) {
            case "digits" -> new LoadedData(EmbeddedData.digits(), Optional.empty(), toString());
            case "breast-cancer" -> new LoadedData(breastCancer(), Optional.empty(), toString());
            default -> throw new IllegalStateException("scheme " + scheme + " passed the check but has no reader");
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

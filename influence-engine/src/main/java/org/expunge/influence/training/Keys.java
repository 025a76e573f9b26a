package org.expunge.influence.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.expunge.influence.io.BadInputException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one map of a YAML file key by key. Keys that nobody asked for are refused at the end, and every error names the
 * file and the key.
 */
final class Keys {
    private final JsonNode node;
    private final String path;
    private final String source;
    private final TreeSet<String> known = new TreeSet<>();

    private Keys(JsonNode node, String path, String source) throws BadInputException {
        this.node = node;
        this.path = path;
        this.source = source;
        if (!node.isObject()) {
            throw new BadInputException(source, (path.isEmpty() ? "the file" : path) + " must be a map of keys");
        }
    }

    /** Reads the outermost map of a file that errors call {@code source}. */
    static Keys of(JsonNode node, String source) throws BadInputException {
        return new Keys(node, "", source);
    }

    /** Returns the map under a key, empty if the key is missing. */
    Keys map(String key) throws BadInputException {
        JsonNode child = child(key);
        return new Keys(child == null ? JsonNodeFactory.instance.objectNode() : child, full(key), source);
    }

    /** Returns whether a key is there. */
    boolean has(String key) {
        return child(key) != null;
    }

    String text(String key, @Nullable String fallback) throws BadInputException {
        JsonNode child = child(key);
        if (child == null) {
            if (fallback == null) {
                throw new BadInputException(source, full(key) + " is missing");
            }
            return fallback;
        }
        if (!child.isValueNode()) {
            throw problem(key, "must be a text", child);
        }
        return child.asText();
    }

    double number(String key, double fallback) throws BadInputException {
        JsonNode child = child(key);
        if (child == null) {
            return fallback;
        }
        if (!child.isNumber()) {
            throw problem(key, "must be a number", child);
        }
        return child.asDouble();
    }

    int count(String key, int fallback) throws BadInputException {
        JsonNode child = child(key);
        if (child == null) {
            return fallback;
        }
        if (!child.isIntegralNumber() || !child.canConvertToInt()) {
            throw problem(key, "must be a whole number", child);
        }
        return child.asInt();
    }

    long seed(String key, long fallback) throws BadInputException {
        JsonNode child = child(key);
        if (child == null) {
            return fallback;
        }
        if (!child.isIntegralNumber() || !child.canConvertToLong()) {
            throw problem(key, "must be a whole number of 64 bits", child);
        }
        return child.asLong();
    }

    List<Integer> counts(String key, List<Integer> fallback) throws BadInputException {
        JsonNode child = child(key);
        if (child == null) {
            return fallback;
        }
        List<Integer> values = new ArrayList<>();
        for (JsonNode element : child) {
            if (!element.isIntegralNumber() || !element.canConvertToInt() || element.asInt() < 1) {
                throw problem(key, "must be a list of whole numbers from 1", child);
            }
            values.add(element.asInt());
        }
        if (!child.isArray()) {
            throw problem(key, "must be a list of whole numbers from 1", child);
        }
        return values;
    }

    /** Reads one of an enum's constants, written in lower case with hyphens. */
    <E extends Enum<E>> E choice(String key, Class<E> type, @Nullable E fallback) throws BadInputException {
        String text = text(key, fallback == null ? null : name(fallback));
        for (E constant : type.getEnumConstants()) {
            if (name(constant).equals(text)) {
                return constant;
            }
        }
        List<String> names = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            names.add(name(constant));
        }
        throw new BadInputException(source, full(key) + " must be one of " + names + ", got '" + text + "'");
    }

    /** Returns how a constant is written. */
    static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Reads a text that another class understands. */
    <T> T parsed(String key, @Nullable String fallback, Function<String, T> parser) throws BadInputException {
        String text = text(key, fallback);
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new BadInputException(source, full(key) + ": " + e.getMessage(), e);
        }
    }

    /** Builds a value from keys of this map; its complaints start with the name of the key at fault. */
    <T> T build(Supplier<T> builder) throws BadInputException {
        try {
            return builder.get();
        } catch (IllegalArgumentException e) {
            throw new BadInputException(source, full(String.valueOf(e.getMessage())), e);
        }
    }

    /** Refuses the keys that nobody asked for. */
    void refuseOthers() throws BadInputException {
        for (var names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                throw new BadInputException(source, full(name) + " is not known here; there are " + known);
            }
        }
    }

    private @Nullable JsonNode child(String key) {
        known.add(key);
        JsonNode child = node.get(key);
        return child == null || child.isNull() ? null : child;
    }

    private String full(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private BadInputException problem(String key, String problem, JsonNode got) {
        return new BadInputException(source, full(key) + " " + problem + ", got " + got);
    }
}

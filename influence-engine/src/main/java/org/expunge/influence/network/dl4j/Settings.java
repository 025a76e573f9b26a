package org.expunge.influence.network.dl4j;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.expunge.influence.io.BadInputException;
import org.jspecify.annotations.Nullable;

/**
 * One object of the configuration. Every setting is either read or said to be harmless; {@link #finish} refuses what is
 * left, so that nothing which changes the result is passed over in silence.
 */
final class Settings {
    /** Of kernels, strides, dilations and padding: far above any use, far below what overflows when multiplied. */
    private static final int LARGEST_SIDE = 1 << 14;

    private final String source;
    private final String where;
    private final ObjectNode node;
    private final Set<String> known = new HashSet<>(Set.of("@class"));

    private Settings(String source, String where, ObjectNode node) {
        this.source = source;
        this.where = where;
        this.node = node;
    }

    /**
     * Wraps an object.
     *
     * @param source the file, for errors
     * @param where the place in it, for errors: {@code layer 3 'conv1'}
     * @throws BadInputException if there is no object
     */
    static Settings of(String source, String where, @Nullable JsonNode node) throws BadInputException {
        if (node instanceof ObjectNode object) {
            return new Settings(source, where, object);
        }
        throw new BadInputException(source, where + " is no JSON object but " + shown(node));
    }

    /** Returns the place, for errors and warnings. */
    String where() {
        return where;
    }

    /** Returns the same object under another place. */
    Settings at(String otherPlace) {
        return new Settings(source, otherPlace, node);
    }

    /** Returns the {@code @class}: a name to compare, never to load. */
    String className() throws BadInputException {
        return text("@class", "");
    }

    /** Returns the {@code @class} without its package, for messages. */
    String shortClassName() throws BadInputException {
        String name = className();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** Marks settings that change neither what the network computes nor how it is trained. */
    void ignore(String... names) {
        known.addAll(Set.of(names));
    }

    /** Returns whether a setting is there with a value other than null and the empty list. */
    boolean has(String name) {
        JsonNode value = find(name);
        return value != null && !(value.isArray() && value.isEmpty());
    }

    String text(String name, String absent) throws BadInputException {
        JsonNode value = find(name);
        if (value != null && !value.isTextual()) {
            throw wrong(name, "a text", value);
        }
        return value == null ? absent : value.textValue();
    }

    boolean flag(String name, boolean absent) throws BadInputException {
        JsonNode value = find(name);
        if (value != null && !value.isBoolean()) {
            throw wrong(name, "true or false", value);
        }
        return value == null ? absent : value.booleanValue();
    }

    double number(String name, double absent) throws BadInputException {
        JsonNode value = find(name);
        if (value != null && !(value.isNumber() && Double.isFinite(value.doubleValue()))) {
            throw wrong(name, "a finite number", value);
        }
        return value == null ? absent : value.doubleValue();
    }

    int integer(String name) throws BadInputException {
        JsonNode value = find(name);
        if (value == null || !isInteger(value)) {
            throw wrong(name, "an integer", value);
        }
        return value.intValue();
    }

    /** Returns as many lengths as {@code absent} has, which stand in for them; none below 0 or absurdly large. */
    List<Integer> integers(String name, Integer... absent) throws BadInputException {
        JsonNode value = find(name);
        if (value == null) {
            return List.of(absent);
        }
        if (!value.isArray() || value.size() != absent.length) {
            throw wrong(name, "a list of " + absent.length + " integers", value);
        }
        List<Integer> numbers = new ArrayList<>();
        for (JsonNode element : value) {
            if (!isInteger(element) || element.intValue() < 0 || element.intValue() > LARGEST_SIDE) {
                throw wrong(name, "a list of integers in [0, " + LARGEST_SIDE + "]", value);
            }
            numbers.add(element.intValue());
        }
        return numbers;
    }

    Optional<Settings> object(String name) throws BadInputException {
        JsonNode value = find(name);
        return value == null ? Optional.empty() : Optional.of(within(name, value));
    }

    /** Wraps an object that lies within a setting. */
    Settings within(String name, JsonNode value) throws BadInputException {
        return of(source, where + ", setting '" + name + "'", value);
    }

    /** Returns a setting's value as it stands, or null. */
    @Nullable
    JsonNode find(String name) {
        known.add(name);
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value;
    }

    /** Refuses what was neither read nor ignored, unless it is null. */
    void finish() throws BadInputException {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!known.contains(field.getKey()) && !field.getValue().isNull()) {
                throw refuse("setting '" + field.getKey() + "' = " + shown(field.getValue())
                        + " is not known here; what it does would have to be added to network.dl4j");
            }
        }
    }

    /** Makes an error that names this place. */
    BadInputException refuse(String problem) {
        return new BadInputException(source, where + ": " + problem);
    }

    private BadInputException wrong(String name, String wanted, @Nullable JsonNode value) {
        return refuse("setting '" + name + "' must be " + wanted + ", got " + shown(value));
    }

    private static boolean isInteger(JsonNode value) {
        return value.isIntegralNumber() && value.canConvertToInt();
    }

    private static String shown(@Nullable JsonNode node) {
        String text = node == null ? "nothing" : node.toString();
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}

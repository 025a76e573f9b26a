package org.expunge.influence.io;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.MapperBuilder;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;

/** JSON in the one form that this project writes: sorted keys, two-space indent; unknown keys are refused. */
public final class Json {
    private static final TextFormat FORMAT =
            new TextFormat("JSON", configure(JsonMapper.builder()).build());

    private Json() {}

    /**
     * Returns the configured mapper, for trees and streams.
     *
     * @return a shared mapper that must not be reconfigured
     */
    public static ObjectMapper mapper() {
        return FORMAT.mapper();
    }

    /**
     * Writes a value as text.
     *
     * @param value a record, map, list or number
     * @return indented JSON with a newline at the end
     */
    public static String text(Object value) {
        return FORMAT.text(value);
    }

    /**
     * Writes a value to a file, atomically.
     *
     * @param file the file to write or replace
     * @param value a record, map, list or number
     * @throws IOException if the file cannot be written
     */
    public static void write(Path file, Object value) throws IOException {
        FORMAT.write(file, value);
    }

    /**
     * Reads a file.
     *
     * @param file the file to read
     * @param type what it holds
     * @param <T> what it holds
     * @return the value, never null
     * @throws BadInputException if it is no JSON, or not of that type; the message names the file and the line
     * @throws IOException if it cannot be read
     */
    public static <T> T read(Path file, Class<T> type) throws IOException {
        return FORMAT.read(file, type);
    }

    /**
     * Reads text.
     *
     * @param text the JSON
     * @param type what it holds
     * @param source what to call the text in an error
     * @param <T> what it holds
     * @return the value, never null
     * @throws BadInputException if it is no JSON, or not of that type; the message names the source and the line
     */
    public static <T> T parse(String text, Class<T> type, String source) throws BadInputException {
        return FORMAT.parse(text, type, source);
    }

    /** The settings that JSON and YAML share. */
    static <M extends ObjectMapper, B extends MapperBuilder<M, B>> B configure(B builder) {
        return builder.enable(SerializationFeature.INDENT_OUTPUT)
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .disable(MapperFeature.SORT_CREATOR_PROPERTIES_FIRST)
                .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    }
}

package org.expunge.influence.io;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.google.common.primitives.Primitives;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What {@link Json} and {@link Yaml} do alike: values to text and back, with errors that name file and line. */
record TextFormat(String name, ObjectMapper mapper) {

    String text(Object value) {
        try {
            String text = mapper.writeValueAsString(value);
            return text.endsWith("\n") ? text : text + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(value.getClass() + " cannot be written as " + name, e);
        }
    }

    void write(Path file, Object value) throws IOException {
        AtomicFiles.writeString(file, text(value));
    }

    <T> T read(Path file, Class<T> type) throws IOException {
        if (Files.isDirectory(file)) {
            throw new BadInputException(file, "is a folder, where a file of " + name + " is expected");
        }
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw new BadInputException(file.toString(), "is no " + name + ": it holds bytes that are no UTF-8", e);
        }
        return parse(text, type, file.toString());
    }

    <T> T parse(String text, Class<T> type, String source) throws BadInputException {
        try {
            @Nullable T value = mapper.readValue(text, type);
            if (value == null) {
                throw new BadInputException(source, "holds null where " + type.getSimpleName() + " is expected");
            }
            return value;
        } catch (JsonProcessingException e) {
            throw new BadInputException(source, describe(e), e);
        }
    }

    /** Says where the text is wrong, in the words of someone who wrote it by hand. */
    private static String describe(JsonProcessingException e) {
        JsonLocation location = e.getLocation();
        String where = location == null ? "" : "line " + location.getLineNr() + ": ";
        if (e instanceof UnrecognizedPropertyException unknown) {
            return where + "key '" + unknown.getPropertyName() + "' is not known; known are "
                    + unknown.getKnownPropertyIds();
        }
        String key = "";
        if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
            key = mapping.getPath().stream()
                    .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                    .collect(Collectors.joining(".", "key '", "': "));
        }
        if (e.getOriginalMessage().startsWith("Cannot map `null`")) {
            return where + key + "a value is missing";
        }
        return where + key + problem(e);
    }

    /** Jackson speaks of classes; what a record's own checks say was written for people. */
    private static @Nullable String problem(JsonProcessingException e) {
        if (e instanceof ValueInstantiationException && e.getCause() instanceof IllegalArgumentException refused) {
            return refused.getMessage();
        }
        Class<?> type = e instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
        if (type == null
                || type.isRecord()
                || ((JsonMappingException) e).getPath().isEmpty()) {
            return e.getOriginalMessage();
        }
        String got = e instanceof InvalidFormatException wrong ? ", got '" + wrong.getValue() + "'" : "";
        return "must be " + expected(type) + got;
    }

    private static String expected(Class<?> type) {
        if (type.isEnum()) {
            return "one of " + Arrays.toString(type.getEnumConstants());
        }
        Class<?> boxed = Primitives.wrap(type);
        if (Number.class.isAssignableFrom(boxed)) {
            return boxed == Double.class || boxed == Float.class ? "a number" : "a whole number";
        }
        if (Collection.class.isAssignableFrom(type) || type.isArray()) {
            return "a list";
        }
        if (CharSequence.class.isAssignableFrom(type)) {
            return "text";
        }
        return boxed == Boolean.class ? "true or false" : "of type " + type.getSimpleName();
    }
}

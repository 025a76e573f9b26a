package org.expunge.influence.io;

import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;

/** YAML for the files that people write by hand: sorted keys; unknown and repeated keys are refused. */
public final class Yaml {
    private static final YAMLFactory FACTORY = YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .build();

    private static final TextFormat FORMAT =
            new TextFormat("YAML", Json.configure(YAMLMapper.builder(FACTORY)).build());

    private Yaml() {}

    /**
     * Writes a value as text.
     *
     * @param value a record, map, list or number
     * @return YAML with a newline at the end
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
     * @throws BadInputException if it is no YAML, or not of that type; the message names the file and the line
     * @throws IOException if it cannot be read
     */
    public static <T> T read(Path file, Class<T> type) throws IOException {
        return FORMAT.read(file, type);
    }

    /**
     * Reads text.
     *
     * @param text the YAML
     * @param type what it holds
     * @param source what to call the text in an error
     * @param <T> what it holds
     * @return the value, never null
     * @throws BadInputException if it is no YAML, or not of that type; the message names the source and the line
     */
    public static <T> T parse(String text, Class<T> type, String source) throws BadInputException {
        return FORMAT.parse(text, type, source);
    }
}

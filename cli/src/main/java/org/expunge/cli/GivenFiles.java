package org.expunge.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Files and folders that the user named on a command line. */
final class GivenFiles {
    private GivenFiles() {}

    /**
     * Finds the option by which a missing file was named: it, or a folder that would hold it.
     *
     * @param missing a file that is not there
     * @param command what ran
     * @return the option's name; empty if the user did not name the file, or if what he named exists
     */
    static Optional<String> option(Path missing, CommandLine command) {
        ParseResult parsed = command.getParseResult();
        Path file = missing.toAbsolutePath().normalize();
        return parsed == null
                ? Optional.empty()
                : parsed.matchedOptions().stream()
                        .filter(option -> option.originalStringValues().stream()
                                .flatMap(GivenFiles::places)
                                .anyMatch(place -> file.startsWith(place) && !Files.exists(place)))
                        .map(OptionSpec::longestName)
                        .findFirst();
    }

    /**
     * Returns what a value may name: a path, or the path in a specification such as {@code csv:FILE?label=y}, which may
     * have a row behind it.
     */
    private static Stream<Path> places(String value) {
        String specified = value.substring(value.indexOf(':') + 1)
                .replaceFirst(":\\d+$", "")
                .replaceFirst("\\?.*", "");
        return Stream.of(value, specified).filter(place -> !place.isBlank()).flatMap(GivenFiles::path);
    }

    private static Stream<Path> path(String place) {
        try {
            return Stream.of(Path.of(place).toAbsolutePath().normalize());
        } catch (InvalidPathException e) { // a value that names no place
            return Stream.empty();
        }
    }
}

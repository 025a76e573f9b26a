package org.expunge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.expunge.cli.render.ExitCodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every command that the documentation shows is one that the program takes. */
final class DocumentedCommandsTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().resolve("..").normalize();

    /** In a code span, or on a line of its own with an optional comment behind. */
    private static final Pattern COMMAND =
            Pattern.compile("`(?:\\./)?expunge ([^`]+)`|^ *\\./expunge ((?:[^#\\n\\\\]|\\\\\\n)+)", Pattern.MULTILINE);

    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|([^\\s'\"\\\\]+)");

    /** These open a run or a folder first, and the ones in the documentation do not exist here. */
    private static final Set<String> NEED_A_FOLDER = Set.of(
            "influence",
            "scan",
            "audit",
            "trace",
            "sanitize",
            "certify",
            "audit-model",
            "forget",
            "verify",
            "spectrum",
            "evaluate",
            "factors",
            "scores",
            "report",
            "ledger");

    /** What a shell takes for itself. */
    private static final Pattern REDIRECTION = Pattern.compile(" > [^\\s<>]+$");

    private record Documented(String file, String command) {
        List<String> words() {
            Matcher matcher = WORD.matcher(REDIRECTION.matcher(command).replaceFirst(""));
            List<String> words = new ArrayList<>();
            while (matcher.find()) {
                words.add(Stream.of(1, 2, 3)
                        .map(matcher::group)
                        .filter(group -> group != null)
                        .findFirst()
                        .orElseThrow());
            }
            return words;
        }

        @Override
        public String toString() {
            return file + ": " + command;
        }
    }

    static Stream<Documented> commands() throws IOException {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            List<Path> pages = Stream.concat(Stream.of(ROOT.resolve("README.md")), docs)
                    .filter(path -> path.toString().endsWith(".md"))
                    .sorted()
                    .toList();
            List<Documented> found = new ArrayList<>();
            for (Path page : pages) {
                Matcher matcher = COMMAND.matcher(Files.readString(page, UTF_8));
                while (matcher.find()) {
                    String command = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
                    if (command.contains("-")) { // without an option it is a mention
                        found.add(new Documented(ROOT.relativize(page).toString(), command.strip()));
                    }
                }
            }
            return found.stream();
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void isTaken(Documented documented) {
        List<String> words = documented.words();

        assertThatCode(() -> Main.commandLine().parseArgs(words.toArray(new String[0])))
                .doesNotThrowAnyException();
        if (NEED_A_FOLDER.contains(words.get(0)) && !words.contains("--help")) {
            CommandRun run = CommandRun.of(words.toArray());
            assertThat(run.code()).as(run.err()).isIn(ExitCodes.BAD_INPUT, ExitCodes.INPUT_OUTPUT);
        }
    }

    @Test
    void everyPageOfAMethodShowsACommandOrSaysThatItIsForTheLibrary() throws IOException {
        List<String> shown = commands().map(Documented::file).toList();
        try (Stream<Path> pages = Files.list(ROOT.resolve("docs/methods"))) {
            for (Path page : pages.toList()) {
                boolean isForTheLibrary = Files.readString(page, UTF_8).contains("From the library");
                assertThat(isForTheLibrary
                                || shown.contains(ROOT.relativize(page).toString()))
                        .as("%s shows a command, or says 'From the library'", page)
                        .isTrue();
            }
        }
    }
}

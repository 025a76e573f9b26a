package org.expunge.unlearning.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowPredicateTest {
    /** Four rows with two columns. */
    private static final Map<String, Map<String, String>> ROWS = Map.of(
            "a", Map.of("label", "7", "source", "crawl-3"),
            "b", Map.of("label", "7", "source", "the web"),
            "c", Map.of("label", "12", "source", "it's"),
            "d", Map.of("label", "cat", "source", "and"));

    private static Set<String> rows(String condition) throws IOException {
        return RowPredicate.parse(condition)
                .in(
                        ROWS.keySet(),
                        (column, isWanted) -> ROWS.entrySet().stream()
                                .filter(row -> isWanted.test(row.getValue().getOrDefault(column, "")))
                                .map(Map.Entry::getKey)
                                .collect(Collectors.toSet()));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "label=7; a b",
                "label = 7 and source=crawl-3; a",
                "label=7 or label=cat and source=nowhere; a b",
                "(label=7 or label=cat) and not source=crawl-3; b d",
                "not not label=7; a b",
                "source='the web'; b",
                "source=\"it's\"; c",
                "source='it''s'; c",
                "source='and'; d",
                "source in (crawl-3, 'the web'); a b",
                "source~crawl-?; a",
                "source!~*w*; c d",
                "label!=7; c d",
                "label<10; a b",
                "label>=7 and label<=12; a b c",
                "label>7; c"
            })
    void findsTheRowsForWhichItHolds(String condition, String expected) throws IOException {
        assertThat(rows(condition)).containsExactlyInAnyOrder(expected.split(" "));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "label; 6; expected one of = != ~ !~ < <= > >= in, got the end",
                "label=; 7; expected a value, got the end",
                "=7; 1; expected a column, got '='",
                "label=7 label=8; 9; expected 'and', 'or' or the end, got 'label'",
                "(label=7; 9; expected ')', got the end",
                "label in 7; 10; expected '(', got '7'",
                "label<many; 7; expected a number, got 'many'",
                "source='the web; 8; the quote is not closed",
                "label=and; 7; expected a value, got 'and'"
            })
    void aWrongConditionIsRefusedWithItsCharacter(String condition, int character, String problem) {
        assertThatThrownBy(() -> RowPredicate.parse(condition))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("character " + character + ": " + problem + "\n  " + condition + "\n  "
                        + " ".repeat(character - 1) + "^");
    }

    @Test
    void saysWhichColumnsItAsksFor() {
        assertThat(RowPredicate.parse("label=7 and not (source~x* or id in (1))")
                        .columns())
                .containsExactlyInAnyOrder("label", "source", "id");
    }
}

package org.expunge.influence.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTest {

    private static List<List<String>> read(byte[] bytes, Csv.Options options) throws IOException {
        List<List<String>> records = new ArrayList<>();
        try (Csv csv = Csv.open(new ByteArrayInputStream(bytes), "rows.csv", options)) {
            for (List<String> cells = csv.next(); cells != null; cells = csv.next()) {
                records.add(cells);
            }
        }
        return records;
    }

    private static List<List<String>> read(String text) throws IOException {
        return read(text.getBytes(StandardCharsets.UTF_8), Csv.Options.CSV);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a,b\nc,d",
                "a,b\nc,d\n",
                "a,b\r\nc,d\r\n",
                "\n\na,b\n\n\nc,d\n\n",
                "\uFEFFa,b\nc,d",
                "\"a\",\"b\"\nc,\"d\""
            })
    void readsTheSameCellsFromEveryWayOfWritingThem(String text) throws IOException {
        assertThat(read(text)).containsExactly(List.of("a", "b"), List.of("c", "d"));
    }

    @Test
    void readsQuotesAndBreaksWithinACell() throws IOException {
        assertThat(read("\"a,\"\"b\"\"\nc\",,\"\"\n")).containsExactly(List.of("a,\"b\"\nc", "", ""));
    }

    @Test
    void readsNothingFromNothing() throws IOException {
        assertThat(read("")).isEmpty();
        assertThat(read("\n\n")).isEmpty();
    }

    @Test
    void takesAQuoteInTabSeparatedTextForACharacter() throws IOException {
        byte[] text = "\"un closed\t0\n".getBytes(StandardCharsets.UTF_8);

        assertThat(read(text, Csv.Options.TSV)).containsExactly(List.of("\"un closed", "0"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "a,b;c,d,e|rows.csv, line 2: has 3 cells where the first line has 2",
                "a,b;;c|rows.csv, line 3: has 1 cells",
                "a,b;\"c;d\",e;f|rows.csv, line 4: has 1 cells",
                "a,\"b;c|rows.csv, line 1: a quote is never closed",
                "a,\"b\"c|rows.csv, line 1: text follows a closing quote"
            })
    void namesTheLineOfABadRecord(String text, String message) {
        assertThatThrownBy(() -> read(text.replace(';', '\n')))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void refusesACellThatNeverEnds() {
        assertThatThrownBy(() -> read("\"" + "x".repeat(2 << 20)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("is a quote missing?");
    }

    @Test
    void refusesTextThatIsNotUtf8() {
        assertThatThrownBy(() -> read(new byte[] {'a', ',', (byte) 0xff, '\n'}, Csv.Options.CSV))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("rows.csv: is not UTF-8 text");
    }
}

package org.expunge.cli.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class DocumentTest {
    private static final Document DOCUMENT = Document.titled("Result")
            .paragraph("Two rows.")
            .heading("Rows")
            .table(Table.of("row", "score", "class")
                    .row("digits-1", "10.50", "a|b")
                    .row("digits-12", "-1.25", "c")
                    .build())
            .build();

    @Test
    void textSetsNumbersFlushRight() {
        assertThat(DOCUMENT.text()).isEqualTo("""
                        Result
                        Two rows.

                        Rows
                        row        score  class
                        digits-1   10.50  a|b
                        digits-12  -1.25  c
                        """);
    }

    @Test
    void markdownEscapesBars() {
        assertThat(DOCUMENT.markdown()).isEqualTo("""
                        # Result

                        Two rows.

                        ## Rows

                        | row | score | class |
                        | --- | ---: | --- |
                        | digits-1 | 10.50 | a\\|b |
                        | digits-12 | -1.25 | c |
                        """);
    }

    @Test
    void factsNeedNoHeader() {
        Table facts = Table.of().row("threads", 2).row("seed", 17).build();

        assertThat(facts.text()).isEqualTo("threads  2\nseed     17\n");
        assertThat(facts.markdown()).startsWith("|   |   |\n| --- | --- |\n| threads | 2 |");
    }

    @Test
    void emptyTablesAreJustTheirHeader() {
        assertThat(Table.of("a", "b").build().text()).isEqualTo("a  b\n");
        assertThat(Table.of().build().text()).isEmpty();
    }

    @Test
    void refusesRowsOfAnotherLength() {
        Table.Builder table = Table.of("a", "b").row("1");

        assertThatThrownBy(table::build).hasMessageContaining("a row has 1 cells but there are 2 columns");
    }
}

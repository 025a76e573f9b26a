package org.expunge.benchmarks.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class StudyTableTest {
    @Test
    void aTextWithACommaIsOneCellAndNumbersHaveFourDigits() {
        StudyTable table = new StudyTable("java Study", List.of("seed", "gate", "success"));
        table.add(3L, "attack failed: it succeeds on 1.0 % of its inputs, and no more", 0.0123456);

        assertThat(table.toCsv().lines())
                .startsWith("# command: java Study")
                .endsWith(
                        "seed,gate,success",
                        "3,\"attack failed: it succeeds on 1.0 % of its inputs, and no more\",0.01235");
    }

    @Test
    void aRowOfAnotherWidthIsRefused() {
        StudyTable table = new StudyTable("java Study", List.of("seed"));

        assertThatThrownBy(() -> table.add(1, 2)).hasMessage("2 cells for 1 columns");
    }
}

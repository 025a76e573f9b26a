package org.expunge.influence.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.expunge.influence.compute.EngineGroup;
import org.expunge.influence.data.RowRange;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedSumsTest {
    /** The row numbers themselves, whose sum is known. */
    private static final SharedSums NUMBERS =
            (engine, rows) -> new RowSums(rows.size(), new TreeMap<>(Map.of("n", new double[] {
                IntStream.of(rows.rows()).sum()
            })));

    private static EngineGroup group(int engines) {
        return new EngineGroup(Stream.generate(() -> SmallProblems.reference(1, 1))
                .limit(engines)
                .toList());
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 10", "2, 0, 10", "3, 4, 11", "4, 0, 2", "2, 7, 8"})
    void everyRowCountsOnce(int engines, int from, int to) {
        try (EngineGroup group = group(engines)) {
            RowSums sums = NUMBERS.over(group, new RowRange(from, to));

            assertThat(sums.rows()).isEqualTo(to - from);
            assertThat(sums.get("n")).containsExactly(IntStream.range(from, to).sum());
        }
    }

    @Test
    void noRowsAreRefused() {
        try (EngineGroup group = group(1)) {
            assertThatThrownBy(() -> NUMBERS.over(group, new RowRange(3, 3))).hasMessageContaining("no rows");
        }
    }
}

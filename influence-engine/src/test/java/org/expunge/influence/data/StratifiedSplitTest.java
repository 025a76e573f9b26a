package org.expunge.influence.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StratifiedSplitTest {

    /** 1000 rows of four classes: 10, 90, 300 and 600, mixed. */
    private static Dataset skewed() {
        int[] labels = IntStream.range(0, 1000)
                .map(i -> i < 10 ? 0 : i < 100 ? 1 : i < 400 ? 2 : 3)
                .toArray();
        SplittableRandom random = new SplittableRandom(3);
        for (int i = labels.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = labels[i];
            labels[i] = labels[j];
            labels[j] = swap;
        }
        return Dataset.of("skewed", Shape.flat(1), Features.of(new double[1000], 1), Targets.classes(labels, 4));
    }

    private static long count(Dataset data, int label) {
        return IntStream.range(0, data.size())
                .filter(row -> data.label(row) == label)
                .count();
    }

    @ParameterizedTest
    @CsvSource({"0.1, 0.2", "0, 0.5", "0.333, 0", "0.45, 0.5", "0, 0"})
    void givesEveryClassItsShareOfEveryPart(double validation, double test) {
        Dataset data = skewed();

        Partition parts = new StratifiedSplit(validation, test, 7).split(data);

        assertThat((double) parts.test().size()).isBetween(1000 * test - 1, 1000 * test + 1);
        assertThat((double) parts.validation().size()).isBetween(1000 * validation - 1, 1000 * validation + 1);
        for (int label = 0; label < 4; label++) {
            double size = count(data, label);
            assertThat((double) count(parts.test(), label)).isBetween(size * test - 2, size * test + 2);
            assertThat((double) count(parts.validation(), label))
                    .isBetween(size * validation - 2, size * validation + 2);
        }
    }

    @Test
    void putsEveryRowIntoOnePartInItsOrder() {
        Dataset data = skewed();

        Partition parts = new StratifiedSplit(0.2, 0.3, 11).split(data);

        List<String> all = new ArrayList<>(parts.train().ids());
        all.addAll(parts.validation().ids());
        all.addAll(parts.test().ids());
        assertThat(all).hasSize(1000).containsExactlyInAnyOrderElementsOf(data.ids());
        int[] rows = data.rowsOf(parts.test().ids());
        assertThat(Arrays.stream(rows).mapToObj(data::id).toList())
                .isEqualTo(parts.test().ids());
    }

    @Test
    void drawsTheSameRowsFromTheSameSeedOnly() {
        Dataset data = skewed();

        List<String> first = new StratifiedSplit(0, 0.2, 1).split(data).test().ids();

        assertThat(new StratifiedSplit(0, 0.2, 1).split(data).test().ids()).isEqualTo(first);
        assertThat(new StratifiedSplit(0, 0.2, 2).split(data).test().ids()).isNotEqualTo(first);
    }

    @Test
    void takesTheSourcesOwnTestRows() {
        Dataset data = skewed();
        Dataset own = data.select(new int[] {0, 1}).withIds(List.of("test-0", "test-1"));
        StratifiedSplit split = new StratifiedSplit(0.1, 0.2, 1);

        Partition parts = split.split(new LoadedData(data, Optional.of(own), "spec"));

        assertThat(parts.test()).isSameAs(own);
        assertThat(parts.train().size() + parts.validation().size()).isEqualTo(1000);
        assertThat(split.split(new LoadedData(data, Optional.empty(), "spec"))
                        .test()
                        .size())
                .isEqualTo(200);
    }

    @Test
    void splitsNumbersAndNothing() {
        Dataset numbers = Dataset.of(
                "numbers",
                Shape.flat(1),
                Features.of(new double[10], 1),
                Targets.real(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 1));

        assertThat(new StratifiedSplit(0, 0.3, 1).split(numbers).test().size()).isEqualTo(3);
        assertThat(new StratifiedSplit(0.1, 0.3, 1)
                        .split(numbers.select(new int[0]))
                        .train()
                        .size())
                .isZero();
    }

    @Test
    void refusesFractionsThatLeaveNothing() {
        assertThatThrownBy(() -> new StratifiedSplit(0.5, 0.5, 1)).hasMessageContaining("leave none to train on");
        assertThatThrownBy(() -> new StratifiedSplit(Double.NaN, 0, 1)).hasMessageContaining("validation");
        assertThatThrownBy(() -> new StratifiedSplit(0, -0.1, 1)).hasMessageContaining("test");
    }
}

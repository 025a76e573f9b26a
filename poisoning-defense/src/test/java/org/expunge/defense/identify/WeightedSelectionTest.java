package org.expunge.defense.identify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WeightedSelectionTest {
    @Test
    void findsWhatSortingEveryCopyFinds() {
        Random random = new Random(4);
        for (int trial = 0; trial < 50; trial++) {
            int n = 1 + random.nextInt(12);
            double[] values =
                    IntStream.range(0, n).mapToDouble(i -> random.nextInt(6)).toArray();
            long[] weights =
                    IntStream.range(0, n).mapToLong(i -> 1 + random.nextInt(4)).toArray();
            double[] copies = IntStream.range(0, n)
                    .boxed()
                    .flatMapToDouble(i -> IntStream.range(0, (int) weights[i]).mapToDouble(c -> values[i]))
                    .sorted()
                    .toArray();

            for (int wanted = 1; wanted <= copies.length; wanted++) {
                assertThat(WeightedSelection.smallest(values.clone(), weights.clone(), n, wanted))
                        .isEqualTo(copies[wanted - 1]);
            }
        }
    }
}

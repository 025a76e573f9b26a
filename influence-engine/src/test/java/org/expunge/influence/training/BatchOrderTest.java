package org.expunge.influence.training;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BatchOrderTest {
    @Test
    void visitsEveryRowOnceInAnOrderOfItsOwnEachEpoch() {
        BatchOrder order = new BatchOrder(3, 50);

        int[] first = order.shuffle(0).clone();
        int[] second = order.shuffle(1).clone();

        assertThat(first).doesNotHaveDuplicates().hasSize(50).isNotEqualTo(second);
        assertThat(new BatchOrder(3, 50).shuffle(1)).containsExactly(second);
        assertThat(new BatchOrder(4, 50).shuffle(1)).isNotEqualTo(second);
    }

    /** 6 orders of 3 rows over 6000 epochs: a count is 1000 ± 29; five deviations fail once in two million. */
    @Test
    void drawsEveryOrderAlikeOften() {
        BatchOrder order = new BatchOrder(11, 3);
        int[] counts = new int[9];
        for (int epoch = 0; epoch < 6_000; epoch++) {
            int[] rows = order.shuffle(epoch);
            counts[3 * rows[0] + rows[1]]++;
        }

        for (int first = 0; first < 3; first++) {
            for (int second = 0; second < 3; second++) {
                int expected = first == second ? 0 : 1_000;
                assertThat(counts[3 * first + second]).isBetween(expected - 145, expected + 145);
            }
        }
    }
}

package org.expunge.influence.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.compute.WorkerSums;
import org.expunge.influence.compute.Workers;
import org.junit.jupiter.api.Test;

/** What every backend promises about sums. */
public abstract class SumsContract extends KernelContract {
    /** More numbers than a backend moves at a time. */
    private static final int MANY = (1 << 19) + 3;

    /** Tests {@code compute}, which is closed after each test. */
    protected SumsContract(Compute compute) {
        super(compute);
    }

    @Test
    void startAtZeroAndAreClearedToIt() {
        Sums sums = compute.sums(3);
        assertThat(sums.toArray()).containsExactly(0, 0, 0);

        sums.write(0, new double[] {1, Double.NaN, 3}, 0, 3);
        sums.clear();

        assertThat(sums.toArray()).containsExactly(0, 0, 0);
        assertThat(compute.sums(0).toArray()).isEmpty();
    }

    @Test
    void keepEveryBitOfADouble() {
        double[] values = {1.0 / 3, Double.MIN_VALUE, -1e300, Double.POSITIVE_INFINITY};

        assertThat(compute.sumsOf(values).toArray()).containsExactly(values);
    }

    @Test
    void giveBackRanges() {
        Sums sums = compute.sumsOf(1, 2, 3, 4);
        double[] part = new double[4];

        sums.write(1, new double[] {0, 7, 8, 0}, 1, 2);
        sums.read(2, part, 1, 2);

        assertThat(part).containsExactly(0, 8, 4, 0);
        assertThatThrownBy(() -> sums.read(3, part, 0, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 numbers from 3")
                .hasMessageContaining("of 4 numbers");
        assertThatThrownBy(() -> sums.write(-1, part, 0, 2)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void moveManyNumbers() {
        double[] values = new double[MANY];
        for (int i = 0; i < MANY; i++) {
            values[i] = i;
        }

        assertThat(compute.sumsOf(values).toArray()).containsExactly(values);
    }

    @Test
    void areAdded() {
        Sums sums = compute.sumsOf(1, 2);

        sums.add(compute.sumsOf(0.5, -3));

        assertThat(sums.toArray()).containsExactly(1.5, -1);
        Sums longer = compute.sums(3);
        assertThatThrownBy(() -> sums.add(longer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 sums cannot be added to 2 sums");
    }

    @Test
    void areCountedAndGivenBack() {
        long before = compute.memory().now();
        Sums sums = compute.sums(10);
        assertThat(compute.memory().now()).isEqualTo(before + 10 * Double.BYTES);

        sums.close();
        sums.close();

        assertThat(compute.memory().now()).isEqualTo(before);
        assertThatThrownBy(sums::toArray)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> compute.sums(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ofWorkersComeTogetherInTheirOrder() {
        try (Workers workers = new Workers(3)) {
            Engine engine = new Engine(compute, workers, 1);
            try (WorkerSums sums = new WorkerSums(engine, 7)) {
                assertThat(sums.toArray()).containsOnly(0).hasSize(7);
                workers.run(
                        7,
                        (worker, task) ->
                                compute.reductions().addMatrix(1, 1, compute.of(task + 1), sums.of(worker), task, 1));
                assertThat(sums.toArray()).containsExactly(1, 2, 3, 4, 5, 6, 7);
                assertThat(sums.toArray()).containsExactly(1, 2, 3, 4, 5, 6, 7);

                sums.clear();
                double[] first = {9, 9, 9};
                sums.read(first, 2);
                assertThat(first).containsExactly(0, 0, 9);
            }
        }
    }
}

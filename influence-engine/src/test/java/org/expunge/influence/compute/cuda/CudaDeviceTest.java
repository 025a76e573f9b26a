package org.expunge.influence.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.compute.cuda.driver.CudaException;
import org.expunge.influence.testkit.CudaTesting;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("gpu")
class CudaDeviceTest {
    private final CudaCompute compute = CudaTesting.open(CudaOptions.DEFAULT);

    @AfterEach
    void close() {
        compute.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, (1 << 18) - 1, 1 << 18, (1 << 18) + 1, 3 * (1 << 18) + 5})
    void carriesArraysLongerThanItsStaging(int length) {
        double[] values = new Random(7).doubles(length).map(x -> (float) x).toArray();
        double[] back = new double[length];

        try (Buffer buffer = compute.of(values)) {
            compute.read(buffer, 0, back, 0, length);
        }

        assertThat(back).isEqualTo(values);
    }

    @Test
    void usesNumbersAsTheyWereWhenTheyWereWritten() {
        double[] values = new double[1 << 20];
        Arrays.fill(values, 1);
        try (Buffer first = compute.of(values);
                Buffer second = compute.allocate(values.length)) {
            Arrays.fill(values, 2);
            compute.write(values, 0, second, 0, values.length);
            compute.linear().addScaled(values.length, 10, second, first);

            assertThat(compute.toArray(first)).containsOnly(21);
        }
    }

    @Test
    void ordersThreadsThatHandBuffersOn() {
        int length = 1 << 14;
        int rounds = 40;
        try (Workers workers = new Workers(3);
                Buffer counter = compute.allocate(length);
                Buffer one = compute.allocate(length)) {
            compute.fill(one, 0, length, 1);
            for (int round = 0; round < rounds; round++) {
                int turn = round % 3;
                workers.run(3, (worker, task) -> {
                    if (task == turn) {
                        compute.linear().addScaled(length, 1, one, counter);
                    }
                });
            }

            assertThat(compute.toArray(counter)).containsOnly(rounds);
        }
    }

    @Test
    void writesOnlyAfterOtherThreadsHaveRead() {
        int length = 1 << 16;
        try (Workers workers = new Workers(4);
                Buffer shared = compute.allocate(length)) {
            Buffer[] copies = new Buffer[4];
            for (int round = 1; round <= 10; round++) {
                compute.fill(shared, 0, length, round);
                workers.run(4, (worker, task) -> {
                    copies[task] = compute.allocate(length);
                    compute.copy(shared, 0, copies[task], 0, length);
                });
                compute.fill(shared, 0, length, -1);
                for (Buffer copy : copies) {
                    assertThat(compute.toArray(copy)).containsOnly(round);
                    copy.close();
                }
            }
        }
    }

    @Test
    void handsMemoryToAnotherThreadOnlyAfterItsLastUse() {
        int length = 1 << 16;
        try (Workers workers = new Workers(2);
                Buffer sum = compute.allocate(length)) {
            for (int round = 0; round < 20; round++) {
                int turn = round % 2;
                workers.run(2, (worker, task) -> {
                    if (task == turn) {
                        try (Buffer passing = compute.allocate(length)) {
                            compute.fill(passing, 0, length, 1);
                            compute.linear().addScaled(length, 1, passing, sum);
                        }
                    }
                });
            }

            assertThat(compute.toArray(sum)).containsOnly(20);
        }
    }

    @Test
    void keepsMemoryForTheNextTaker() {
        long before = compute.memory().now();
        for (int i = 0; i < 100; i++) {
            compute.allocate(1000).close();
        }

        assertThat(compute.memory().now()).isEqualTo(before);
        assertThat(compute.memory().peak()).isEqualTo(before + 4000);
    }

    @Test
    void refusesMoreThanItsBudgetAndGoesOn() {
        CudaOptions little = new CudaOptions(0, MathMode.FLOAT32, 1e-3);
        try (CudaCompute small = CudaTesting.open(little)) {
            int half = (int) (small.info().memory() * 6e-4 / Float.BYTES);
            Buffer first = small.allocate(half);
            assertThatThrownBy(() -> small.allocate(half))
                    .isInstanceOf(CudaException.class)
                    .hasMessageContaining("budget")
                    .hasMessageContaining("--max-memory");
            first.close();

            try (Buffer second = small.allocate(half + half / 4)) {
                assertThat(second.length()).isGreaterThan(half);
            }
        }
    }

    @Test
    void refusesBuffersOfAnotherComputeAndClosedOnes() {
        try (CudaCompute other = CudaTesting.open(CudaOptions.DEFAULT);
                Buffer foreign = other.allocate(1);
                Buffer own = compute.allocate(1)) {
            assertThatThrownBy(() -> compute.elements().add(1, foreign, own, own))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("another device");
        }
        Buffer closed = compute.allocate(1);
        closed.close();
        assertThatThrownBy(() -> compute.linear().scale(1, 2, closed))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void refusesADeviceThatIsNotThere() {
        assertThatThrownBy(() -> new CudaCompute(new CudaOptions(99, MathMode.FLOAT32, 0.5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no device 99");
    }

    @Test
    void canBeOpenedAgainAndFromTwoSides() {
        try (CudaCompute second = CudaTesting.open(CudaOptions.DEFAULT);
                Buffer there = second.of(1, 2);
                Buffer here = compute.of(3, 4)) {
            second.linear().scale(2, 10, there);
            compute.linear().scale(2, 100, here);

            assertThat(second.toArray(there)).containsExactly(10, 20);
            assertThat(compute.toArray(here)).containsExactly(300, 400);
        }
    }
}

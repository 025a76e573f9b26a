package org.expunge.influence.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.EngineFailure;
import org.expunge.influence.compute.EngineGroup;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Replay;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.store.FactorRecipe;
import org.expunge.influence.curvature.store.FactorStore;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.testkit.CudaTesting;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two devices of one process: the emulator reports whatever of one is used with the other. */
@Tag("gpu")
class SeveralDevicesTest {
    private static final int N = 8;

    private final List<CudaCompute> devices = CudaTesting.openSeveral(2);
    private final EngineGroup group = new EngineGroup(devices.stream()
            .map(device -> new Engine(device, new Workers(3), 4))
            .toList());

    @AfterEach
    void close() {
        group.close();
    }

    /** Returns 2 A · A, of a matrix that only this device has, with everything that a device keeps for a thread. */
    private static double product(CudaCompute on, double value) {
        double[] filled = new double[N * N];
        Arrays.fill(filled, value);
        try (Buffer a = on.of(filled);
                Buffer b = on.allocate(N * N);
                Sums sums = on.sums(1)) {
            on.linear().multiply(2, Matrix.of(a, N, N), Matrix.of(a, N, N), 0, Matrix.of(b, N, N));
            on.reductions().rowSums(1, N * N, b, sums, 0);
            return on.toArray(b)[N + 1] + sums.toArray()[0];
        }
    }

    private static double expected(double value) {
        return 2 * N * value * value * (1 + N * N);
    }

    @Test
    void oneThreadWorksOnBothInTurn() {
        for (int i = 1; i < 6; i++) {
            assertThat(product(devices.get(0), i)).isEqualTo(expected(i));
            assertThat(product(devices.get(1), 10 * i)).isEqualTo(expected(10 * i));
        }
    }

    @Test
    void threadsOfBothWorkAtTheSameTime() throws IOException {
        group.run((place, engine, others) -> {
            double[] found = new double[12];
            engine.workers().run(found.length, (worker, task) -> {
                found[task] = product((CudaCompute) engine.compute(), task + 20 * place);
            });
            for (int task = 0; task < found.length; task++) {
                assertThat(found[task]).isEqualTo(expected(task + 20 * place));
            }
            return place;
        });
    }

    @Test
    void buffersOfBothMayBeClosedByAnyThread() {
        try (Buffer first = devices.get(0).of(1, 2, 3);
                Buffer second = devices.get(1).of(4, 5, 6)) {
            devices.get(0).linear().scale(3, 2, first);
            devices.get(1).linear().scale(3, 2, second);
            assertThat(devices.get(0).toArray(first)).containsExactly(2, 4, 6);
            assertThat(devices.get(1).toArray(second)).containsExactly(8, 10, 12);
        }
    }

    @Test
    void eachHasItsOwnRecordedKernelsAndDecompositions() {
        for (CudaCompute device : devices) {
            try (Buffer numbers = device.of(1, 2);
                    Replay replay = device.replay(() -> device.linear().scale(2, 3, numbers))) {
                for (int i = 0; i < 4; i++) {
                    replay.run();
                    product(devices.get(1), 1);
                    product(devices.get(0), 1);
                }
                assertThat(device.toArray(numbers)).containsExactly(81, 162);
            }
            double[] matrix = {2, 1, 1, 2};
            assertThat(device.eigen().decompose(2, matrix)[1]).isBetween(2.999999, 3.000001);
        }
    }

    @Test
    void aBufferOfTheOtherDeviceIsRefused() {
        try (Buffer first = devices.get(0).of(1);
                Buffer second = devices.get(1).of(1)) {
            assertThatThrownBy(() -> devices.get(1).elements().add(1, first, second, second))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("another device");
        }
    }

    @Test
    void oneGoesOnWhenTheOtherIsClosed() {
        assertThat(product(devices.get(0), 2)).isEqualTo(expected(2));
        assertThat(product(devices.get(1), 2)).isEqualTo(expected(2));
        devices.get(1).close();

        assertThat(product(devices.get(0), 3)).isEqualTo(expected(3));
        assertThatThrownBy(() -> product(devices.get(1), 3)).hasMessageContaining("closed");
        try (CudaCompute again = new CudaCompute(CudaOptions.DEFAULT.withDevice(1))) {
            assertThat(product(again, 4)).isEqualTo(expected(4));
            assertThat(product(devices.get(0), 5)).isEqualTo(expected(5));
        }
    }

    @Test
    void namesTellThemApart() {
        assertThat(group.description())
                .contains(
                        devices.get(0).info().name() + " (device 0)",
                        ", cuda on " + devices.get(1).info().name() + " (device 1)");
    }

    @Test
    void eachKeepsToItsOwnShareOfItsOwnMemory() {
        CudaOptions small = CudaOptions.DEFAULT.withDevice(1).withMemoryShare(1e-4);
        try (CudaCompute little = new CudaCompute(small)) {
            assertThat(little.memoryLimit()).isLessThan(devices.get(1).memoryLimit() / 1000);
            EngineGroup uneven = new EngineGroup(List.of(group.lead(), new Engine(little, new Workers(1), 4)));
            assertThat(uneven.memoryLimit()).isEqualTo(little.memoryLimit());
            assertThatThrownBy(() -> little.allocate((int) (little.memoryLimit() / Float.BYTES) + 1))
                    .hasMessageContaining("do not fit on");
            assertThat(product(devices.get(1), 6)).isEqualTo(expected(6));
        }
    }

    @Test
    void aFitThatOneOfThemCannotHoldNamesItAndWritesNothing(@TempDir Path folder) {
        Model model = SmallProblems.dense(1);
        Dataset rows = SmallProblems.rows(model, 40, 2);
        try (CudaCompute full =
                new CudaCompute(CudaOptions.DEFAULT.withDevice(1).withMemoryShare(1e-9))) {
            EngineGroup uneven = new EngineGroup(List.of(group.lead(), new Engine(full, new Workers(1), 4)));

            assertThatThrownBy(() -> FactorStore.fit(
                            folder.resolve("factors"),
                            uneven,
                            model,
                            rows,
                            FactorRecipe.kfac(Kfac.Options.DEFAULT),
                            FactorStore.Options.DEFAULT,
                            FactorStore.Listener.NONE))
                    .isInstanceOf(EngineFailure.class)
                    .hasMessageStartingWith(full.description())
                    .hasMessageContaining("do not fit on");
        }
        assertThat(folder.resolve("factors")).doesNotExist();
    }
}

package org.expunge.influence.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.RowLoader;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.compute.cuda.driver.CudaException;
import org.expunge.influence.compute.cuda.driver.Driver;
import org.expunge.influence.compute.cuda.driver.NativeBlock;
import org.expunge.influence.testkit.CudaTesting;
import org.expunge.influence.testkit.EmulatorCounts;
import org.expunge.influence.testkit.FailingRows;
import org.expunge.influence.testkit.StoredRows;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What stays on the device, and what travels. */
@Tag("gpu")
class CudaRowLoaderTest {
    private static final int ROWS = 96;
    private static final int WIDTH = 40;
    private static final int TILE = 16;
    private static final int ROW_BYTES = WIDTH * Float.BYTES;

    private final Random random = new Random(8);
    private final int[] inOrder = IntStream.range(0, ROWS).toArray();

    /** Takes all rows through a loader, checks them, and returns the bytes that were copied to the device. */
    private static long copiedBytes(CudaCompute compute, RowLoader loader, StoredRows source, int[] rows) {
        try (Buffer into = compute.allocate(source.width() * TILE)) {
            long before = EmulatorCounts.copiedBytes();
            for (int from = 0; from < rows.length; from += TILE) {
                int to = Math.min(rows.length, from + TILE);
                loader.load(source, rows, from, to, into);
                loader.announce(source, rows, to, Math.min(rows.length, to + TILE));
                double[] loaded = new double[source.width() * (to - from)];
                compute.read(into, 0, loaded, 0, loaded.length);
                assertThat(loaded).isEqualTo(source.columns(rows, from, to));
            }
            return EmulatorCounts.copiedBytes() - before;
        }
    }

    private int[] shuffled() {
        return random.ints(0, ROWS).distinct().limit(ROWS).toArray();
    }

    @Test
    void rowsTravelOnceAndThenTheirPlacesAtMost() {
        StoredRows source = StoredRows.draw(random, ROWS, WIDTH);
        int[] order = random.ints(ROWS, 0, ROWS).toArray();
        try (CudaCompute compute = CudaTesting.open()) {
            EmulatorCounts.assumeCounted();
            try (RowLoader first = compute.rowLoader(WIDTH, TILE)) {
                assertThat(copiedBytes(compute, first, source, inOrder)).isEqualTo(ROWS * ROW_BYTES);
                assertThat(copiedBytes(compute, first, source, inOrder)).isZero();
            }
            try (RowLoader second = compute.rowLoader(WIDTH, TILE)) {
                assertThat(copiedBytes(compute, second, source, inOrder)).isZero();
                assertThat(copiedBytes(compute, second, source, order)).isEqualTo(ROWS * Float.BYTES);
                assertThat(copiedBytes(compute, second, source.select(order), inOrder))
                        .isEqualTo(ROWS * Float.BYTES);
            }
            assertThat(source.reads()).isEqualTo(ROWS);
            assertThat(compute.keptRowBytes()).isEqualTo(ROWS * ROW_BYTES);
        }
    }

    @Test
    void oneThreadsRowsServeAnother() {
        StoredRows source = StoredRows.draw(random, ROWS, WIDTH);
        try (CudaCompute compute = CudaTesting.open();
                Workers workers = new Workers(2)) {
            EmulatorCounts.assumeCounted();
            for (int run = 0; run < 6; run++) {
                int turn = run % 2;
                workers.run(2, (worker, task) -> {
                    if (task == turn) {
                        try (RowLoader loader = compute.rowLoader(WIDTH, TILE)) {
                            copiedBytes(compute, loader, source, inOrder);
                        }
                    }
                });
            }
            assertThat(source.reads()).isEqualTo(ROWS);
        }
    }

    /** A device of 2 MiB, whose rows may take half of one. */
    private static CudaCompute little() {
        return CudaTesting.open(new CudaOptions(0, MathMode.FLOAT32, 1e-3));
    }

    @Test
    void rowsThatDoNotFitComeEachTime() {
        try (CudaCompute compute = little()) {
            EmulatorCounts.assumeCounted();
            int width = (int) (compute.memoryLimit() / ROWS / Float.BYTES);
            StoredRows large = StoredRows.draw(random, ROWS, width);
            try (RowLoader loader = compute.rowLoader(width, TILE)) {
                for (int pass = 1; pass <= 3; pass++) {
                    assertThat(copiedBytes(compute, loader, large, pass == 2 ? shuffled() : inOrder))
                            .isEqualTo((long) ROWS * width * Float.BYTES);
                }
            }
            assertThat(compute.keptRowBytes()).isZero();
        }
    }

    @Test
    void buffersTakeTheMemoryOfRows() {
        try (CudaCompute compute = little()) {
            EmulatorCounts.assumeCounted();
            int width = (int) (compute.memoryLimit() / 5 / ROWS / Float.BYTES);
            StoredRows source = StoredRows.draw(random, ROWS, width);
            long bytes = (long) ROWS * width * Float.BYTES;
            try (RowLoader loader = compute.rowLoader(width, TILE)) {
                assertThat(copiedBytes(compute, loader, source, inOrder)).isEqualTo(bytes);
                assertThat(compute.keptRowBytes()).isEqualTo(bytes);
                loader.announce(source, inOrder, 3, 5);
                try (Buffer most = compute.allocate(300_000);
                        Buffer rest = compute.allocate(1 << 17);
                        Buffer into = compute.allocate(2 * width)) {
                    assertThat(most.length()).isGreaterThan(rest.length());
                    assertThat(compute.keptRowBytes()).isZero();
                    loader.load(source, inOrder, 3, 5, into);
                    assertThat(compute.toArray(into)).isEqualTo(source.columns(inOrder, 3, 5));
                    assertThat(copiedBytes(compute, loader, source, inOrder)).isEqualTo(bytes);
                    assertThat(compute.keptRowBytes()).isZero();
                }
                assertThat(copiedBytes(compute, loader, source, inOrder)).isEqualTo(bytes);
                assertThat(copiedBytes(compute, loader, source, inOrder)).isZero();
            }
        }
    }

    /** Whoever needs memory finds it, at whatever moment: in a store that is being made, or being given up. */
    @Test
    void buffersTakeTheMemoryOfRowsThatAreJustComing() {
        int rounds = 20;
        for (int round = 0; round < rounds; round++) {
            try (CudaCompute compute = little();
                    Workers workers = new Workers(2)) {
                int width = (int) (compute.memoryLimit() / 5 / ROWS / Float.BYTES);
                StoredRows source = StoredRows.draw(random, ROWS, width);
                CyclicBarrier start = new CyclicBarrier(2);
                Buffer most = compute.allocate(300_000);
                Buffer into = compute.allocate(width);
                workers.run(2, (worker, task) -> {
                    if (task == 0) {
                        try (RowLoader loader = compute.rowLoader(width, 1)) {
                            arrive(start);
                            loader.load(source, inOrder, 0, 1, into);
                        }
                    } else {
                        arrive(start);
                        compute.allocate(1 << 17).close();
                    }
                });
                into.close();
                most.close();
            }
        }
    }

    private static void arrive(CyclicBarrier start) {
        try {
            start.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void rowsThatAreUsedNoMoreMakeRoomForOthers() {
        try (CudaCompute compute = little()) {
            EmulatorCounts.assumeCounted();
            int width = (int) (compute.memoryLimit() / 5 / ROWS / Float.BYTES);
            StoredRows old = StoredRows.draw(random, ROWS, width);
            StoredRows young = StoredRows.draw(random, ROWS, width);
            long bytes = (long) ROWS * width * Float.BYTES;
            try (RowLoader loader = compute.rowLoader(width, TILE)) {
                assertThat(copiedBytes(compute, loader, old, inOrder)).isEqualTo(bytes);
                assertThat(copiedBytes(compute, loader, young, inOrder)).isEqualTo(bytes);
                assertThat(copiedBytes(compute, loader, old, inOrder))
                        .as("in turn with others")
                        .isZero();
                for (int pass = 0; pass < 3; pass++) {
                    assertThat(copiedBytes(compute, loader, young, inOrder)).isPositive();
                }
                assertThat(copiedBytes(compute, loader, young, inOrder)).isZero();
                assertThat(compute.keptRowBytes()).isEqualTo(bytes);
            }
        }
    }

    @Test
    @SuppressWarnings("UnusedVariable")
    void rowsThatNobodyHasAreGivenBack() throws InterruptedException {
        try (CudaCompute compute = CudaTesting.open()) {
            try (RowLoader loader = compute.rowLoader(WIDTH, TILE);
                    Buffer into = compute.allocate(WIDTH * TILE)) {
                loader.load(StoredRows.draw(random, ROWS, WIDTH), inOrder, 0, TILE, into);
                assertThat(compute.keptRowBytes()).isEqualTo(ROWS * ROW_BYTES);
                StoredRows other = StoredRows.draw(random, 2, WIDTH);
                for (int tries = 0; tries < 100 && compute.keptRowBytes() != 2 * ROW_BYTES; tries++) {
                    System.gc();
                    Thread.sleep(5);
                    loader.load(other, inOrder, 0, 2, into);
                }
                assertThat(compute.keptRowBytes()).isEqualTo(2 * ROW_BYTES);
            }
        }
    }

    /** The copy may wait for the gather before it, not for what was queued behind that. */
    @Test
    void whatIsAnnouncedArrivesWhileTheDeviceWorks() {
        StoredRows source = StoredRows.draw(random, ROWS, WIDTH);
        try (CudaCompute compute = CudaTesting.open()) {
            EmulatorCounts.assumeCounted();
            CudaDevice device = compute.device();
            NativeBlock out = new NativeBlock(Long.BYTES);
            Driver.check(Driver.cuEventCreate(out.address(), Driver.WITHOUT_TIMING), "cuEventCreate");
            long end = out.asLong();
            try (RowLoader loader = compute.rowLoader(WIDTH, TILE);
                    Buffer into = compute.allocate(WIDTH * TILE)) {
                loader.load(source, inOrder, 0, TILE, into);
                for (int i = 0; i < 500; i++) {
                    compute.linear().scale(1, 1, into);
                }
                Driver.check(Driver.cuEventRecord(end, device.stream().handle()), "cuEventRecord");
                long before = EmulatorCounts.copiedBytes();

                loader.announce(source, inOrder, TILE, 2 * TILE);
                device.stream().copies().synchronize();

                assertThat(EmulatorCounts.copiedBytes() - before).isEqualTo(TILE * ROW_BYTES);
                assertThat(EmulatorCounts.isReached(end)).isFalse();
                loader.load(source, inOrder, TILE, 2 * TILE, into);
                assertThat(EmulatorCounts.copiedBytes() - before).isEqualTo(TILE * ROW_BYTES);
                assertThat(compute.toArray(into)).isEqualTo(source.columns(inOrder, TILE, 2 * TILE));
            }
            Driver.check(Driver.cuEventDestroy_v2(end), "cuEventDestroy");
        }
    }

    @Test
    void withoutMemoryToSendRowsAheadTheyComeWhenTheyAreUsed() {
        StoredRows rows = StoredRows.draw(random, ROWS, WIDTH);
        AtomicInteger times = new AtomicInteger();
        RuntimeException failure = new CudaException("no memory", Driver.OUT_OF_MEMORY);
        FailingRows source = new FailingRows(rows, times, failure);
        try (CudaCompute compute = CudaTesting.open();
                RowLoader loader = compute.rowLoader(WIDTH, TILE);
                Buffer into = compute.allocate(WIDTH * TILE)) {
            for (int pass = 0; pass < 2; pass++) {
                for (int from = 0; from < ROWS; from += TILE) {
                    times.set(1); // on the second stream
                    loader.load(source, inOrder, from, from + TILE, into);
                    assertThat(compute.toArray(into)).isEqualTo(rows.columns(inOrder, from, from + TILE));
                }
            }
            times.set(1);
            StoredRows others = StoredRows.draw(random, ROWS, WIDTH);
            FailingRows other = new FailingRows(others, times, failure);
            loader.announce(other, inOrder, 0, TILE);
            loader.load(other, inOrder, 0, TILE, into);
            assertThat(compute.toArray(into)).isEqualTo(others.columns(inOrder, 0, TILE));
            times.set(2);
            assertThatThrownBy(() -> loader.load(other, inOrder, TILE, 2 * TILE, into))
                    .isSameAs(failure);
        }
    }

    @Test
    void refusesToLoadWhileKernelsAreRecorded() {
        StoredRows source = StoredRows.draw(random, ROWS, WIDTH);
        try (CudaCompute compute = CudaTesting.open();
                RowLoader loader = compute.rowLoader(WIDTH, TILE);
                Buffer into = compute.allocate(WIDTH * TILE);
                var replay = compute.replay(() -> loader.load(source, inOrder, 0, TILE, into))) {
            replay.run();

            assertThatThrownBy(replay::run).isInstanceOf(IllegalStateException.class);
            assertThat(compute.toArray(into)).isEqualTo(source.columns(inOrder, 0, TILE));
        }
    }
}

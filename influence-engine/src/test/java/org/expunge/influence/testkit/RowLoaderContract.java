package org.expunge.influence.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.RowLoader;
import org.expunge.influence.compute.Workers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every backend promises about rows of data. */
public abstract class RowLoaderContract extends KernelContract {
    /** Tests {@code compute}, which is closed after each test. */
    protected RowLoaderContract(Compute compute) {
        super(compute);
    }

    private void assertLoaded(RowLoader loader, StoredRows source, int[] rows, int from, int to) {
        int length = source.width() * (to - from);
        try (Buffer into = output(length)) {
            loader.load(source, rows, from, to, into);

            assertThat(result(into, length)).containsExactly(source.columns(rows, from, to));
        }
    }

    @ParameterizedTest(name = "{0} rows of {1}")
    @CsvSource({"1, 1", "5, 3", "33, 31", "70, 40", "12, 100"})
    void writesRowsAsColumnsInTheOrderAsked(int count, int width) {
        StoredRows source = StoredRows.draw(random, count, width);
        int[] backwards = IntStream.range(0, count).map(i -> count - 1 - i).toArray();
        try (RowLoader loader = compute.rowLoader(width, count)) {
            for (int turn = 0; turn < 3; turn++) {
                assertLoaded(loader, source, backwards, 0, count);
                assertLoaded(loader, source, IntStream.range(0, count).toArray(), 0, count);
                assertLoaded(loader, source, backwards, count / 3, count / 2 + 1);
                assertLoaded(loader, source, random.ints(count, 0, count).toArray(), 0, count);
            }
        }
    }

    @Test
    void loadsRowsThatAreAskedSeveralTimes() {
        StoredRows source = StoredRows.draw(random, 9, 5);
        int[] repeated = {3, 3, 8, 3, 0, 8, 1, 3};
        try (RowLoader loader = compute.rowLoader(5, 8)) {
            assertLoaded(loader, source, repeated, 0, 8);
            assertLoaded(loader, source, repeated, 2, 7);
            assertLoaded(loader, source, new int[] {2, 2, 2}, 0, 3);
            assertLoaded(loader, source, new int[] {4, 3, 5}, 0, 3); // one that is there between two that are not
            assertLoaded(loader, source, new int[] {6, 6, 4}, 0, 3);
        }
    }

    @Test
    void loadsNothingAsNothing() {
        StoredRows source = StoredRows.draw(random, 4, 3);
        try (RowLoader loader = compute.rowLoader(3, 4);
                RowLoader none = compute.rowLoader(3, 0)) {
            assertLoaded(loader, source, new int[] {1, 2}, 1, 1);
            assertLoaded(none, source, new int[0], 0, 0);
            loader.announce(source, new int[0], 0, 0);
            assertLoaded(loader, source, new int[] {1, 2}, 0, 2);
        }
    }

    @Test
    void tellsViewsOfTheSameRowsApart() {
        StoredRows source = StoredRows.draw(random, 12, 6);
        StoredRows even = source.select(0, 2, 4, 6, 8, 10);
        StoredRows some = even.select(5, 1, 1);
        int[] rows = {0, 1, 2};
        try (RowLoader loader = compute.rowLoader(6, 6)) {
            loader.announce(source, rows, 0, 3);
            assertLoaded(loader, even, rows, 0, 3);
            loader.announce(even, rows, 0, 3);
            assertLoaded(loader, some, rows, 0, 3);
            assertLoaded(loader, source, rows, 0, 3);
            assertLoaded(loader, even, new int[] {5, 4, 3, 2, 1, 0}, 0, 6);
        }
    }

    @Test
    void announcingChangesNothing() {
        StoredRows source = StoredRows.draw(random, 40, 7);
        StoredRows other = StoredRows.draw(random, 40, 7);
        int[] rows = random.ints(200, 0, 40).toArray();
        try (RowLoader loader = compute.rowLoader(7, 10)) {
            loader.announce(source, rows, 0, 10);
            for (int from = 0; from < 200; from += 10) {
                assertLoaded(loader, source, rows, from, from + 10);
                switch (from % 40) {
                    case 0 -> loader.announce(source, rows, from + 10, from + 20);
                    case 10 -> loader.announce(other, rows, from + 10, from + 20);
                    case 20 -> loader.announce(source, rows, from + 5, from + 15);
                    default -> loader.announce(source, rows, 0, 0);
                }
            }
        }
    }

    @Test
    void rowsThatCannotBeReadAheadFailWhereTheyAreUsedIfAtAll() {
        StoredRows source = StoredRows.draw(random, 12, 6);
        RuntimeException failure = new UncheckedIOException(new IOException("unplugged"));
        int[] rows = {4, 2, 7, 11, 0, 1, 3, 5, 6};
        try (RowLoader loader = compute.rowLoader(6, 3);
                Buffer into = compute.allocate(18)) {
            loader.load(source, rows, 0, 3, into);

            AtomicInteger times = new AtomicInteger(1);
            FailingRows once = new FailingRows(source, times, failure);
            loader.announce(once, rows, 3, 6);
            assertThat(compute.toArray(into)).containsExactly(source.columns(rows, 0, 3));
            times.set(0);
            assertLoaded(loader, source, rows, 3, 6);

            times.set(100);
            loader.announce(once, rows, 6, 9);
            assertThatThrownBy(() -> loader.load(once, rows, 6, 9, into)).isSameAs(failure);
            assertLoaded(loader, source, rows, 6, 9);
        }
    }

    @Test
    void rowsThatAreNotThereFailWhereTheyAreUsed() {
        StoredRows source = StoredRows.draw(random, 5, 5);
        try (RowLoader loader = compute.rowLoader(5, 2);
                Buffer into = compute.allocate(10)) {
            loader.announce(source, new int[] {1, 5}, 0, 2);

            assertThatThrownBy(() -> loader.load(source, new int[] {1, 5}, 0, 2, into))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void servesSeveralThreadsAndLoadersAtOnce() {
        int width = 37;
        int tile = 16;
        StoredRows source = StoredRows.draw(random, 160, width);
        int[][] orders = {
            IntStream.range(0, 160).toArray(),
            random.ints(160, 0, 160).toArray(),
            IntStream.range(0, 160).map(i -> 159 - i).toArray()
        };
        try (Workers workers = new Workers(3)) {
            RowLoader[] loaders = new RowLoader[3];
            Buffer[] into = new Buffer[30];
            for (int w = 0; w < 3; w++) {
                loaders[w] = compute.rowLoader(width, tile);
            }
            for (int[] order : orders) {
                workers.run(30, (worker, task) -> {
                    int from = task % 10 * tile;
                    into[task] = compute.allocate(width * tile);
                    compute.fill(into[task], 0, width * tile, Double.NaN);
                    loaders[worker].load(source, order, from, from + tile, into[task]);
                    loaders[worker].announce(source, order, (from + tile) % 160, (from + tile) % 160 + tile);
                });
                for (int task = 0; task < 30; task++) {
                    int from = task % 10 * tile;
                    assertThat(compute.toArray(into[task]))
                            .as("task %d", task)
                            .containsExactly(source.columns(order, from, from + tile));
                    into[task].close();
                }
            }
            for (RowLoader loader : loaders) {
                loader.close();
            }
        }
    }

    @Test
    void refusesRowsThatDoNotFit() {
        StoredRows source = StoredRows.draw(random, 5, 4);
        int[] rows = {0, 1, 2};
        try (RowLoader loader = compute.rowLoader(4, 2);
                RowLoader wide = compute.rowLoader(5, 3)) {
            Buffer into = output(12);
            assertThatThrownBy(() -> loader.load(source, rows, 0, 3, into))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("3 examples exceed the capacity of 2");
            assertThatThrownBy(() -> wide.load(source, rows, 0, 3, into))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("rows of 4 numbers do not fit a loader of 5");
            assertThatThrownBy(() -> loader.load(source, rows, 2, 4, into))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> loader.announce(source, rows, 1, 0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> loader.load(source, rows, 0, 2, compute.allocate(7)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> loader.load(source, new int[] {1, 5}, 0, 2, into))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertLoaded(loader, source, rows, 1, 3);
        }
    }
}

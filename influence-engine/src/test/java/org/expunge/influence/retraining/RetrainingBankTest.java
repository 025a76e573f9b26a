package org.expunge.influence.retraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetrainingBankTest {
    private static final Subsets SUBSETS = Subsets.random(9, 4, 0.5, 3);
    private static final Retrainings.Options THREE = new Retrainings.Options(3, Retrainings.SeedPlan.FRESH, 11);

    @TempDir
    private Path folder;

    /** Numbers that depend on rows and seed; remembers what it was asked, and fails after some calls. */
    private static final class Task implements SubsetTask {
        private final List<Long> seeds = Collections.synchronizedList(new ArrayList<>());
        private final int calls;
        private final String version;

        Task(int calls, String version) {
            this.calls = calls;
            this.version = version;
        }

        @Override
        public double[] measure(Engine engine, int[] rows, long seed) {
            if (seeds.size() == calls) {
                throw new IllegalStateException("killed");
            }
            seeds.add(seed);
            assertThat(engine.workers().count()).isEqualTo(1);
            return new double[] {Arrays.stream(rows).sum() + seed % 97, rows[0] / 3.0};
        }

        @Override
        public SortedMap<String, String> inputs() {
            return new TreeMap<>(java.util.Map.of("version", version));
        }
    }

    @Test
    void aKilledRunGoesOnWithTheMissingCellsAndEndsAlike() throws IOException {
        Task killed = new Task(5, "a");
        Task resumed = new Task(100, "a");

        assertThatThrownBy(() -> fill(folder.resolve("bank"), killed, THREE)).hasMessage("killed");
        SubsetOutputs outputs = fill(folder.resolve("bank"), resumed, THREE);

        assertThat(resumed.seeds).hasSize(12 - 5).doesNotContainAnyElementsOf(killed.seeds);
        assertThat(outputs.values()).isDeepEqualTo(inMemory(THREE).values());
        Task none = new Task(0, "a");
        assertThat(fill(folder.resolve("bank"), none, THREE).values()).isDeepEqualTo(outputs.values());
        assertThat(Files.exists(folder.resolve("bank/cells"))).isFalse();
        assertThat(RetrainingBank.read(folder.resolve("bank")).subsets().masks())
                .isDeepEqualTo(SUBSETS.masks());
    }

    @Test
    void workersShareTheWorkWithoutChangingIt() throws IOException {
        try (Engine engine = SmallProblems.reference(3, 4)) {
            SubsetOutputs outputs = RetrainingBank.fill(folder, engine, new Task(100, "a"), SUBSETS, THREE);

            assertThat(outputs.values()).isDeepEqualTo(inMemory(THREE).values());
        }
    }

    @Test
    void aBankOfSomethingElseIsRefused() throws IOException {
        fill(folder, new Task(100, "a"), THREE);

        assertThatThrownBy(() -> fill(folder, new Task(100, "b"), THREE))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("made from something else");
        assertThatThrownBy(() ->
                        fill(folder, new Task(100, "a"), new Retrainings.Options(3, Retrainings.SeedPlan.FRESH, 12)))
                .hasMessageContaining("made from something else");
    }

    @Test
    void aTruncatedCellIsFoundAndAnUnfinishedBankIsNotRead() throws IOException {
        assertThatThrownBy(() -> fill(folder, new Task(2, "a"), THREE)).hasMessage("killed");
        assertThatThrownBy(() -> RetrainingBank.read(folder)).hasMessageContaining("is no full bank");
        Path cell;
        try (var cells = Files.list(folder.resolve("cells"))) {
            cell = cells.sorted().findFirst().orElseThrow();
        }
        Files.write(cell, Arrays.copyOf(Files.readAllBytes(cell), 140));

        assertThatThrownBy(() -> fill(folder, new Task(100, "a"), THREE))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(cell.getFileName().toString());
    }

    @Test
    void seedsAreFreshOrShared() {
        Task fresh = new Task(100, "a");
        Task paired = new Task(100, "a");
        try (Engine engine = SmallProblems.reference(1, 4)) {
            new Retrainings(engine, fresh).run(SUBSETS, THREE);
            new Retrainings(engine, paired).run(SUBSETS, new Retrainings.Options(3, Retrainings.SeedPlan.PAIRED, 11));
        }

        assertThat(fresh.seeds).doesNotHaveDuplicates().hasSize(12);
        assertThat(paired.seeds.stream().distinct()).hasSize(3);
        assertThat(paired.seeds.subList(0, 3)).isEqualTo(paired.seeds.subList(3, 6));
    }

    @Test
    void aMeasureThatIsNotFiniteIsNotKept() {
        try (Engine engine = SmallProblems.reference(1, 4)) {
            Retrainings retrainings = new Retrainings(engine, (e, rows, seed) -> new double[] {Double.NaN});
            assertThatThrownBy(() -> retrainings.run(SUBSETS, THREE))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessageContaining("subset 0");
        }
    }

    private static SubsetOutputs inMemory(Retrainings.Options options) {
        try (Engine engine = SmallProblems.reference(1, 4)) {
            return new Retrainings(engine, new Task(100, "a")).run(SUBSETS, options);
        }
    }

    private static SubsetOutputs fill(Path bank, SubsetTask task, Retrainings.Options options) throws IOException {
        try (Engine engine = SmallProblems.reference(1, 4)) {
            return RetrainingBank.fill(bank, engine, task, SUBSETS, options);
        }
    }
}

package org.expunge.influence.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.io.BadInputException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TrainingRunTest {
    @TempDir
    private Path folder;

    private final Engine engine = TrainingFixtures.reference(2);
    private SmallRun small = new SmallRun(engine, Path.of(""));

    @BeforeEach
    void placeRun() {
        small = new SmallRun(engine, folder);
    }

    @AfterEach
    void closeEngine() {
        engine.close();
    }

    @Test
    void holdsWhatATrainingInMemoryGives() throws IOException {
        Recipe recipe = small.recipe();
        TrainingRun run = small.create();

        Partition raw = recipe.data().load(recipe.seeds());
        Normalizer normalizer = Normalizer.fit(raw.train(), recipe.data().normalization());
        TrainingResult expected = new Retrainer(engine, recipe)
                .retrain(normalizer.apply(raw.train()), normalizer.apply(raw.validation()), recipe.seed());
        assertThat(run.model().parameters()).containsExactly(expected.model().parameters());
        assertThat(run.checkpoints()).hasSameSizeAs(expected.checkpoints());
        assertThat(run.checkpoints())
                .extracting(Checkpoint::iteration)
                .isEqualTo(expected.checkpoints().stream()
                        .map(Checkpoint::iteration)
                        .toList());
        assertThat(run.metrics().epochs()).isEqualTo(expected.metrics());
        assertThat(run.normalizer()).isEqualTo(normalizer);
        assertThat(run.train().ids()).isEqualTo(raw.train().ids());
        assertThat(run.test().ids()).isEqualTo(raw.test().ids());
        assertThat(run.removedIds()).isEmpty();
        assertThat(run.metrics().last().get("test"))
                .isEqualTo(
                        new Evaluator(engine).evaluate(run.model(), run.test()).metrics());
    }

    @Test
    void appearsWithoutTraceOfHowItWasMade() throws IOException {
        small.create();

        assertThat(SmallRun.names(folder)).noneMatch(name -> name.contains("partial") || name.endsWith(".tmp"));
        assertThat(SmallRun.names(small.out()))
                .contains("run.json", "recipe.yaml", "rows.csv", "rows.key", "normalizer.json", "metrics.json")
                .filteredOn(name -> name.startsWith("checkpoints/"))
                .hasSize(6);
    }

    @Test
    void keepsNoValueOfAnyRow() throws IOException {
        TrainingRun run = small.create();

        String rows = Files.readString(small.out().resolve("rows.csv"));
        double[] first = new double[TrainingFixtures.WIDTH];
        run.rawTrain().features().read(0, first, 0);
        assertThat(rows).startsWith("id,label,token,split,removed\n").doesNotContain(Double.toString(first[0]));
    }

    @Nested
    class WhenKilled {
        private TrainingRun whole() throws IOException {
            return TrainingRun.create(folder.resolve("whole"), small.recipe(), engine, TrainingListener.NONE);
        }

        private void build(TrainingListener listener) throws IOException {
            new RunBuilder(small.out(), small.recipe(), engine, Duration.ZERO).build(Map.of(), listener);
        }

        private TrainingListener killedAfter(int iteration) {
            return new TrainingListener() {
                @Override
                public void onStep(Progress progress, Supplier<TrainingState> state) {
                    if (progress.iteration() == iteration) {
                        throw new IllegalStateException("killed");
                    }
                }
            };
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 4, 5, 7, 13, 20})
        void goesOnToTheSameBits(int iteration) throws IOException {
            assertThatThrownBy(() -> build(killedAfter(iteration))).hasMessage("killed");
            assertThat(small.out()).doesNotExist();

            build(TrainingListener.NONE);

            assertSameRuns(TrainingRun.open(small.out()), whole());
        }

        @Test
        void survivesKillAfterKill() throws IOException {
            for (int iteration : new int[] {2, 6, 7, 11, 14}) {
                assertThatThrownBy(() -> build(killedAfter(iteration))).hasMessage("killed");
            }

            build(TrainingListener.NONE);

            assertSameRuns(TrainingRun.open(small.out()), whole());
        }

        @Test
        void startsOverIfNoStateWasSaved() throws IOException {
            assertThatThrownBy(() -> new RunBuilder(small.out(), small.recipe(), engine, Duration.ofDays(1))
                            .build(Map.of(), killedAfter(7)))
                    .hasMessage("killed");

            build(TrainingListener.NONE);

            assertSameRuns(TrainingRun.open(small.out()), whole());
        }

        @Test
        void needsOnlyTheMoveOnceTheInfoIsWritten() throws IOException {
            build(TrainingListener.NONE);
            Path partial = folder.resolve("run.partial");
            Files.move(small.out(), partial);

            build(killedAfter(1));

            assertSameRuns(TrainingRun.open(small.out()), whole());
        }

        @Test
        void sweepsUpAHalfWrittenFile() throws IOException {
            assertThatThrownBy(() -> build(killedAfter(3))).hasMessage("killed");
            Files.writeString(folder.resolve("run.partial/checkpoints/.a.npy.123.tmp"), "half");
            Files.writeString(folder.resolve("run.partial/.metrics.json.123.tmp"), "half");

            build(TrainingListener.NONE);

            assertThat(SmallRun.names(small.out())).noneMatch(name -> name.endsWith(".tmp"));
        }

        @Test
        void refusesToGoOnWithAnotherRecipe() {
            assertThatThrownBy(() -> build(killedAfter(3))).hasMessage("killed");

            assertThatThrownBy(() ->
                            TrainingRun.create(small.out(), small.recipe().withSeed(10), engine, TrainingListener.NONE))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("run.partial: holds an unfinished training by another recipe");
        }

        @Test
        void refusesToGoOnWithOtherRows() throws IOException {
            Recipe recipe = small.recipe();
            assertThatThrownBy(() -> build(killedAfter(3))).hasMessage("killed");
            Path table = folder.resolve("rows.csv");
            Files.writeString(
                    table, Files.readString(table).replace(",a\n", ",b\n").replaceFirst(",b\n", ",a\n"));

            assertThatThrownBy(() -> TrainingRun.create(small.out(), recipe, engine, TrainingListener.NONE))
                    .isInstanceOf(IOException.class);
        }

        @Test
        void isNoRunYet() {
            assertThatThrownBy(() -> build(killedAfter(3))).hasMessage("killed");

            assertThatThrownBy(() -> TrainingRun.open(folder.resolve("run.partial")))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("is no finished run");
        }

        private void assertSameRuns(TrainingRun found, TrainingRun expected) {
            assertThat(found.metrics()).isEqualTo(expected.metrics());
            assertThat(found.checkpoints()).hasSameSizeAs(expected.checkpoints());
            for (int i = 0; i < found.checkpoints().size(); i++) {
                Checkpoint a = found.checkpoints().get(i);
                Checkpoint b = expected.checkpoints().get(i);
                assertThat(a.iteration()).isEqualTo(b.iteration());
                assertThat(a.model().parameters()).containsExactly(b.model().parameters());
            }
        }
    }

    @Nested
    class OnBadInput {
        @Test
        void refusesAnOutputThatExists() throws IOException {
            Files.createDirectory(small.out());

            assertThatThrownBy(small::create)
                    .isInstanceOf(FileAlreadyExistsException.class)
                    .hasMessageContaining("it exists already");
            assertThat(small.out()).isEmptyDirectory();
        }

        @Test
        void leavesNothingWhereItCannotWrite() throws IOException {
            Path file = Files.writeString(folder.resolve("file"), "in the way");
            Recipe recipe = small.recipe();

            assertThatThrownBy(() -> TrainingRun.create(file.resolve("run"), recipe, engine, TrainingListener.NONE))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("file");
            assertThat(file).hasContent("in the way");
        }

        @Test
        void leavesNothingOfATrainingThatDiverges() throws IOException {
            Recipe recipe = small.recipe();
            Recipe wild = recipe.withTraining(recipe.training()
                    .withOptimizer(Optimizer.sgd())
                    .withSchedule(Schedule.constant(1e200))
                    .withL2(1));

            assertThatThrownBy(() -> TrainingRun.create(small.out(), wild, engine, TrainingListener.NONE))
                    .isInstanceOf(DivergenceException.class);
            assertThat(SmallRun.names(folder)).containsExactly("rows.csv");
        }

        @Test
        void passesOnWhatTheDataReaderSays() throws IOException {
            Recipe recipe = small.recipe();
            Files.writeString(folder.resolve("rows.csv"), SmallRun.HEADER + "1,NaN,1,1,a\n1,1,1,1,b\n");

            assertThatThrownBy(() -> TrainingRun.create(small.out(), recipe, engine, TrainingListener.NONE))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("rows.csv");
            assertThat(SmallRun.names(folder)).containsExactly("rows.csv");
        }

        @ParameterizedTest
        @ValueSource(strings = {"rows.csv", "recipe.yaml", "metrics.json", "checkpoints/checkpoints.json"})
        void findsAFileThatChanged(String name) throws IOException {
            small.create();
            Path file = small.out().resolve(name);
            Files.writeString(file, Files.readString(file) + "\n");

            assertThatThrownBy(() -> TrainingRun.open(small.out()))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining(name + ": has changed since the run was made");
        }

        @Test
        void findsAFileThatIsGone() throws IOException {
            small.create();
            Files.delete(small.out().resolve("rows.csv"));

            assertThatThrownBy(() -> TrainingRun.open(small.out()))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("rows.csv: is missing");
        }

        @Test
        void saysThatAFolderIsNoRun() {
            assertThatThrownBy(() -> TrainingRun.open(folder))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("is no finished run: it has no run.json");
            assertThatThrownBy(() -> TrainingRun.open(folder.resolve("nowhere")))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("nowhere: is no run directory");
        }
    }

    @Nested
    class WhenTheDataChanged {
        private void changeFirstRow() throws IOException {
            Path table = folder.resolve("rows.csv");
            Files.writeString(table, Files.readString(table).replaceFirst("\n[^,]*,", "\n7,"));
        }

        @Test
        void namesTheRow() throws IOException {
            TrainingRun run = small.create();
            changeFirstRow();

            assertThatThrownBy(run::train)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("is not what the run was trained with");
        }

        @Test
        void comparesLabelsAloneOnceTheKeyIsGone() throws IOException {
            TrainingRun run = small.create();
            Files.delete(small.out().resolve("rows.key"));
            changeFirstRow();

            assertThat(run.train().size() + run.validation().size() + run.test().size())
                    .isEqualTo(60);
        }

        @Test
        void namesARowThatIsGone() throws IOException {
            TrainingRun run = small.create();
            Path table = folder.resolve("rows.csv");
            List<String> lines = Files.readAllLines(table);
            Files.write(table, lines.subList(0, lines.size() - 1));

            assertThatThrownBy(run::train)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("no longer has row");
        }
    }
}

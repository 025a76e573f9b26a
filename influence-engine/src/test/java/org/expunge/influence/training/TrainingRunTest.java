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
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.Targets;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.dl4j.Dl4jZip;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TrainingRunTest {
    private static final String ROWS = "f0,f1,f2,f3,label\n";

    @TempDir
    private Path folder;

    private final Engine engine = TrainingFixtures.reference(2);

    @AfterEach
    void closeEngine() {
        engine.close();
    }

    /** A table of 60 rows that the test may change. */
    private Path table() throws IOException {
        Dataset data = TrainingFixtures.blobs(60, 4);
        StringBuilder text = new StringBuilder(ROWS);
        double[] row = new double[TrainingFixtures.WIDTH];
        for (int i = 0; i < data.size(); i++) {
            data.features().read(i, row, 0);
            for (double value : row) {
                text.append(value).append(',');
            }
            text.append("abc".charAt(data.label(i))).append('\n');
        }
        return Files.writeString(folder.resolve("rows.csv"), text);
    }

    private Recipe recipe() throws IOException {
        DataSpec source = DataSpec.parse("csv:" + table() + "?label=label");
        TrainingOptions options = TrainingOptions.DEFAULT
                .withOptimizer(Optimizer.of(Optimizer.Kind.ADAM))
                .withSchedule(Schedule.cosine(0.02))
                .withEpochs(4)
                .withBatchSize(10)
                .withCheckpoints(CheckpointPolicy.spread(5))
                .withEarlyStopping(new EarlyStopping(3, 0));
        return new Recipe(9, DataRecipe.of(source), ModelRecipe.mlp(5), options);
    }

    private Path out() {
        return folder.resolve("run");
    }

    private TrainingRun create() throws IOException {
        return TrainingRun.create(out(), recipe(), engine, TrainingListener.NONE);
    }

    private List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void holdsWhatATrainingInMemoryGives() throws IOException {
        Recipe recipe = recipe();
        TrainingRun run = create();

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
        create();

        assertThat(names(folder)).noneMatch(name -> name.contains("partial") || name.endsWith(".tmp"));
        assertThat(names(out()))
                .contains("run.json", "recipe.yaml", "rows.csv", "rows.key", "normalizer.json", "metrics.json")
                .filteredOn(name -> name.startsWith("checkpoints/"))
                .hasSize(6);
    }

    @Test
    void keepsNoValueOfAnyRow() throws IOException {
        TrainingRun run = create();

        String rows = Files.readString(out().resolve("rows.csv"));
        double[] first = new double[TrainingFixtures.WIDTH];
        run.rawTrain().features().read(0, first, 0);
        assertThat(rows).startsWith("id,label,token,split,removed\n").doesNotContain(Double.toString(first[0]));
    }

    @Nested
    class WhenKilled {
        private TrainingRun whole() throws IOException {
            return TrainingRun.create(folder.resolve("whole"), recipe(), engine, TrainingListener.NONE);
        }

        private void build(TrainingListener listener) throws IOException {
            new RunBuilder(out(), recipe(), engine, Duration.ZERO).build(Map.of(), listener);
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
            assertThat(out()).doesNotExist();

            build(TrainingListener.NONE);

            assertSameRuns(TrainingRun.open(out()), whole());
        }

        @Test
        void survivesKillAfterKill() throws IOException {
            for (int iteration : new int[] {2, 6, 7, 11, 14}) {
                assertThatThrownBy(() -> build(killedAfter(iteration))).hasMessage("killed");
            }

            build(TrainingListener.NONE);

            assertSameRuns(TrainingRun.open(out()), whole());
        }

        @Test
        void startsOverIfNoStateWasSaved() throws IOException {
            assertThatThrownBy(() ->
                            new RunBuilder(out(), recipe(), engine, Duration.ofDays(1)).build(Map.of(), killedAfter(7)))
                    .hasMessage("killed");

            build(TrainingListener.NONE);

            assertSameRuns(TrainingRun.open(out()), whole());
        }

        @Test
        void needsOnlyTheMoveOnceTheInfoIsWritten() throws IOException {
            build(TrainingListener.NONE);
            Path partial = folder.resolve("run.partial");
            Files.move(out(), partial);

            build(killedAfter(1));

            assertSameRuns(TrainingRun.open(out()), whole());
        }

        @Test
        void sweepsUpAHalfWrittenFile() throws IOException {
            assertThatThrownBy(() -> build(killedAfter(3))).hasMessage("killed");
            Files.writeString(folder.resolve("run.partial/checkpoints/.a.npy.123.tmp"), "half");
            Files.writeString(folder.resolve("run.partial/.metrics.json.123.tmp"), "half");

            build(TrainingListener.NONE);

            assertThat(names(out())).noneMatch(name -> name.endsWith(".tmp"));
        }

        @Test
        void refusesToGoOnWithAnotherRecipe() {
            assertThatThrownBy(() -> build(killedAfter(3))).hasMessage("killed");

            assertThatThrownBy(() -> TrainingRun.create(out(), recipe().withSeed(10), engine, TrainingListener.NONE))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("run.partial: holds an unfinished training by another recipe");
        }

        @Test
        void refusesToGoOnWithOtherRows() throws IOException {
            Recipe recipe = recipe();
            assertThatThrownBy(() -> build(killedAfter(3))).hasMessage("killed");
            Path table = folder.resolve("rows.csv");
            Files.writeString(
                    table, Files.readString(table).replace(",a\n", ",b\n").replaceFirst(",b\n", ",a\n"));

            assertThatThrownBy(() -> TrainingRun.create(out(), recipe, engine, TrainingListener.NONE))
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
            Files.createDirectory(out());

            assertThatThrownBy(TrainingRunTest.this::create)
                    .isInstanceOf(FileAlreadyExistsException.class)
                    .hasMessageContaining("it exists already");
            assertThat(out()).isEmptyDirectory();
        }

        @Test
        void leavesNothingWhereItCannotWrite() throws IOException {
            Path file = Files.writeString(folder.resolve("file"), "in the way");
            Recipe recipe = recipe();

            assertThatThrownBy(() -> TrainingRun.create(file.resolve("run"), recipe, engine, TrainingListener.NONE))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("file");
            assertThat(file).hasContent("in the way");
        }

        @Test
        void leavesNothingOfATrainingThatDiverges() throws IOException {
            Recipe recipe = recipe();
            Recipe wild = recipe.withTraining(recipe.training()
                    .withOptimizer(Optimizer.sgd())
                    .withSchedule(Schedule.constant(1e200))
                    .withL2(1));

            assertThatThrownBy(() -> TrainingRun.create(out(), wild, engine, TrainingListener.NONE))
                    .isInstanceOf(DivergenceException.class);
            assertThat(names(folder)).containsExactly("rows.csv");
        }

        @Test
        void passesOnWhatTheDataReaderSays() throws IOException {
            Recipe recipe = recipe();
            Files.writeString(folder.resolve("rows.csv"), ROWS + "1,NaN,1,1,a\n1,1,1,1,b\n");

            assertThatThrownBy(() -> TrainingRun.create(out(), recipe, engine, TrainingListener.NONE))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("rows.csv");
            assertThat(names(folder)).containsExactly("rows.csv");
        }

        @ParameterizedTest
        @ValueSource(strings = {"rows.csv", "recipe.yaml", "metrics.json", "checkpoints/checkpoints.json"})
        void findsAFileThatChanged(String name) throws IOException {
            create();
            Path file = out().resolve(name);
            Files.writeString(file, Files.readString(file) + "\n");

            assertThatThrownBy(() -> TrainingRun.open(out()))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining(name + ": has changed since the run was made");
        }

        @Test
        void findsAFileThatIsGone() throws IOException {
            create();
            Files.delete(out().resolve("rows.csv"));

            assertThatThrownBy(() -> TrainingRun.open(out()))
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
            TrainingRun run = create();
            changeFirstRow();

            assertThatThrownBy(run::train)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("is not what the run was trained with");
        }

        @Test
        void comparesLabelsAloneOnceTheKeyIsGone() throws IOException {
            TrainingRun run = create();
            Files.delete(out().resolve("rows.key"));
            changeFirstRow();

            assertThat(run.train().size() + run.validation().size() + run.test().size())
                    .isEqualTo(60);
        }

        @Test
        void namesARowThatIsGone() throws IOException {
            TrainingRun run = create();
            Path table = folder.resolve("rows.csv");
            List<String> lines = Files.readAllLines(table);
            Files.write(table, lines.subList(0, lines.size() - 1));

            assertThatThrownBy(run::train)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("no longer has row");
        }
    }

    @Nested
    class OfAModelFile {
        private Path modelFile() throws IOException {
            Path file = folder.resolve("theirs.zip");
            Dl4jZip.write(file, TrainingFixtures.everything(3));
            return file;
        }

        private Recipe fileRecipe(Path file) throws IOException {
            return recipe().withModel(ModelRecipe.ofFile(file));
        }

        @Test
        void trainsItsNetworkFromNewParameters() throws IOException {
            Path file = modelFile();

            TrainingRun run = TrainingRun.create(out(), fileRecipe(file), engine, TrainingListener.NONE);
            Files.delete(file);
            TrainingRun opened = TrainingRun.open(out());

            Dataset train = opened.train();
            TrainingResult again = new Retrainer(engine, opened.recipe()).retrain(train, opened.validation(), 9);
            assertThat(again.model().parameters()).containsExactly(run.model().parameters());
            assertThat(again.model().statistics()).containsExactly(run.model().statistics());
        }

        @Test
        void importsItAsItIs() throws IOException {
            Model theirs = TrainingFixtures.everything(3);

            TrainingRun run = TrainingRun.imported(out(), fileRecipe(modelFile()), Map.of("by", "them"), engine);

            assertThat(run.model().parameters()).containsExactly(theirs.parameters());
            assertThat(run.model().statistics()).containsExactly(theirs.statistics());
            assertThat(run.checkpoints()).hasSize(1);
            assertThat(run.metrics().last()).containsOnlyKeys("train", "validation", "test");
            assertThat(run.info().notes()).containsEntry("by", "them");
            assertThat(run.info().origin()).isEqualTo(new RunInfo.Origin("import", "", "", 0));
        }

        @Test
        void importsNothingElse() throws IOException {
            Recipe recipe = recipe();

            assertThatThrownBy(() -> TrainingRun.imported(out(), recipe, Map.of(), engine))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("only a model file can be imported, but the recipe names MLP");
        }

        @Test
        void refusesAFileThatIsNoModel() throws IOException {
            Path file = Files.writeString(folder.resolve("theirs.zip"), "no zip");
            Recipe recipe = fileRecipe(file);

            assertThatThrownBy(() -> TrainingRun.create(out(), recipe, engine, TrainingListener.NONE))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("theirs.zip");
            assertThat(names(folder)).containsExactly("rows.csv", "theirs.zip");
        }

        @Test
        void refusesANetworkOfAnotherNumberOfOutputs() throws IOException {
            Path file = folder.resolve("theirs.zip");
            Dataset four = TrainingFixtures.blobs(8, 1).withTargets(Targets.classes(new int[8], 4));
            Dl4jZip.write(file, ModelRecipe.mlp(3).initial(four, 1));
            Recipe recipe = fileRecipe(file);

            assertThatThrownBy(() -> TrainingRun.create(out(), recipe, engine, TrainingListener.NONE))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("theirs.zip: its network has 4 outputs");
        }
    }

    @Nested
    class Derived {
        @Test
        void leavesTheRemovedRowsOutAndRemembersItsParent() throws IOException {
            TrainingRun run = create();
            Set<String> removed = Set.of(run.train().id(3), run.train().id(5));
            Dataset rest = run.train().without(run.train().rowsOf(removed));
            TrainingResult result = new Retrainer(engine, run.recipe()).retrain(rest, run.validation(), 9);

            TrainingRun next = run.derive(
                    folder.resolve("next"),
                    Derivation.of("retrain", removed, result, run.normalizer(), Map.of("reason", "asked")),
                    engine);

            assertThat(next.train().ids()).isEqualTo(rest.ids());
            assertThat(next.removedIds()).isEqualTo(removed);
            assertThat(next.model().parameters()).containsExactly(result.model().parameters());
            assertThat(next.checkpoints()).hasSameSizeAs(result.checkpoints());
            assertThat(next.info().origin()).isEqualTo(new RunInfo.Origin("retrain", "run", run.digest(), 2));
            assertThat(next.info().notes()).containsEntry("reason", "asked");
            assertThat(run.removedIds()).isEmpty();
        }

        @Test
        void addsUpOverSeveralSteps() throws IOException {
            TrainingRun run = create();
            String first = run.train().id(0);
            String second = run.train().id(1);

            TrainingRun next = run.derive(folder.resolve("next"), changed(run, Set.of(first)), engine);
            TrainingRun last = next.derive(folder.resolve("last"), changed(next, Set.of(second)), engine);

            assertThat(last.removedIds()).containsExactly(first, second);
            assertThat(last.checkpoints()).hasSize(1);
            assertThat(last.metrics().epochs()).isEmpty();
        }

        private Derivation changed(TrainingRun run, Set<String> removed) {
            Model model = run.model();
            double[] parameters = model.parameters();
            parameters[0] += Math.PI;
            return Derivation.of("newton", removed, model.withParameters(parameters), run.normalizer(), Map.of());
        }

        @Test
        void keepsNumbersThatFloatsCannotHold() throws IOException {
            TrainingRun run = create();

            Derivation derivation = changed(run, Set.of());
            TrainingRun next = run.derive(folder.resolve("next"), derivation, engine);

            assertThat(next.model().parameters())
                    .containsExactly(derivation.model().parameters());
        }

        @Test
        void refusesUnknownIds() throws IOException {
            TrainingRun run = create();

            assertThatThrownBy(() -> run.derive(folder.resolve("next"), changed(run, Set.of("nobody")), engine))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("has no rows with the ids [nobody]");
            assertThat(folder.resolve("next")).doesNotExist();
        }

        @Test
        void refusesToForgetEverything() throws IOException {
            TrainingRun run = create();
            Set<String> all = Set.copyOf(run.train().ids());

            assertThatThrownBy(() -> run.derive(folder.resolve("next"), changed(run, all), engine))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("leaves no row to train on");
        }

        @Test
        void refusesAnOutputThatExists() throws IOException {
            TrainingRun run = create();

            assertThatThrownBy(() -> run.derive(out(), changed(run, Set.of()), engine))
                    .isInstanceOf(FileAlreadyExistsException.class);
        }
    }
}

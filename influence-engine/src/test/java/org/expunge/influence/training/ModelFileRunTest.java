package org.expunge.influence.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Targets;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.dl4j.Dl4jZip;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose network comes from a model file. */
final class ModelFileRunTest {
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

    private Path modelFile() throws IOException {
        Path file = folder.resolve("theirs.zip");
        Dl4jZip.write(file, TrainingFixtures.everything(3));
        return file;
    }

    private Recipe fileRecipe(Path file) throws IOException {
        return small.recipe().withModel(ModelRecipe.ofFile(file));
    }

    @Test
    void trainsItsNetworkFromNewParameters() throws IOException {
        Path file = modelFile();

        TrainingRun run = TrainingRun.create(small.out(), fileRecipe(file), engine, TrainingListener.NONE);
        Files.delete(file);
        TrainingRun opened = TrainingRun.open(small.out());

        Dataset train = opened.train();
        TrainingResult again = new Retrainer(engine, opened.recipe()).retrain(train, opened.validation(), 9);
        assertThat(again.model().parameters()).containsExactly(run.model().parameters());
        assertThat(again.model().statistics()).containsExactly(run.model().statistics());
    }

    @Test
    void importsItAsItIs() throws IOException {
        Model theirs = TrainingFixtures.everything(3);

        TrainingRun run = TrainingRun.imported(small.out(), fileRecipe(modelFile()), Map.of("by", "them"), engine);

        assertThat(run.model().parameters()).containsExactly(theirs.parameters());
        assertThat(run.model().statistics()).containsExactly(theirs.statistics());
        assertThat(run.checkpoints()).hasSize(1);
        assertThat(run.metrics().last()).containsOnlyKeys("train", "validation", "test");
        assertThat(run.info().notes()).containsEntry("by", "them");
        assertThat(run.info().origin()).isEqualTo(new RunInfo.Origin("import", "", "", 0));
    }

    @Test
    void importsNothingElse() throws IOException {
        Recipe recipe = small.recipe();

        assertThatThrownBy(() -> TrainingRun.imported(small.out(), recipe, Map.of(), engine))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("only a model file can be imported, but the recipe names MLP");
    }

    @Test
    void refusesAFileThatIsNoModel() throws IOException {
        Path file = Files.writeString(folder.resolve("theirs.zip"), "no zip");
        Recipe recipe = fileRecipe(file);

        assertThatThrownBy(() -> TrainingRun.create(small.out(), recipe, engine, TrainingListener.NONE))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("theirs.zip");
        assertThat(SmallRun.names(folder)).containsExactly("rows.csv", "theirs.zip");
    }

    @Test
    void refusesANetworkOfAnotherNumberOfOutputs() throws IOException {
        Path file = folder.resolve("theirs.zip");
        Dataset four = TrainingFixtures.blobs(8, 1).withTargets(Targets.classes(new int[8], 4));
        Dl4jZip.write(file, ModelRecipe.mlp(3).initial(four, 1));
        Recipe recipe = fileRecipe(file);

        assertThatThrownBy(() -> TrainingRun.create(small.out(), recipe, engine, TrainingListener.NONE))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("theirs.zip: its network has 4 outputs");
    }
}

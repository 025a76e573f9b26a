package org.expunge.defense.certify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.training.DataRecipe;
import org.expunge.influence.training.ModelRecipe;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.TrainingOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnsembleFolderTest {
    private static final EnsemblePlan PLAN = new EnsemblePlan(3, 2, 5);
    private static final Recipe RECIPE = new Recipe(
            3,
            new DataRecipe(
                    DataSpec.parse("breast-cancer"),
                    Normalizer.Options.parse("standardize"),
                    0,
                    0,
                    OptionalLong.empty()),
            ModelRecipe.of(ModelRecipe.Preset.LOGISTIC),
            TrainingOptions.DEFAULT.withEpochs(5));

    @TempDir
    private Path folder;

    private final Engine engine = new Engine(Backends.create("cpu"), new Workers(2), 32);
    private Dataset train;
    private Dataset test;

    @BeforeEach
    void read() throws Exception {
        Dataset all = DataSpec.parse("breast-cancer").load().train();
        train = all.select(IntStream.range(0, 150).toArray());
        test = all.select(IntStream.range(150, 200).toArray());
    }

    @AfterEach
    void close() {
        engine.workers().close();
    }

    @Test
    void answersAsTheEnsembleInMemoryDoes() throws Exception {
        EnsembleFolder written = build("ensemble", RECIPE, new ArrayList<>());

        assertThat(written.ensemble().certify(engine, test))
                .isEqualTo(PartitionEnsemble.train(engine, RECIPE, train, PLAN).certify(engine, test));
        assertThat(written.certificate().test().accuracy()).isGreaterThan(0.8);
        assertThat(written.certificate().method()).isEqualTo("finite aggregation");
        assertThat(written.isOf(RECIPE, train, PLAN)).isTrue();
        assertThat(written.isOf(RECIPE, train.without(new int[] {4}), PLAN)).isFalse();
    }

    @Test
    void goesOnWithTheMembersThatAreMissing() throws Exception {
        List<Integer> told = new ArrayList<>();
        Path out = folder.resolve("ensemble");
        // stopped when the third member was there
        assertThatThrownBy(() -> EnsembleFolder.build(out, engine, RECIPE, train, test, PLAN, (done, all) -> {
                    if (done == 3) {
                        throw new IllegalStateException("killed");
                    }
                }))
                .hasStackTraceContaining("killed");
        assertThat(out).doesNotExist();
        long before = Files.getLastModifiedTime(folder.resolve("ensemble.partial/members/000.json"))
                .toMillis();

        EnsembleFolder finished = build("ensemble", RECIPE, told);

        assertThat(Files.getLastModifiedTime(out.resolve("members/000.json")).toMillis())
                .isEqualTo(before);
        assertThat(told).hasSize(6).endsWith(6);
        assertThat(finished.ensemble().certify(engine, test))
                .isEqualTo(build("again", RECIPE, told).ensemble().certify(engine, test));
    }

    @Test
    void refusesToGoOnWithAnotherEnsemble() {
        Path out = folder.resolve("ensemble");
        assertThatThrownBy(() -> EnsembleFolder.build(out, engine, RECIPE, train, test, PLAN, (done, all) -> {
                    throw new IllegalStateException("killed");
                }))
                .hasStackTraceContaining("killed");

        assertThatThrownBy(() -> build("ensemble", RECIPE.withSeed(4), new ArrayList<>()))
                .hasMessageContaining("another recipe, plan or rows")
                .hasMessageContaining("ensemble.partial");
    }

    @Test
    void refusesAMemberThatHasChangedAndAFolderThatIsNoEnsemble() throws Exception {
        build("ensemble", RECIPE, new ArrayList<>());
        Path member = folder.resolve("ensemble/members/001.json");
        Files.writeString(member, Files.readString(member) + " ");

        assertThatThrownBy(() -> EnsembleFolder.open(folder.resolve("ensemble")))
                .hasMessageContaining("001.json")
                .hasMessageContaining("has changed");
        assertThatThrownBy(() -> EnsembleFolder.open(folder)).hasMessageContaining("no finished ensemble");
    }

    private EnsembleFolder build(String name, Recipe recipe, List<Integer> told) throws Exception {
        return EnsembleFolder.build(folder.resolve(name), engine, recipe, train, test, PLAN, (done, all) -> {
            synchronized (told) {
                told.add(done);
            }
        });
    }
}

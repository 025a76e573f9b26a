package org.expunge.influence.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that come after others, with rows taken out. */
final class DerivedRunTest {
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
    void leavesTheRemovedRowsOutAndRemembersItsParent() throws IOException {
        TrainingRun run = small.create();
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
        TrainingRun run = small.create();
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
        TrainingRun run = small.create();

        Derivation derivation = changed(run, Set.of());
        TrainingRun next = run.derive(folder.resolve("next"), derivation, engine);

        assertThat(next.model().parameters()).containsExactly(derivation.model().parameters());
    }

    @Test
    void refusesUnknownIds() throws IOException {
        TrainingRun run = small.create();

        assertThatThrownBy(() -> run.derive(folder.resolve("next"), changed(run, Set.of("nobody")), engine))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no rows with the ids [nobody]");
        assertThat(folder.resolve("next")).doesNotExist();
    }

    @Test
    void refusesToForgetEverything() throws IOException {
        TrainingRun run = small.create();
        Set<String> all = Set.copyOf(run.train().ids());

        assertThatThrownBy(() -> run.derive(folder.resolve("next"), changed(run, all), engine))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("leaves no row to train on");
    }

    @Test
    void refusesAnOutputThatExists() throws IOException {
        TrainingRun run = small.create();

        assertThatThrownBy(() -> run.derive(small.out(), changed(run, Set.of()), engine))
                .isInstanceOf(FileAlreadyExistsException.class);
    }
}

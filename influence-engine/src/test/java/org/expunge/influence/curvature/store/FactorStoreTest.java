package org.expunge.influence.curvature.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.expunge.influence.curvature.store.FactorFixture.DAMPING;
import static org.expunge.influence.curvature.store.FactorFixture.DATA;
import static org.expunge.influence.curvature.store.FactorFixture.KFAC;
import static org.expunge.influence.curvature.store.FactorFixture.MODEL;
import static org.expunge.influence.curvature.store.FactorFixture.ROWS;
import static org.expunge.influence.curvature.store.FactorFixture.assertSame;
import static org.expunge.influence.curvature.store.FactorFixture.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.data.RowRange;
import org.expunge.influence.io.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FactorStoreTest {
    private final FactorFixture files;

    FactorStoreTest(@TempDir Path folder) {
        files = new FactorFixture(folder);
    }

    @ParameterizedTest
    @EnumSource(FactorKind.class)
    void factorsReadBackGiveTheInverseThatWasFitted(FactorKind kind) throws IOException {
        FactorManifest written = files.fit("factors", recipe(kind), FactorStore.Options.DEFAULT);
        Factors factors = FactorStore.open(files.path("factors"));
        InverseCurvature found = factors.inverse(files.engine().compute(), MODEL, DATA, DAMPING);
        InverseCurvature expected = files.fitted(kind);

        assertSame(found, expected);
        assertThat(found.method()).isEqualTo(expected.method());
        assertThat(found.dampings().keySet()).isEqualTo(expected.dampings().keySet());
        assertThat(found.coveragePercent()).isEqualTo(expected.coveragePercent());
        assertThat(factors.manifest().coveragePercent()).isEqualTo(expected.coveragePercent());
        assertThat(factors.manifest()).isEqualTo(written);
        assertThat(FactorStore.manifest(files.path("factors"))).isEqualTo(written);
        assertThat(factors.manifest().isComplete()).isTrue();
        assertThat(Files.exists(files.path("factors.parts"))).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = FactorKind.class,
            names = {"ARNOLDI", "EKFAC"},
            mode = EnumSource.Mode.EXCLUDE)
    void partsOfSeveralMachinesMergeToASingleFitWhateverTheirOrder(FactorKind kind) throws IOException {
        files.fit("a", recipe(kind), FactorStore.Options.of(new RowRange(0, 9)));
        files.fit("b", recipe(kind), FactorStore.Options.of(new RowRange(9, 14)));
        files.fit("c", recipe(kind), FactorStore.Options.of(new RowRange(14, ROWS)));

        FactorManifest manifest = files.merge("merged", "a", "b", "c");
        files.merge("backwards", "c", "b", "a");

        assertThat(manifest.ranges()).containsExactly(new RowRange(0, ROWS));
        assertSame(files.inverse("merged"), files.fitted(kind));
        assertThat(files.content("backwards")).isEqualTo(files.content("merged"));
    }

    @Test
    void ekfacOfSeveralMachinesTakesTwoRoundsAndEndsAtASingleFit() throws IOException {
        files.fit("kfac-a", FactorRecipe.kfac(KFAC), FactorStore.Options.of(new RowRange(0, 9)));
        files.fit("kfac-b", FactorRecipe.kfac(KFAC), FactorStore.Options.of(new RowRange(9, ROWS)));
        files.merge("kfac", "kfac-a", "kfac-b");
        Path basis = files.path("kfac");
        files.fit(
                "a",
                FactorRecipe.ekfac(KFAC),
                FactorStore.Options.of(new RowRange(0, 13)).on(basis));
        files.fit(
                "b",
                FactorRecipe.ekfac(KFAC),
                FactorStore.Options.of(new RowRange(13, ROWS)).on(basis));

        files.merge("ekfac", "b", "a");

        assertSame(files.inverse("ekfac"), files.fitted(FactorKind.EKFAC));
        assertThat(files.inverse("ekfac").method()).isEqualTo("ekfac");
    }

    @Test
    void partsMergeInStepsUntilAllRowsAreIn() throws IOException {
        FactorRecipe recipe = recipe(FactorKind.DIAGONAL);
        files.fit("a", recipe, FactorStore.Options.of(new RowRange(0, 5)));
        files.fit("b", recipe, FactorStore.Options.of(new RowRange(5, 9)));
        files.fit("c", recipe, FactorStore.Options.of(new RowRange(14, ROWS)));
        FactorManifest some = files.merge("some", "c", "a", "b");

        assertThat(some.isComplete()).isFalse();
        assertThat(some.ranges()).containsExactly(new RowRange(0, 9), new RowRange(14, ROWS));
        assertThat(some.missing()).containsExactly(new RowRange(9, 14));
        assertThatThrownBy(() -> files.inverse("some"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("without the rows [9:14] of 23");
        files.fit("d", recipe, FactorStore.Options.of(new RowRange(9, 14)));
        files.merge("all", "some", "d");
        assertSame(files.inverse("all"), files.fitted(FactorKind.DIAGONAL));
    }

    @ParameterizedTest
    @EnumSource(
            value = FactorKind.class,
            names = {"EKFAC", "NYSTROM", "BLOCK_DENSE"})
    void aKilledFitGoesOnBehindItsLastPartAndEndsWithTheSameBytes(FactorKind kind) throws IOException {
        FactorStore.Options options = new FactorStore.Options(Optional.empty(), Optional.empty(), 5);
        files.fit("whole", recipe(kind), options);
        // EK-FAC hears of the five parts of its first round until that round is finished
        int[] kills = kind == FactorKind.EKFAC ? new int[] {1, 3, 5, 6, 2, 5} : new int[] {1, 3, 5};
        List<Integer> heard = new ArrayList<>();
        for (int parts : kills) {
            List<Integer> computed = new ArrayList<>();
            assertThatThrownBy(() -> FactorStore.fit(
                            files.path("killed"), files.engine(), MODEL, DATA, recipe(kind), options, (rows, of) -> {
                                computed.add(rows);
                                if (computed.size() == parts) {
                                    throw new IllegalStateException("killed");
                                }
                            }))
                    .hasMessage("killed");
        }
        long saved = files.savedParts("killed.parts");
        FactorStore.fit(
                files.path("killed"),
                files.engine(),
                MODEL,
                DATA,
                recipe(kind),
                options,
                (rows, of) -> heard.add(rows));

        assertThat(saved).isPositive();
        assertThat(heard).contains(5, 10, 15, 20, 23);
        assertThat(files.content("killed")).isEqualTo(files.content("whole"));
    }

    @Test
    void aPartThatIsThereIsNotComputedAgain() throws IOException {
        FactorStore.Options options = new FactorStore.Options(Optional.empty(), Optional.empty(), 20);
        FactorRecipe recipe = recipe(FactorKind.DIAGONAL);
        assertThatThrownBy(() -> FactorStore.fit(
                        files.path("killed"), files.engine(), MODEL, DATA, recipe, options, (rows, of) -> {
                            throw new IllegalStateException("killed");
                        }))
                .hasMessage("killed");
        Path part = files.path("killed.parts/part-0-20/manifest.json");
        Files.writeString(part, Files.readString(part).replace("\"reference\"", "\"elsewhere\""));

        FactorManifest manifest = files.fit("killed", recipe, options);

        assertThat(manifest.backends()).containsExactly("elsewhere", "reference");
    }

    @Test
    void aFinishedFitIsNotDoneAgain() throws IOException {
        files.fit("factors", recipe(FactorKind.EKFAC), FactorStore.Options.DEFAULT);
        List<Integer> heard = new ArrayList<>();

        FactorManifest again = FactorStore.fit(
                files.path("factors"),
                files.engine(),
                MODEL,
                DATA,
                recipe(FactorKind.EKFAC),
                FactorStore.Options.DEFAULT,
                (rows, of) -> heard.add(rows));

        assertThat(heard).isEmpty();
        assertThat(again).isEqualTo(FactorStore.manifest(files.path("factors")));
    }

    @Test
    void ekfacIsReadBackAsItselfForRulesThatLookIntoIt() throws IOException {
        files.fit("ekfac", recipe(FactorKind.EKFAC), FactorStore.Options.DEFAULT);
        files.fit("diagonal", recipe(FactorKind.DIAGONAL), FactorStore.Options.DEFAULT);
        Ekfac expected = Ekfac.fit(files.engine(), MODEL, DATA, KFAC);
        Ekfac found = FactorStore.open(files.path("ekfac")).ekfac(MODEL);

        for (String layer : expected.factors().layers()) {
            assertThat(found.eigenvalues(layer)).containsExactly(expected.eigenvalues(layer), within(1e-12));
        }
        assertThatThrownBy(() -> FactorStore.open(files.path("diagonal")).ekfac(MODEL))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("of kind DIAGONAL");
    }
}

package org.expunge.influence.curvature.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.expunge.influence.curvature.store.FactorFixture.DAMPING;
import static org.expunge.influence.curvature.store.FactorFixture.DATA;
import static org.expunge.influence.curvature.store.FactorFixture.KFAC;
import static org.expunge.influence.curvature.store.FactorFixture.MODEL;
import static org.expunge.influence.curvature.store.FactorFixture.NETWORK;
import static org.expunge.influence.curvature.store.FactorFixture.ROWS;
import static org.expunge.influence.curvature.store.FactorFixture.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.expunge.influence.curvature.Labels;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowRange;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is not what it should be is refused, and the message says so. */
class FactorStoreRefusalTest {
    private final FactorFixture files;

    FactorStoreRefusalTest(@TempDir Path folder) {
        files = new FactorFixture(folder);
    }

    @Test
    void refusesFactorsOfAnotherModelOrOtherRows() throws IOException {
        files.fit("factors", recipe(FactorKind.DIAGONAL), FactorStore.Options.DEFAULT);
        Factors factors = FactorStore.open(files.path("factors"));
        double[] changed = MODEL.parameters();
        changed[3] += 1e-9;
        Dataset others = SmallProblems.rows(MODEL, ROWS, 8);

        assertThatThrownBy(
                        () -> factors.inverse(files.engine().compute(), MODEL.withParameters(changed), DATA, DAMPING))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("another model");
        assertThatThrownBy(() -> factors.inverse(files.engine().compute(), MODEL, others, DAMPING))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("23 other rows than the 23 of rows-8");
        assertThat(factors.inverse(files.engine().compute(), MODEL, DAMPING).dimension())
                .isEqualTo(NETWORK.layout().length());
    }

    @Test
    void refusesAFitIntoAFolderOfOtherFactors() throws IOException {
        files.fit("factors", recipe(FactorKind.DIAGONAL), FactorStore.Options.DEFAULT);

        assertThatThrownBy(() -> files.fit("factors", recipe(FactorKind.FOOF), FactorStore.Options.DEFAULT))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("differ in [recipe]");
        assertThatThrownBy(() ->
                        files.fit("factors", recipe(FactorKind.DIAGONAL), FactorStore.Options.of(new RowRange(0, 9))))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("holds the rows [0:23] and not [0:9]");
    }

    @Test
    void refusesPartsThatOverlap() throws IOException {
        files.fit("a", recipe(FactorKind.DIAGONAL), FactorStore.Options.of(new RowRange(0, 9)));
        files.fit("b", recipe(FactorKind.DIAGONAL), FactorStore.Options.of(new RowRange(8, ROWS)));

        assertThatThrownBy(() -> files.merge("merged", "b", "a"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("holds rows 8:23, some of which another part has: 0:9");
        assertThatThrownBy(() -> files.merge("merged", "a", "a")).isInstanceOf(BadInputException.class);
        assertThat(Files.exists(files.path("merged"))).isFalse();
    }

    @Test
    void refusesPartsOfAnotherModel() throws IOException {
        files.fit("a", recipe(FactorKind.KFAC), FactorStore.Options.of(new RowRange(0, 9)));

        assertThatThrownBy(() -> FactorStore.merge(
                        files.path("merged"),
                        List.of(files.path("a")),
                        files.engine().compute(),
                        SmallProblems.dense(1)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("another model");
    }

    @Test
    void refusesPartsWithOtherSettings() throws IOException {
        files.fit("a", FactorRecipe.diagonal(Labels.sampled(1, 1)), FactorStore.Options.of(new RowRange(0, 9)));
        files.fit("b", FactorRecipe.diagonal(Labels.sampled(2, 1)), FactorStore.Options.of(new RowRange(9, ROWS)));

        assertThatThrownBy(() -> files.merge("merged", "a", "b"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("b: cannot be merged with")
                .hasMessageContaining("differ in [recipe]");
    }

    @Test
    void refusesARangeOfWhatDoesNotAddUpOrNeedsAllRowsFirst() {
        FactorStore.Options some = FactorStore.Options.of(new RowRange(0, 9));

        assertThatThrownBy(() -> files.fit("a", recipe(FactorKind.ARNOLDI), some))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("arnoldi needs all 23 rows at once");
        assertThatThrownBy(() -> files.fit("a", recipe(FactorKind.EKFAC), some))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("fit kfac on every range, merge");
        assertThatThrownBy(() ->
                        files.fit("a", recipe(FactorKind.DIAGONAL), FactorStore.Options.of(new RowRange(0, ROWS + 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not among the 23");
    }

    @Test
    void refusesABasisThatIsIncompleteOrOfOtherSettings() throws IOException {
        RowRange range = new RowRange(0, 9);
        files.fit("some", FactorRecipe.kfac(KFAC), FactorStore.Options.of(range));
        files.fit("exact", FactorRecipe.kfac(Kfac.Options.DEFAULT), FactorStore.Options.DEFAULT);

        assertThatThrownBy(() -> files.fit(
                        "a",
                        FactorRecipe.ekfac(KFAC),
                        FactorStore.Options.of(range).on(files.path("some"))))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("without the rows [9:23]");
        assertThatThrownBy(() -> files.fit(
                        "a",
                        FactorRecipe.ekfac(KFAC),
                        FactorStore.Options.of(range).on(files.path("exact"))))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("differ in [recipe]");
    }

    @Test
    void refusesFilesThatAreDamagedMissingOrOfAnotherFormat() throws IOException {
        files.fit("factors", recipe(FactorKind.DIAGONAL), FactorStore.Options.DEFAULT);
        Path target = files.path("factors");
        Path array;
        try (Stream<Path> files = Files.list(target)) {
            array = files.filter(file -> file.toString().endsWith(".npy"))
                    .min(Comparator.naturalOrder())
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(array);
        byte[] flipped = bytes.clone();
        flipped[bytes.length - 3] ^= 4;

        Files.write(array, flipped);
        assertThatThrownBy(() -> FactorStore.open(target))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(array.toString())
                .hasMessageContaining("damaged");
        Files.write(array, Arrays.copyOf(bytes, bytes.length - 8));
        assertThatThrownBy(() -> FactorStore.open(target)).isInstanceOf(BadInputException.class);
        Files.delete(array);
        assertThatThrownBy(() -> FactorStore.open(target)).isInstanceOf(BadInputException.class);
        Path manifest = target.resolve("manifest.json");
        Files.writeString(manifest, Files.readString(manifest).replace("\"version\" : 1", "\"version\" : 7"));
        assertThatThrownBy(() -> FactorStore.manifest(target))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("format 7");
        assertThatThrownBy(() -> FactorStore.open(files.path("nowhere")))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("no folder of factors");
    }

    @Test
    void refusesPartsThatAnEarlierFitOfOtherFactorsHasLeft() {
        FactorStore.Options options = new FactorStore.Options(Optional.empty(), Optional.empty(), 10);
        assertThatThrownBy(() -> FactorStore.fit(
                        files.path("factors"),
                        files.engine(),
                        MODEL,
                        DATA,
                        recipe(FactorKind.DIAGONAL),
                        options,
                        (rows, of) -> {
                            throw new IllegalStateException("killed");
                        }))
                .hasMessage("killed");

        assertThatThrownBy(() -> files.fit("factors", FactorRecipe.diagonal(Labels.EXACT), options))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("factors.parts")
                .hasMessageContaining("differ in [recipe]");
    }
}

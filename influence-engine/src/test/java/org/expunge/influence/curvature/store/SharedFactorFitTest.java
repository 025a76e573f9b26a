package org.expunge.influence.curvature.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.expunge.influence.curvature.store.FactorFixture.DATA;
import static org.expunge.influence.curvature.store.FactorFixture.MODEL;
import static org.expunge.influence.curvature.store.FactorFixture.ROWS;
import static org.expunge.influence.curvature.store.FactorFixture.assertSame;
import static org.expunge.influence.curvature.store.FactorFixture.recipe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.expunge.influence.compute.EngineGroup;
import org.expunge.influence.data.RowRange;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SharedFactorFitTest {
    private static final FactorStore.Options PARTS_OF_5 =
            new FactorStore.Options(Optional.empty(), Optional.empty(), 5);

    private final FactorFixture files;
    private final EngineGroup three = new EngineGroup(
            Stream.generate(() -> SmallProblems.reference(2, 4)).limit(3).toList());

    SharedFactorFitTest(@TempDir Path folder) {
        files = new FactorFixture(folder);
    }

    @AfterEach
    void close() {
        three.close();
    }

    private FactorManifest share(String name, FactorKind kind, FactorStore.Options options) throws IOException {
        return share(name, kind, options, FactorStore.Listener.NONE);
    }

    private FactorManifest share(
            String name, FactorKind kind, FactorStore.Options options, FactorStore.Listener listener)
            throws IOException {
        return FactorStore.fit(files.path(name), three, MODEL, DATA, recipe(kind), options, listener);
    }

    @ParameterizedTest
    @EnumSource(value = FactorKind.class, names = "ARNOLDI", mode = EnumSource.Mode.EXCLUDE)
    void enginesThatShareTheRowsWriteTheBytesOfOne(FactorKind kind) throws IOException {
        files.fit("alone", recipe(kind), PARTS_OF_5);

        share("shared", kind, PARTS_OF_5);

        assertThat(files.content("shared")).isEqualTo(files.content("alone"));
        assertThat(files.path("shared.parts")).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(value = FactorKind.class, names = "ARNOLDI", mode = EnumSource.Mode.EXCLUDE)
    void rowsThatWouldBeOnePartAreCutForAllEngines(FactorKind kind) throws IOException {
        List<Integer> heard = new ArrayList<>();

        FactorManifest manifest = share("shared", kind, FactorStore.Options.DEFAULT, (rows, of) -> heard.add(rows));

        assertThat(manifest.ranges()).containsExactly(new RowRange(0, ROWS));
        assertThat(heard).containsSequence(8, 16, 23);
        assertSame(files.inverse("shared"), files.fitted(kind));
    }

    @Test
    void aRangeOfRowsIsSharedOutAsWell() throws IOException {
        FactorKind kind = FactorKind.KFAC;
        share("a", kind, FactorStore.Options.of(new RowRange(0, 10)));
        share("b", kind, FactorStore.Options.of(new RowRange(10, ROWS)));

        files.merge("merged", "b", "a");

        assertSame(files.inverse("merged"), files.fitted(kind));
    }

    @Test
    void aFitThatFailedLeavesPartsAloneAndGoesOn() throws IOException {
        files.fit("alone", recipe(FactorKind.KFAC), PARTS_OF_5);
        assertThatThrownBy(() -> share("shared", FactorKind.KFAC, PARTS_OF_5, (rows, of) -> {
                    if (rows > 5) {
                        throw new IllegalStateException("lost");
                    }
                }))
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("lost");
        assertThat(files.path("shared")).doesNotExist();
        assertThat(files.path("shared.parts")).isDirectoryContaining("glob:**part-0-5");

        share("shared", FactorKind.KFAC, PARTS_OF_5);

        assertThat(files.content("shared")).isEqualTo(files.content("alone"));
    }

    @Test
    void factorsThatDoNotAddUpAreRefused() {
        assertThatThrownBy(() -> share("shared", FactorKind.ARNOLDI, FactorStore.Options.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("arnoldi looks at all rows together, so that 3 devices cannot share it; fit it on one");
    }
}

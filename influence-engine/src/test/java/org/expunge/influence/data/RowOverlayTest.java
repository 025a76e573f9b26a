package org.expunge.influence.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RowOverlayTest {
    private static final DataSpec DIGITS = DataSpec.parse("digits");

    @TempDir
    private Path folder;

    @Test
    void replacedRowsReadAsWrittenAndAllOthersAsBefore() throws IOException {
        Dataset base = DIGITS.load().train();
        RowOverlay.write(folder, DIGITS, RowOverlay.Mode.REPLACE, changed(base));

        Dataset overlaid = overlay().train();

        assertThat(overlaid.ids()).isEqualTo(base.ids());
        assertThat(overlaid.label(7)).isEqualTo((base.label(7) + 1) % 10);
        assertThat(features(overlaid, 7)).containsOnly(3.5);
        assertThat(features(overlaid, 8)).isEqualTo(features(base, 8));
        assertThat(overlaid.label(8)).isEqualTo(base.label(8));
    }

    @Test
    void splitsAsItsBaseDoesAlthoughLabelsDiffer() throws IOException {
        LoadedData base = DIGITS.load();
        RowOverlay.write(folder, DIGITS, RowOverlay.Mode.REPLACE, changed(base.train()));
        StratifiedSplit split = new StratifiedSplit(0.1, 0.2, 5);

        Partition clean = split.split(base);
        Partition overlaid = split.split(overlay());

        assertThat(overlaid.train().ids()).isEqualTo(clean.train().ids());
        assertThat(overlaid.test().ids()).isEqualTo(clean.test().ids());
    }

    @Test
    void rowsThatStandAloneNeedNoIdsOfTheBase() throws IOException {
        Dataset base = DIGITS.load().train();
        Dataset rows = changed(base).withIds(List.of("a", "b"));
        RowOverlay.write(folder, DIGITS, RowOverlay.Mode.ALONE, rows);

        Dataset alone = overlay().train();

        assertThat(alone.ids()).containsExactly("a", "b");
        assertThat(alone.classNames()).isEqualTo(base.classNames());
        assertThat(alone.label(1)).isEqualTo(rows.label(1));
    }

    @Test
    void refusesIdsThatTheBaseHasNot() throws IOException {
        Dataset rows = changed(DIGITS.load().train()).withIds(List.of("a", "b"));
        RowOverlay.write(folder, DIGITS, RowOverlay.Mode.REPLACE, rows);

        assertThatThrownBy(this::overlay).hasMessageContaining("no row with id 'a'");
    }

    @Test
    void refusesAnIndexThatDoesNotFitItsFeatures() throws IOException {
        RowOverlay.write(
                folder, DIGITS, RowOverlay.Mode.ALONE, changed(DIGITS.load().train()));
        Json.write(
                folder.resolve("overlay.json"),
                Map.of("base", "digits", "mode", "ALONE", "ids", List.of("a"), "labels", List.of(1)));

        assertThatThrownBy(this::overlay)
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("overlay.json: it lists 1 ids and 1 labels");
    }

    @Test
    void refusesAFolderWithoutAnIndex() {
        assertThatThrownBy(this::overlay)
                .isInstanceOf(BadInputException.class)
                .hasMessage(folder + ": holds no overlay.json, so it is no overlay");
    }

    @Test
    void refusesAnOverlayOverAnOverlay() throws IOException {
        Dataset rows = changed(DIGITS.load().train());

        assertThatThrownBy(() ->
                        RowOverlay.write(folder, DataSpec.parse("overlay:elsewhere"), RowOverlay.Mode.REPLACE, rows))
                .hasMessageContaining("cannot lie over another");
    }

    private LoadedData overlay() throws IOException {
        return DataSpec.parse("overlay:" + folder).load();
    }

    private static Dataset changed(Dataset base) {
        Dataset rows = base.select(new int[] {7, 100});
        double[] flat = new double[rows.shape().length()];
        java.util.Arrays.fill(flat, 3.5);
        Map<Integer, Integer> labels = Map.of(0, (rows.label(0) + 1) % 10, 1, (rows.label(1) + 1) % 10);
        return rows.withFeatures(Features.overlay(rows.features(), Map.of(0, flat)))
                .withTargets(Targets.relabel(rows.targets(), labels));
    }

    private static double[] features(Dataset data, int row) {
        double[] values = new double[data.features().width()];
        data.features().read(row, values, 0);
        return values;
    }
}

package org.expunge.defense.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.expunge.defense.detect.DetectionTable.Entry;
import org.expunge.influence.data.Dataset;
import org.junit.jupiter.api.Test;

final class DetectionScanTest {
    /** Eight rows of two classes; nothing of them matters but their number and labels. */
    private final ScanSetting setting = WrittenSetting.of(
            new double[][] {{0}, {1}, {2}, {3}, {4}, {5}, {6}, {7}}, new int[] {0, 0, 0, 0, 1, 1, 1, 1}, 2);

    private record Written(String name, List<Double> scores, List<Integer> flagged) implements Detector {
        @Override
        public String rule() {
            return "as written";
        }

        @Override
        public Detection detect(ScanSetting setting) {
            return Detection.of(
                    this,
                    scores.stream().mapToDouble(Double::doubleValue).toArray(),
                    flagged.stream().mapToInt(Integer::intValue).toArray());
        }
    }

    private final Detector first = new Written("first", List.of(9.0, 8.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0), List.of(1, 0));
    private final Detector second =
            new Written("second", List.of(0.0, 5.0, 0.0, 0.0, 4.0, 0.0, 0.0, 0.0), List.of(1, 4));

    private DetectionScan.Findings scan(Optional<PlantedRows> planted) {
        return new DetectionScan(List.of(first, second)).scan(setting, planted, DetectionScan.Listener.NONE);
    }

    @Test
    void theTableHoldsEveryDetectorThenTheControls() {
        DetectionTable table = scan(Optional.empty()).table();

        assertThat(table.entries())
                .extracting(Entry::detector)
                .containsExactly("first", "second", "random", "gradient-norm", "loss", "raw-knn");
        assertThat(table.entries()).extracting(Entry::isControl).containsExactly(false, false, true, true, true, true);
        assertThat(table.classCounts()).containsExactly(4, 4);
        assertThat(table.truth()).isNull();
        assertThat(table.entries()).allMatch(entry -> entry.figures() == null);
    }

    @Test
    void countsFlagsByClassAndTheRowsThatManyFlag() {
        DetectionTable table = scan(Optional.empty()).table();

        assertThat(table.entries().get(1).flaggedByClass()).containsExactly(1, 1);
        assertThat(table.entries().get(0).shared()).isEqualTo(1);
        assertThat(table.flaggedByMany()).singleElement().satisfies(row -> {
            assertThat(row.id()).isEqualTo("row-1");
            assertThat(row.detectors()).containsExactly("first", "second");
            assertThat(row.isPlanted()).isNull();
        });
    }

    @Test
    void figuresOfAKnownAttackAreTieAware() {
        PlantedRows planted = PlantedRows.of(setting.train(), Set.of("row-0", "row-1"));

        DetectionTable table = scan(Optional.of(planted)).table();

        assertThat(table.truth()).isEqualTo(new DetectionTable.Truth(2, 0, 0.25, 0.5));
        DetectionTable.Figures exact = table.entries().get(0).figures();
        assertThat(exact).isEqualTo(new DetectionTable.Figures(1, 1, 1, 1, 1, 1, 0, 0));
        // row 1 first, row 4 second, and row 0 among six that stand together: ½ · 1 + ½ · 2/8
        assertThat(table.entries().get(1).figures()).isNotNull().satisfies(tied -> {
            assertThat(tied.averagePrecision()).isCloseTo(0.625, within(1e-12));
            assertThat(tied.flaggedPrecision()).isEqualTo(0.5);
            assertThat(tied.falseFlagRate()).isCloseTo(1 / 6.0, within(1e-12));
        });
        assertThat(table.flaggedByMany().get(0).isPlanted()).isTrue();
    }

    @Test
    void coversCountNeitherAsFoundNorAsFalselyFlagged() {
        PlantedRows planted = PlantedRows.of(setting.train(), Set.of("row-1"), Set.of("row-0", "row-4"));

        DetectionTable table = scan(Optional.of(planted)).table();

        assertThat(table.truth()).isEqualTo(new DetectionTable.Truth(1, 2, 1 / 6.0, 0.25));
        assertThat(table.entries().get(0).figures()).isEqualTo(new DetectionTable.Figures(1, 1, 1, 1, 1, 1, 0, 1));
    }

    @Test
    void scoresOfEachDetectorAreKept() {
        assertThat(scan(Optional.empty()).detection("second").ranking().toArray()[1])
                .isEqualTo(5);
        assertThatThrownBy(() -> scan(Optional.empty()).detection("third")).hasMessageContaining("third was not run");
    }

    @Test
    void idsThatBelongToNoRowAreRefusedWhenNoneIsLeft() {
        assertThatThrownBy(() -> PlantedRows.of(setting.train(), Set.of("elsewhere")))
                .hasMessageContaining("are these rows of another run?");
    }

    @Test
    void unknownDetectorsAreRefusedWithTheNamesOfAll() {
        assertThatThrownBy(() -> Detectors.named(List.of("aum", "magic")))
                .hasMessageContaining("'magic' is not known")
                .hasMessageContaining("activation-clustering")
                .hasMessageContaining("spectral-uncentred");
    }

    @Test
    void onlyWhatTheSettingAllowsIsUsable() {
        assertThat(Detectors.usable(setting))
                .extracting(Detector::name)
                .doesNotContain("confident-learning", "provenance")
                .contains("aum", "scan", "spectre");
    }

    @Test
    void scansDigitsTwiceAlikeAndBoundsItsFlagsOnCleanRows() {
        try (DigitsScan digits = new DigitsScan(5, 8)) {
            ScanSetting clean = digits.setting(digits.rawTrain());

            DetectionScan.Findings once = DetectionScan.all(clean, Optional.empty());
            DetectionScan.Findings again = DetectionScan.all(clean, Optional.empty());

            assertThat(once.detections()).isEqualTo(again.detections());
            assertThat(new DetectionScan(Detectors.usable(clean)).trainings(clean))
                    .isEqualTo(5);
            for (Entry entry : once.table().entries()) {
                assertThat(entry.flagged())
                        .as(entry.detector())
                        .isLessThanOrEqualTo(clean.train().size() * 6 / 100);
            }
        }
    }

    @Test
    void aComparisonAddsTheRivals() {
        ScanSetting some = WrittenSetting.of(
                IntStream.range(0, 40)
                        .mapToObj(i -> new double[] {i % 7, i % 11})
                        .toArray(double[][]::new),
                IntStream.range(0, 40).map(i -> i % 2).toArray(),
                2);

        DetectionTable table = DetectionScan.comparison(some, PlantedRows.of(some.train(), Set.of("row-3")))
                .table();

        assertThat(table.entries())
                .extracting(Entry::detector)
                .contains("spectral", "spectral-uncentred", "activation-clustering-by-size", "raw-knn");
    }

    @Test
    void theOracleBudgetTakesHalfAsManyAgainFromEachClassButNeverMoreThanHalf() {
        Dataset train = setting.train();
        Detection detection = first.detect(setting);

        assertThat(OracleBudget.everyClass(train, detection, 1)).containsExactly(0, 4);
        assertThat(OracleBudget.everyClass(train, detection, 7)).containsExactly(0, 1, 4, 5);
        assertThat(OracleBudget.ofClass(train, detection, 1, 0)).containsExactly(0);
    }

    @Test
    void theOutlierRuleNeverExceedsItsShare() {
        double[] scores =
                IntStream.range(0, 8).mapToDouble(i -> Math.exp(3 * i)).toArray();

        assertThat(new OutlierRule(0.5, 0.25).flag(setting.train(), scores)).containsExactly(3, 7);
        assertThat(OutlierRule.DEFAULT.flag(setting.train(), new double[8])).isEmpty();
        assertThat(Arrays.stream(OutlierRule.DEFAULT.flag(setting.train(), scores))
                        .count())
                .isZero();
    }
}

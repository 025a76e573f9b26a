package org.expunge.defense.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Targets;
import org.junit.jupiter.api.Test;

final class SourceProvenanceTest {
    private final SourceProvenance provenance = new SourceProvenance(SourceProvenance.Options.DEFAULT);

    /** Digits from four sources, row by row in turn; the labels of one of them are moved on by three. */
    private static Dataset fromSources(Dataset rows, int broken) {
        int[] sources = new int[rows.size()];
        Map<Integer, Integer> wrong = new HashMap<>();
        for (int i = 0; i < sources.length; i++) {
            sources[i] = i % 4;
            if (sources[i] == broken) {
                wrong.put(i, (rows.label(i) + 3) % 10);
            }
        }
        return rows.withTargets(Targets.relabel(rows.targets(), wrong))
                .withGroup("vendor", List.of("a", "b", "c", "d"), sources);
    }

    private static ScanSetting withSources(ScanSetting setting, DigitsScan digits) {
        return new ScanSetting(
                digits.engine(),
                setting.train(),
                setting.validation(),
                setting.checkpoints(),
                Optional.of(digits.recipe()),
                setting.options().withSources("vendor"));
    }

    @Test
    void flagsTheSourceWithoutWhichHeldOutRowsArePredictedBetter() {
        try (DigitsScan digits = new DigitsScan(3, 6)) {
            ScanSetting setting = withSources(digits.setting(fromSources(digits.rawTrain(), 2)), digits);

            Detection found = provenance.detect(setting);

            assertThat(provenance.trainings(setting)).isEqualTo(20);
            assertThat(found.flagged()).isNotEmpty().allMatch(row -> row % 4 == 2);
            assertThat(found.notes()).singleElement().asString().startsWith("without c the held-out loss falls");
            assertThat(Detectors.usable(setting)).extracting(Detector::name).contains("provenance");
        }
    }

    @Test
    void sourcesOfCleanRowsAreNotFlagged() {
        try (DigitsScan digits = new DigitsScan(3, 6)) {
            ScanSetting setting = withSources(digits.setting(fromSources(digits.rawTrain(), -1)), digits);

            assertThat(provenance.detect(setting).flagged()).isEmpty();
        }
    }

    @Test
    void withoutSourcesItAsksForThem() {
        try (DigitsScan digits = new DigitsScan(3, 1)) {
            ScanSetting setting = digits.setting(digits.rawTrain());

            assertThatThrownBy(() -> provenance.trainings(setting)).hasMessageContaining("group column");
        }
    }

    @Test
    void theTailIsThatOfTheTables() {
        assertThat(StudentTail.quantile(0.025, 10)).isCloseTo(2.228138852, within(1e-4));
        assertThat(StudentTail.quantile(0.005, 6)).isCloseTo(3.707428021, within(1e-4));
        assertThat(StudentTail.quantile(0.05, 1_000)).isCloseTo(1.646378817, within(1e-4));
    }
}

package org.expunge.defense.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.junit.jupiter.api.Test;

class ValueRangeTest {
    private static final int ROWS = 400;

    @Test
    void triggersAreLookedForAmongValuesThatRowsHaveSomewhere() {
        // pixel 0 is white in every second row, pixel 1 nearly black in one row alone
        double[] values = new double[2 * ROWS];
        for (int i = 0; i < ROWS; i += 2) {
            values[2 * i] = 16;
        }
        values[1] = 0.5;
        Dataset image =
                Dataset.of("image", new Shape(1, 1, 2), Features.of(values, 2), Targets.classes(new int[ROWS], 2));
        Normalizer standardize = Normalizer.fit(image, Normalizer.Options.DEFAULT);
        ValueRange whole = ValueRange.of(image, standardize);

        ValueRange met = whole.met(standardize.apply(image));

        // white in pixel 1 would be 640 standard deviations
        assertThat(whole.high()[1]).isGreaterThan(600);
        assertThat(met.high()[1]).isLessThan(30);
        assertThat(met.high()[0]).isCloseTo(1, within(1e-9));
        assertThat(met.low()[0]).isCloseTo(-1, within(1e-9));
    }

    @Test
    void columnsOfATableKeepTheirRanges() {
        Dataset table = KnownModels.rows(2, 0, new double[] {1, 50}, new double[] {2, 90});
        ValueRange whole = ValueRange.of(table, Normalizer.fit(table, Normalizer.Options.parse("none")));

        assertThat(whole.met(table).high()).containsExactly(whole.high());
    }

    @Test
    void needsARow() {
        Dataset none = KnownModels.rows(2, 0, new double[] {1}).select(new int[0]);

        assertThatThrownBy(() -> ValueRange.of(none, Normalizer.fit(none, Normalizer.Options.parse("none"))))
                .hasMessageContaining("no rows");
    }
}

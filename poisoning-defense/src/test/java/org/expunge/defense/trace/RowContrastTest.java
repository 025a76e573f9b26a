package org.expunge.defense.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.primitives.Doubles;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.junit.jupiter.api.Test;

final class RowContrastTest {
    private static final int ROWS = 60;
    private static final int[] MARKED = {3, 10, 20, 40};

    /** Noise in two channels of 6 × 8 pixels, of which marked rows have a bright patch of 2 × 3 at (4, 1). */
    private static double[][] noise(boolean hasPatch) {
        Random random = new Random(5);
        double[][] rows = new double[ROWS][];
        for (int i = 0; i < ROWS; i++) {
            rows[i] = random.doubles(2 * 6 * 8).toArray();
        }
        for (int row : MARKED) {
            for (int p = 0; hasPatch && p < 12; p++) {
                rows[row][p / 6 * 48 + (4 + p % 6 / 3) * 8 + 1 + p % 3] = 3;
            }
        }
        return rows;
    }

    private static Dataset dataset(double[][] rows, Shape shape) {
        int[] labels = IntStream.range(0, rows.length).map(i -> 0).toArray();
        return Dataset.of(
                "noise", shape, Features.of(Doubles.concat(rows), shape.length()), Targets.classes(labels, 2));
    }

    @Test
    void theRegionIsThatOfTheTrigger() {
        RowContrast contrast = RowContrast.of(dataset(noise(true), new Shape(2, 6, 8)), MARKED, 0);

        assertThat(contrast.region()).contains(new RowContrast.Region(4, 1, 2, 3));
        assertThat(contrast.foremost(12)).containsExactlyInAnyOrder(33, 34, 35, 41, 42, 43, 81, 82, 83, 89, 90, 91);
    }

    @Test
    void theContrastIsTheDifferenceOfMeansInUnitsOfTheSpread() {
        double[][] rows = {{1, 0}, {3, 0}, {0, 0}, {0, 0}, {0, 8}};

        RowContrast contrast = RowContrast.of(dataset(rows, Shape.flat(2)), new int[] {0, 1}, 0);

        // Pooled variances: (1 + 0) / 2, and (0 + 128/9) / 2 for 0, 0, 8 beside zeros.
        double first = Math.sqrt(0.5);
        double second = 8 / 3.0;
        double constant = 0.25 * Math.sqrt((0.5 + 64 / 9.0) / 2);
        assertThat(contrast.contrasts().get(0)).isCloseTo(2 / (first + constant), within(1e-12));
        assertThat(contrast.contrasts().get(1)).isCloseTo(-8 / 3.0 / (second + constant), within(1e-12));
        assertThat(contrast.foremost(5)).containsExactly(0);
        assertThat(contrast.region()).isEmpty();
    }

    @Test
    void rowsThatShareNothingAreNotMarked() {
        Dataset dark = dataset(new double[ROWS][96], new Shape(2, 6, 8));

        assertThat(RowContrast.of(dark, MARKED, 0).region()).isEmpty();
        assertThat(RowContrast.of(dark, MARKED, 0).foremost(3)).isEmpty();
    }

    @Test
    void aTriggerOverTheWholeImageIsNoRegion() {
        double[][] rows = noise(false);
        for (int row : MARKED) {
            IntStream.range(0, rows[row].length).forEach(j -> rows[row][j] += 2);
        }

        assertThat(RowContrast.of(dataset(rows, new Shape(2, 6, 8)), MARKED, 0).region())
                .isEmpty();
    }

    @Test
    void rowsWithoutOthersAreRefused() {
        Dataset rows = dataset(noise(false), new Shape(2, 6, 8));

        assertThatThrownBy(() -> RowContrast.of(rows, new int[0], 0)).hasMessage("there are no rows to compare");
        assertThatThrownBy(() -> RowContrast.of(rows, MARKED, 1))
                .hasMessage("class 1 has no other rows to compare with");
    }
}

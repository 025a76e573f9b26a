package org.expunge.unlearning.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.expunge.unlearning.selection.ForwardSelection.Options;
import org.expunge.unlearning.selection.ForwardSelection.Pick;
import org.junit.jupiter.api.Test;

class ForwardSelectionTest {
    private static final int ROWS = 600;

    private final double[][] columns = columns();

    @Test
    void theColumnsThatMakeYArePicked() {
        double[] y = new double[ROWS];
        for (int i = 0; i < ROWS; i++) {
            y[i] = columns[4][i] + .5 * columns[8][i];
        }

        List<Pick> picks = new ForwardSelection(new Options(3.5 / Math.sqrt(ROWS), 5, 0)).select(y, columns);

        assertThat(picks).extracting(Pick::column).startsWith(4, 8);
        assertThat(picks.get(0).coefficient()).isCloseTo(.55, within(.1));
        assertThat(picks.get(1).coefficient()).isGreaterThan(.85);
    }

    @Test
    void noiseDoesNotClearTheBar() {
        Random random = new Random(9);
        double[] y = random.doubles(ROWS).toArray();

        assertThat(new ForwardSelection(new Options(3.5 / Math.sqrt(ROWS), 5, 0)).select(y, columns))
                .isEmpty();
        assertThat(new ForwardSelection(new Options(0, 5, 0)).select(y, columns))
                .isNotEmpty()
                .allSatisfy(pick -> assertThat(pick.coefficient()).isLessThan(.2));
    }

    private static double[][] columns() {
        Random random = new Random(7);
        double[][] columns = new double[12][ROWS];
        for (double[] column : columns) {
            for (int i = 0; i < ROWS; i++) {
                column[i] = random.nextGaussian();
            }
        }
        return columns;
    }
}

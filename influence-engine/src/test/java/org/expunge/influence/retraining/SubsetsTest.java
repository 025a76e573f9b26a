package org.expunge.influence.retraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class SubsetsTest {
    @Test
    void randomSubsetsHaveTheSizeAskedForAndEveryRowIsEquallyLikely() {
        Subsets subsets = Subsets.random(20, 4_000, 0.3, 1);
        int[] counts = new int[20];
        for (int s = 0; s < 4_000; s++) {
            assertThat(subsets.rowsOf(s)).hasSize(6);
            for (int i : subsets.rowsOf(s)) {
                counts[i]++;
            }
        }
        for (int count : counts) { // a standard deviation is 29: 5 of them, 6e-7 each
            assertThat((double) count).isCloseTo(1_200, within(145.0));
        }
        assertThat(Subsets.random(20, 3, 0.3, 1).masks())
                .isDeepEqualTo(Subsets.random(20, 3, 0.3, 1).masks());
    }

    @Test
    void leavingOutBeginsWithAllRows() {
        Subsets subsets = Subsets.leavingOut(4, List.of(new int[] {2}, new int[] {0, 3}));

        assertThat(subsets.rowsOf(0)).containsExactly(0, 1, 2, 3);
        assertThat(subsets.rowsOf(1)).containsExactly(0, 1, 3);
        assertThat(subsets.rowsOf(2)).containsExactly(1, 2);
        assertThat(subsets.contains(2, 3)).isFalse();
        assertThat(Subsets.of(subsets.toNpy()).masks()).isDeepEqualTo(subsets.masks());
    }

    @Test
    void refusesWhatIsNoSubset() {
        assertThatThrownBy(() -> Subsets.random(10, 3, 0.99, 1)).hasMessageContaining("leaves nothing in or out");
        assertThatThrownBy(() -> Subsets.leavingOut(3, List.of(new int[] {1, 1})))
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> Subsets.of(new boolean[0][])).hasMessage("there is no subset");
        assertThatThrownBy(() -> Subsets.of(new boolean[][] {{true}, {}})).hasMessage("subset 1 is of 0 rows, not 1");
    }

    @Test
    void differencesOfMeansAreThoseOfAnAdditiveMeasureInABalancedDesign() {
        boolean[][] masks = new boolean[8][3];
        double[][][] values = new double[8][2][1];
        for (int s = 0; s < 8; s++) {
            for (int i = 0; i < 3; i++) {
                masks[s][i] = (s >> i & 1) == 1;
                values[s][0][0] += masks[s][i] ? i - 1.0 : 0;
            }
            values[s][1][0] = values[s][0][0] + 10;
        }
        SubsetOutputs outputs = new SubsetOutputs(Subsets.of(masks), values);

        assertThat(SubsetDifference.of(outputs)[0]).containsExactly(new double[] {-1, 0, 1}, within(1e-12));
        assertThat(outputs.means()[0]).containsExactly(5);
    }
}

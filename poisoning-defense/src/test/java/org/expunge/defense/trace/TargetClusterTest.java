package org.expunge.defense.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TargetClusterTest {
    private static TargetCluster cluster(int label, Integer... together) {
        RowRanking vote = new RowRanking("vote", List.of(1.0));
        return new TargetCluster(
                label, List.of(9), List.of(0), 0.1, new ClusterTrace(vote, List.of(vote)), List.of(together));
    }

    @Test
    void isTriedWithTheOtherClassesOfItsTrial() {
        assertThat(cluster(2, 0, 2, 5).with()).containsExactly(0, 5);
        assertThat(cluster(2, 2).with()).isEmpty();
    }

    @Test
    void whatIsTriedTogetherIsOneTrialAndComesLast() {
        TargetCluster first = cluster(0, 0, 1);
        TargetCluster alone = cluster(3, 3);
        TargetCluster second = cluster(1, 0, 1);

        assertThat(TargetCluster.trials(List.of(first, alone, second)))
                .containsExactly(List.of(alone), List.of(first, second));
        assertThat(TargetCluster.trials(List.of())).isEmpty();
    }
}

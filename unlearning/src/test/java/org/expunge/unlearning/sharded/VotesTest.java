package org.expunge.unlearning.sharded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.junit.jupiter.api.Test;

final class VotesTest {
    private static Votes of(double[]... oneRowOfEachMember) {
        return new Votes(java.util.Arrays.stream(oneRowOfEachMember)
                .map(row -> new double[][] {row})
                .toList());
    }

    @Test
    void majorityAndMeanProbabilityCanDisagree() {
        Votes votes = of(new double[] {0.6, 0.4}, new double[] {0.6, 0.4}, new double[] {0.1, 0.9});

        assertThat(votes.byMajority()).containsExactly(0);
        assertThat(votes.byMeanProbability()).containsExactly(1);
        assertThat(votes.meanProbabilities()[0]).containsExactly(new double[] {1.3 / 3, 1.7 / 3}, within(1e-15));
    }

    @Test
    void aTieGoesToTheHigherMeanProbability() {
        Votes votes = of(new double[] {0.5, 0.3, 0.2}, new double[] {0.1, 0.2, 0.7});

        assertThat(votes.byMajority()).containsExactly(2);
    }

    @Test
    void aTieOfProbabilitiesTooGoesToTheLowerClass() {
        Votes votes = of(new double[] {0.25, 0.5, 0.25}, new double[] {0.25, 0.25, 0.5});

        assertThat(votes.byMajority()).containsExactly(1);
        assertThat(votes.byMeanProbability()).containsExactly(1);
    }

    @Test
    void accuracyIsThatOfTheVoteAndOfItsMembers() {
        Dataset rows = Dataset.of(
                "two", Shape.flat(1), Features.of(new double[] {0, 0}, 1), Targets.classes(new int[] {0, 1}, 2));
        double[][] right = {{0.9, 0.1}, {0.2, 0.8}};
        double[][] half = {{0.8, 0.2}, {0.6, 0.4}};

        VoteMetrics metrics = new Votes(List.of(right, right, half)).metrics(rows);

        assertThat(metrics).isEqualTo(new VoteMetrics(2, 1, 1, 2.5 / 3));
    }

    @Test
    void noRowsGiveNoAnswers() {
        Votes votes = new Votes(List.<double[][]>of(new double[0][]));

        assertThat(votes.byMajority()).isEmpty();
        assertThat(votes.byMeanProbability()).isEmpty();
    }
}

package org.expunge.defense.certify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Certificates against every attack: all sets of partitions, and all votes of the members that see them. */
class AggregationTest {
    @Test
    void noChangeOfAsManyPartitionsAsTheRadiusChangesTheVoteAndOneMoreCan() {
        // d = 1: the radius is exact
        forAllVotes(5, 3, votes -> {
            Aggregation aggregation = new DeepPartitionAggregation(5);
            CertifiedPrediction certified = aggregation.certify(votes, 3);

            assertThat(certified.radius()).isEqualTo(exactRadius(aggregation, votes, 3, certified.label()));
        });
    }

    @Test
    void finiteAggregationNeverPromisesMoreThanEveryAttackLeaves() {
        Random random = new Random(3);
        int tight = 0;
        for (int trial = 0; trial < 150; trial++) {
            FiniteAggregation aggregation = new FiniteAggregation(4, 2, trial);
            // members that mostly agree, so that radii differ from 0
            int[] votes = random.ints(8, 0, 10).map(v -> v < 7 ? 1 : v % 3).toArray();
            CertifiedPrediction certified = aggregation.certify(votes, 3);
            int exact = exactRadius(aggregation, votes, 3, certified.label());

            assertThat(certified.radius()).isLessThanOrEqualTo(exact);
            tight += certified.radius() == exact ? 1 : 0;
        }
        assertThat(tight).isGreaterThan(75);
    }

    @Test
    void finiteAggregationShownToOneMemberIsDeepPartitionAggregation() {
        FiniteAggregation one = new FiniteAggregation(5, 1, 9);

        forAllVotes(
                5,
                3,
                votes ->
                        assertThat(one.certify(votes, 3)).isEqualTo(new DeepPartitionAggregation(5).certify(votes, 3)));
    }

    @Test
    void everyPartitionIsShownToAsManyMembersAsAskedForAndEveryMemberSeesAsMany() {
        FiniteAggregation aggregation = new FiniteAggregation(5, 3, 1);
        int[] shown = new int[15];
        for (int m = 0; m < 15; m++) {
            int[] seen = aggregation.partitionsOf(m);
            assertThat(seen).hasSize(3).isSorted().doesNotHaveDuplicates();
            Arrays.stream(seen).forEach(p -> shown[p]++);
        }

        assertThat(shown).containsOnly(3);
    }

    @Test
    void aTieGoesToTheSmallerClassWhichIsThenEasierToHold() {
        DeepPartitionAggregation four = new DeepPartitionAggregation(4);

        assertThat(four.certify(new int[] {1, 0, 1, 0}, 2)).isEqualTo(new CertifiedPrediction(0, 0));
        assertThat(four.certify(new int[] {0, 0, 0, 1}, 2)).isEqualTo(new CertifiedPrediction(0, 1));
        assertThat(four.certify(new int[] {1, 1, 1, 0}, 2)).isEqualTo(new CertifiedPrediction(1, 0));
        assertThat(four.certify(new int[] {2, 2, 2, 2}, 3)).isEqualTo(new CertifiedPrediction(2, 1));
    }

    @Test
    void refusesVotesThatAreNotTheMembers() {
        assertThatThrownBy(() -> new DeepPartitionAggregation(3).certify(new int[2], 2))
                .hasMessageContaining("3 members gave 2 votes");
        assertThatThrownBy(() -> new DeepPartitionAggregation(1).certify(new int[] {4}, 2))
                .hasMessageContaining("class 4 of 2");
    }

    /** Returns the most partitions that can be changed at will, whichever they are, without changing the label. */
    private static int exactRadius(Aggregation aggregation, int[] votes, int classes, int label) {
        for (int r = 1; r <= aggregation.partitions(); r++) {
            for (int set = 0; set < 1 << aggregation.partitions(); set++) {
                if (Integer.bitCount(set) == r && isBroken(aggregation, votes, classes, label, set)) {
                    return r - 1;
                }
            }
        }
        return aggregation.partitions();
    }

    /** Tries every vote of the members that see one of the partitions. */
    private static boolean isBroken(Aggregation aggregation, int[] votes, int classes, int label, int set) {
        int[] controlled = IntStream.range(0, votes.length)
                .filter(m -> Arrays.stream(aggregation.partitionsOf(m)).anyMatch(p -> (set >> p & 1) == 1))
                .toArray();
        int[] changed = votes.clone();
        int combinations = (int) Math.pow(classes, controlled.length);
        for (int code = 0; code < combinations; code++) {
            int rest = code;
            for (int member : controlled) {
                changed[member] = rest % classes;
                rest /= classes;
            }
            if (plurality(changed, classes) != label) {
                return true;
            }
        }
        return false;
    }

    private static int plurality(int[] votes, int classes) {
        int best = 0;
        long most = -1;
        for (int c = 0; c < classes; c++) {
            int wanted = c;
            long count = Arrays.stream(votes).filter(v -> v == wanted).count();
            if (count > most) {
                best = c;
                most = count;
            }
        }
        return best;
    }

    private static void forAllVotes(int members, int classes, Consumer<int[]> check) {
        int combinations = (int) Math.pow(classes, members);
        for (int code = 0; code < combinations; code++) {
            int[] votes = new int[members];
            int rest = code;
            for (int m = 0; m < members; m++) {
                votes[m] = rest % classes;
                rest /= classes;
            }
            check.accept(votes);
        }
    }
}

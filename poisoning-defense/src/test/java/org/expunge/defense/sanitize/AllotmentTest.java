package org.expunge.defense.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class AllotmentTest {
    /** A claim under no cap on rows of its own. */
    private static Allotment.Claim claim(int least, int wanted, Integer... ranked) {
        List<Integer> foremost = List.of(ranked).subList(0, Math.min(wanted, ranked.length));
        return new Allotment.Claim(Integer.MAX_VALUE, foremost, least);
    }

    /** Shares under one cap on rows for all; the class of a row is its hundreds. */
    private static List<Allotment.Share> share(int most, IntUnaryOperator mostOfLabel, List<Allotment.Claim> claims) {
        return new Allotment(mostOfLabel, row -> row / 100)
                .share(claims.stream()
                        .map(claim -> new Allotment.Claim(Math.min(most, claim.most()), claim.wanted(), claim.least()))
                        .toList());
    }

    private static List<List<Integer>> rows(int most, IntUnaryOperator mostOfLabel, Allotment.Claim... claims) {
        return share(most, mostOfLabel, List.of(claims)).stream()
                .map(Allotment.Share::rows)
                .toList();
    }

    @Test
    void oneClusterGetsAllThatItWantsOrAllThatThereIs() {
        assertThat(rows(9, label -> 9, claim(2, 4, 1, 2, 3, 4, 5))).containsExactly(List.of(1, 2, 3, 4));
        assertThat(rows(9, label -> 3, claim(2, 4, 1, 2, 3, 4, 5))).containsExactly(List.of(1, 2, 3));
        assertThat(rows(9, label -> 9)).isEmpty();
    }

    @Test
    void setsThatFlipGoInBeforeAnyClusterGetsMore() {
        assertThat(rows(9, label -> 6, claim(2, 6, 1, 2, 3, 4, 5, 6), claim(2, 6, 11, 12, 13, 14)))
                .containsExactly(List.of(1, 2, 3), List.of(11, 12, 13));
    }

    @Test
    void sharedRowsCountOnceForTheFirst() {
        assertThat(rows(4, label -> 4, claim(3, 3, 1, 2, 3), claim(3, 4, 3, 2, 4, 5)))
                .containsExactly(List.of(1, 2, 3), List.of(4));
    }

    @Test
    void aSetThatDoesNotFitGetsNothingAndTheCapIsNamed() {
        List<Allotment.Share> ofAll = share(
                5, label -> 9, List.of(claim(3, 3, 1, 2, 3), claim(3, 4, 101, 102, 103, 104), claim(2, 3, 11, 12, 13)));
        List<Allotment.Share> ofLabel = share(9, label -> 4, List.of(claim(3, 6, 1, 2, 3, 4, 5), claim(2, 2, 11, 12)));

        assertThat(ofAll)
                .extracting(Allotment.Share::rows)
                .containsExactly(List.of(1, 2, 3), List.of(), List.of(11, 12));
        assertThat(ofAll.get(1).limit()).isEqualTo(Confirmation.Limit.ROWS);
        assertThat(ofLabel).extracting(Allotment.Share::rows).containsExactly(List.of(1, 2, 3, 4), List.of());
        assertThat(ofLabel)
                .extracting(Allotment.Share::limit)
                .containsExactly(Confirmation.Limit.NONE, Confirmation.Limit.ROWS_OF_LABEL);
    }

    @Test
    void aClaimOnSeveralClassesKeepsTheCapOfEachAndPassesOverWhatHasNoRoom() {
        assertThat(rows(9, label -> 3, claim(4, 8, 1, 101, 2, 102, 3, 4, 103, 104)))
                .containsExactly(List.of(1, 101, 2, 102, 3, 103));
        assertThat(share(9, label -> label == 0 ? 2 : 9, List.of(claim(4, 4, 1, 101, 2, 3))))
                .extracting(Allotment.Share::limit)
                .containsExactly(Confirmation.Limit.ROWS_OF_LABEL);
    }

    @Test
    void aClaimWithALargerCapGoesOnWhereOthersEnd() {
        assertThat(new Allotment(label -> 9, row -> row / 100)
                        .share(List.of(
                                new Allotment.Claim(3, List.of(1, 2, 3, 4), 2),
                                new Allotment.Claim(6, List.of(101, 102, 103, 104), 2))))
                .extracting(Allotment.Share::rows)
                .containsExactly(List.of(1, 2), List.of(101, 102, 103, 104));
    }

    @RepeatedTest(200)
    void keepsEveryCapAndEverySetWhole(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<Allotment.Claim> claims = new ArrayList<>();
        for (int c = 0; c < 1 + random.nextInt(4); c++) {
            int label = random.nextInt(3);
            // of class 0, of class 1, or half of each
            List<Integer> ranked = new ArrayList<>(IntStream.range(0, 12)
                    .mapToObj(i -> 100 * (label == 2 ? i % 2 : label) + i)
                    .toList());
            Collections.shuffle(ranked, random);
            int least = 1 + random.nextInt(6);
            claims.add(claim(least, least + random.nextInt(6), ranked.toArray(Integer[]::new)));
        }
        int most = random.nextInt(20);
        int[] mostOfLabel = {random.nextInt(12), random.nextInt(12)};

        List<Allotment.Share> shares = share(most, label -> mostOfLabel[label], claims);

        List<Integer> gone =
                shares.stream().flatMap(share -> share.rows().stream()).toList();
        Set<Integer> all = new HashSet<>(gone);
        assertThat(gone).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(most);
        for (int label = 0; label < 2; label++) {
            int of = label;
            assertThat(gone.stream().filter(row -> row / 100 == of).count()).isLessThanOrEqualTo(mostOfLabel[label]);
        }
        for (int c = 0; c < claims.size(); c++) {
            Allotment.Claim claim = claims.get(c);
            List<Integer> set = claim.wanted().subList(0, claim.least());
            if (shares.get(c).limit() == Confirmation.Limit.NONE) {
                assertThat(all).containsAll(set);
            } else {
                assertThat(shares.get(c).rows()).isEmpty();
            }
        }
    }
}

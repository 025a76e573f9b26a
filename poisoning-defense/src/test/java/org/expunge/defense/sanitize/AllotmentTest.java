package org.expunge.defense.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class AllotmentTest {
    private static Allotment.Claim claim(int least, int wanted, Integer... ranked) {
        return new Allotment.Claim(ranked[0] / 100, List.of(ranked), least, wanted);
    }

    private static List<List<Integer>> rows(Allotment allotment, Allotment.Claim... claims) {
        return allotment.share(List.of(claims)).stream()
                .map(Allotment.Share::rows)
                .toList();
    }

    @Test
    void oneClusterGetsAllThatItWantsOrAllThatThereIs() {
        assertThat(rows(new Allotment(9, label -> 9), claim(2, 4, 1, 2, 3, 4, 5)))
                .containsExactly(List.of(1, 2, 3, 4));
        assertThat(rows(new Allotment(9, label -> 3), claim(2, 4, 1, 2, 3, 4, 5)))
                .containsExactly(List.of(1, 2, 3));
        assertThat(rows(new Allotment(9, label -> 9))).isEmpty();
    }

    @Test
    void setsThatFlipGoInBeforeAnyClusterGetsMore() {
        assertThat(rows(new Allotment(9, label -> 6), claim(2, 6, 1, 2, 3, 4, 5, 6), claim(2, 6, 11, 12, 13, 14)))
                .containsExactly(List.of(1, 2, 3), List.of(11, 12, 13));
    }

    @Test
    void sharedRowsCountOnceForTheFirst() {
        assertThat(rows(new Allotment(4, label -> 4), claim(3, 3, 1, 2, 3), claim(3, 4, 3, 2, 4, 5)))
                .containsExactly(List.of(1, 2, 3), List.of(4));
    }

    @Test
    void aSetThatDoesNotFitGetsNothingAndTheCapIsNamed() {
        List<Allotment.Share> ofAll = new Allotment(5, label -> 9)
                .share(List.of(claim(3, 3, 1, 2, 3), claim(3, 4, 101, 102, 103, 104), claim(2, 3, 11, 12, 13)));
        List<Allotment.Share> ofLabel =
                new Allotment(9, label -> 4).share(List.of(claim(3, 6, 1, 2, 3, 4, 5), claim(2, 2, 11, 12)));

        assertThat(ofAll)
                .extracting(Allotment.Share::rows)
                .containsExactly(List.of(1, 2, 3), List.of(), List.of(11, 12));
        assertThat(ofAll.get(1).limit()).isEqualTo(Confirmation.Limit.ROWS);
        assertThat(ofLabel).extracting(Allotment.Share::rows).containsExactly(List.of(1, 2, 3, 4), List.of());
        assertThat(ofLabel)
                .extracting(Allotment.Share::limit)
                .containsExactly(Confirmation.Limit.NONE, Confirmation.Limit.ROWS_OF_LABEL);
    }

    @RepeatedTest(200)
    void keepsEveryCapAndEverySetWhole(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<Allotment.Claim> claims = new ArrayList<>();
        for (int c = 0; c < 1 + random.nextInt(4); c++) {
            int label = random.nextInt(2);
            List<Integer> ranked = new ArrayList<>(
                    IntStream.range(0, 12).mapToObj(i -> 100 * label + i).toList());
            Collections.shuffle(ranked, random);
            int least = 1 + random.nextInt(6);
            claims.add(new Allotment.Claim(label, ranked, least, least + random.nextInt(6)));
        }
        int most = random.nextInt(20);
        int[] mostOfLabel = {random.nextInt(12), random.nextInt(12)};

        List<Allotment.Share> shares = new Allotment(most, label -> mostOfLabel[label]).share(claims);

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
            List<Integer> set = claim.ranked().subList(0, claim.least());
            if (shares.get(c).limit() == Confirmation.Limit.NONE) {
                assertThat(all).containsAll(set);
            } else {
                assertThat(shares.get(c).rows()).isEmpty();
            }
        }
    }
}

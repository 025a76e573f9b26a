package org.expunge.defense.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.junit.jupiter.api.Test;

final class OutOfFoldTest {
    private static final int ROWS = 60;
    private static final int FOLDS = 5;

    /** Random rows of three classes, of which rows 50 to 59 repeat rows 0 to 9. */
    private static Dataset rowsWithCopies() {
        Random random = new Random(4);
        double[][] features = new double[ROWS][];
        for (int i = 0; i < ROWS; i++) {
            features[i] = i < 50 ? new double[] {random.nextGaussian(), random.nextGaussian()} : features[i - 50];
        }
        int[] labels = IntStream.range(0, ROWS).map(i -> i % 3).toArray();
        return WrittenSetting.rows(features, labels, 3);
    }

    @Test
    void noRowIsScoredByAModelThatWasTrainedOnItOrOnItsCopy() {
        Dataset train = rowsWithCopies();
        CopySets copies = CopySets.of(WrittenSetting.of(train, new double[0][]), new CopySets.Options(0, -1));
        int[] foldOf = OutOfFold.deal(train, copies, FOLDS, 7);

        double[][] scored =
                OutOfFold.probabilities(WrittenSetting.ENGINE, train, foldOf, FOLDS, (single, rest, held, f) -> {
                    Set<List<Double>> trained = new HashSet<>();
                    IntStream.range(0, rest.size()).forEach(i -> trained.add(boxed(rest.row(i))));
                    double[][] answers = new double[held.size()][];
                    for (int i = 0; i < answers.length; i++) {
                        assertThat(trained).doesNotContain(boxed(held.row(i)));
                        answers[i] = new double[] {train.rowOf(held.id(i)), f};
                    }
                    return answers;
                });

        for (int i = 0; i < ROWS; i++) {
            assertThat(scored[i]).containsExactly(i, foldOf[i]);
        }
    }

    private static List<Double> boxed(double[] row) {
        return Arrays.stream(row).boxed().toList();
    }

    @Test
    void labelsAreSpreadEvenly() {
        Dataset train = rowsWithCopies();
        CopySets none = CopySets.of(
                WrittenSetting.of(train.select(IntStream.range(0, 45).toArray()), new double[0][]),
                new CopySets.Options(0, -1));

        int[] foldOf = OutOfFold.deal(train.select(IntStream.range(0, 45).toArray()), none, FOLDS, 7);

        int[][] counts = new int[3][FOLDS];
        IntStream.range(0, 45).forEach(i -> counts[i % 3][foldOf[i]]++);
        assertThat(counts).isDeepEqualTo(new int[][] {{3, 3, 3, 3, 3}, {3, 3, 3, 3, 3}, {3, 3, 3, 3, 3}});
    }

    @Test
    void theSameSeedDealsTheSameFolds() {
        Dataset train = rowsWithCopies();
        CopySets copies = CopySets.of(WrittenSetting.of(train, new double[0][]), CopySets.Options.DEFAULT);

        assertThat(OutOfFold.deal(train, copies, FOLDS, 7)).isEqualTo(OutOfFold.deal(train, copies, FOLDS, 7));
        assertThat(OutOfFold.deal(train, copies, FOLDS, 7)).isNotEqualTo(OutOfFold.deal(train, copies, FOLDS, 8));
    }

    @Test
    void fewerRowsThanFoldsAreRefused() {
        Dataset train = WrittenSetting.rows(new double[][] {{0}, {1}}, new int[] {0, 1}, 2);
        CopySets copies = CopySets.of(WrittenSetting.of(train, new double[0][]), CopySets.Options.DEFAULT);

        assertThatThrownBy(() -> OutOfFold.deal(train, copies, 3, 0))
                .hasMessageContaining("2 rows do not make 3 folds");
    }
}

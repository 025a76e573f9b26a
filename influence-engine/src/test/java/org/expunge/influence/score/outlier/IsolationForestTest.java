package org.expunge.influence.score.outlier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IsolationForestTest {
    @Test
    void averageDepthsAreThoseOfTheFormula() {
        assertThat(IsolationForest.averageDepth(0)).isZero();
        assertThat(IsolationForest.averageDepth(1)).isZero();
        assertThat(IsolationForest.averageDepth(2)).isEqualTo(1);
        assertThat(IsolationForest.averageDepth(3)).isCloseTo(5.0 / 3, within(1e-15)); // 2 (1 + ½) − 4/3
        // 2 (ln 255 + γ + 1/510 − 1/(12 · 255²)) − 2 · 255/256
        double harmonic = Math.log(255) + 0.5772156649015329 + 1.0 / 510 - 1 / (12 * 255.0 * 255);
        assertThat(IsolationForest.averageDepth(256)).isCloseTo(2 * harmonic - 510.0 / 256, within(1e-10));
    }

    @Test
    void aFarPointScoresHighest() {
        double[][] rows = IntStream.range(0, 257)
                .mapToObj(i -> new double[] {i == 256 ? 10_000 : i})
                .toArray(double[][]::new);

        IsolationForest forest = IsolationForest.fit(rows, new IsolationForest.Options(100, 256, 1));

        double[] scores = Arrays.stream(rows).mapToDouble(forest::score).toArray();
        assertThat(scores[256]).isGreaterThan(0.8);
        assertThat(Arrays.stream(scores, 0, 256).max().orElseThrow()).isLessThan(0.65);
    }

    /** On a line a cut falls between two neighbours in proportion to their distance, which a recursion can follow. */
    @Test
    void meanDepthsAreThoseThatARecursionOverAllCutsGives() {
        double[] points = {0, 1, 1.5, 4, 4.2, 9, 9.1, 20};
        double[][] rows = Arrays.stream(points).mapToObj(x -> new double[] {x}).toArray(double[][]::new);
        int trees = 20_000;

        IsolationForest forest = IsolationForest.fit(rows, new IsolationForest.Options(trees, 8, 3));

        for (int i = 0; i < points.length; i++) {
            double expected = expectedDepth(points, 0, points.length, i, 0);
            // depths lie in [1, 3 + c(5)], so that their deviation is below 2.5
            assertThat(forest.meanDepthOf(rows[i])).isCloseTo(expected, within(4 * 2.5 / Math.sqrt(trees)));
        }
    }

    private static double expectedDepth(double[] sorted, int from, int to, int i, int depth) {
        if (to - from == 1 || depth == 3) { // ⌈log₂ 8⌉
            return depth + IsolationForest.averageDepth(to - from);
        }
        double sum = 0;
        for (int cut = from; cut < to - 1; cut++) {
            double probability = (sorted[cut + 1] - sorted[cut]) / (sorted[to - 1] - sorted[from]);
            sum += probability
                    * (i <= cut
                            ? expectedDepth(sorted, from, cut + 1, i, depth + 1)
                            : expectedDepth(sorted, cut + 1, to, i, depth + 1));
        }
        return sum;
    }

    @Test
    void theScaleOfAColumnChangesNothing() {
        double[][] rows = cloud(60, 4);
        double[][] scaled = Arrays.stream(rows)
                .map(row -> new double[] {row[0], 1024 * row[1], row[2] / 64, 8 * row[3]})
                .toArray(double[][]::new);
        IsolationForest.Options options = new IsolationForest.Options(50, 32, 5);

        IsolationForest forest = IsolationForest.fit(rows, options);
        IsolationForest other = IsolationForest.fit(scaled, options);

        for (int i = 0; i < rows.length; i++) {
            assertThat(other.score(scaled[i])).isEqualTo(forest.score(rows[i]));
        }
    }

    @Test
    void oneSeedGivesOneForest() {
        double[][] rows = cloud(40, 3);
        double first = IsolationForest.fit(rows, new IsolationForest.Options(20, 16, 1))
                .score(rows[0]);

        assertThat(IsolationForest.fit(rows, new IsolationForest.Options(20, 16, 1))
                        .score(rows[0]))
                .isEqualTo(first);
        assertThat(IsolationForest.fit(rows, new IsolationForest.Options(20, 16, 2))
                        .score(rows[0]))
                .isNotEqualTo(first);
    }

    @Test
    void constantColumnsAreNotCut() {
        double[][] rows = IntStream.range(0, 32)
                .mapToObj(i -> {
                    double[] row = new double[50];
                    row[7] = i == 31 ? 1e6 : i;
                    return row;
                })
                .toArray(double[][]::new);

        IsolationForest forest = IsolationForest.fit(rows, new IsolationForest.Options(100, 32, 1));

        assertThat(forest.score(rows[31])).isGreaterThan(forest.score(rows[15]) + 0.2);
    }

    @Test
    void rowsThatAreAllTheSameScoreOneHalf() {
        double[][] rows = new double[10][3];

        assertThat(IsolationForest.fit(rows, IsolationForest.Options.DEFAULT).score(rows[0]))
                .isCloseTo(0.5, within(1e-12)); // a leaf of all rows at depth 0 counts c(ψ)
    }

    @Test
    void neighbouringNumbersAreStillSeparated() {
        double[][] rows = {{1}, {Math.nextUp(1.0)}, {1}};

        assertThat(IsolationForest.fit(rows, new IsolationForest.Options(10, 3, 1))
                        .score(rows[1]))
                .isGreaterThan(0.5);
    }

    @Test
    void tooFewRowsAndOtherWidthsAreRefused() {
        assertThatThrownBy(() -> IsolationForest.fit(new double[1][2], IsolationForest.Options.DEFAULT))
                .hasMessageContaining("at least 2 rows");
        assertThatThrownBy(() -> IsolationForest.fit(new double[][] {{1}, {2, 3}}, IsolationForest.Options.DEFAULT))
                .hasMessageContaining("row 1 has 2 numbers");
        assertThatThrownBy(() ->
                        IsolationForest.fit(new double[][] {{1}, {Double.NaN}}, IsolationForest.Options.DEFAULT))
                .hasMessageContaining("row 1 has a number that is not finite");
        IsolationForest forest = IsolationForest.fit(new double[3][2], IsolationForest.Options.DEFAULT);
        assertThatThrownBy(() -> forest.score(new double[3])).hasMessageContaining("does not fit a forest of 2");
        assertThatThrownBy(() -> new IsolationForest.Options(0, 256, 0)).hasMessageContaining("trees");
        assertThatThrownBy(() -> new IsolationForest.Options(1, 1, 0)).hasMessageContaining("sample");
    }

    private static double[][] cloud(int n, int d) {
        Random random = new Random(1);
        double[][] rows = new double[n][d];
        for (double[] row : rows) {
            Arrays.setAll(row, j -> random.nextGaussian());
        }
        return rows;
    }
}

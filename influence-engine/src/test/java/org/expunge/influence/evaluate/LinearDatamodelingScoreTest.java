package org.expunge.influence.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.Scores;
import org.junit.jupiter.api.Test;

class LinearDatamodelingScoreTest {
    private final LinearDatamodelingScore lds = new LinearDatamodelingScore(new Bootstrap.Options(200, 0.95, 1));

    @Test
    void lossesThatFallWithProponentsScoreOne() {
        Random random = new Random(1);
        double[][] scores = {
            random.doubles(20, -1, 1).toArray(), random.doubles(20, -1, 1).toArray()
        };
        boolean[][] subsets = subsets(30, 20, random);
        double[][] losses = losses(scores, subsets, -1);

        LinearDatamodelingScore.Result result = lds.evaluate(table(scores), subsets, losses);

        assertThat(result.mean().estimate()).isCloseTo(1, within(1e-12));
        assertThat(Doubles.toArray(result.ofQueries())).containsExactly(new double[] {1, 1}, within(1e-12));
    }

    @Test
    void theOppositeSignScoresMinusOneAndAQueryWithoutOrderZero() {
        Random random = new Random(2);
        double[][] scores = {random.doubles(20, -1, 1).toArray(), new double[20]};
        boolean[][] subsets = subsets(30, 20, random);
        double[][] losses = losses(scores, subsets, 1);

        LinearDatamodelingScore.Result result = lds.evaluate(table(scores), subsets, losses);

        assertThat(Doubles.toArray(result.ofQueries())).containsExactly(new double[] {-1, 0}, within(1e-12));
        assertThat(result.mean().estimate()).isCloseTo(-0.5, within(1e-12));
        assertThat(result.mean().low()).isCloseTo(-1, within(1e-12));
    }

    /** Losses that share one number a subset go up and down together: queries say nothing new of each other. */
    @Test
    void anIntervalOverSubsetsTooIsWiderWhereQueriesShareThem() {
        Random random = new Random(6);
        double[] helps = random.doubles(20, -1, 1).toArray();
        double[][] scores = new double[30][];
        Arrays.fill(scores, helps);
        boolean[][] subsets = subsets(25, 20, random);
        double[][] losses = losses(scores, subsets, -1);
        for (double[] ofSubset : losses) {
            double shared = 2 * random.nextGaussian();
            Arrays.setAll(ofSubset, q -> ofSubset[q] + shared + 0.1 * random.nextGaussian());
        }

        LinearDatamodelingScore.Result alone = lds.evaluate(table(scores), subsets, losses);
        Bootstrap.Interval both = lds.twoWay(scores, subsets, losses);

        assertThat(both.estimate()).isCloseTo(alone.mean().estimate(), within(1e-12));
        assertThat(both.high() - both.low())
                .isGreaterThan(5 * (alone.mean().high() - alone.mean().low()));
        assertThat(both.contains(both.estimate())).isTrue();
    }

    @Test
    void fewSubsetsAreWorkedOutByHand() {
        Scores scores = table(new double[][] {{1, 2, 4}});
        boolean[][] subsets = {{true, true, false}, {true, false, true}, {false, true, true}};
        double[][] losses = {{0.2}, {0.3}, {0.1}}; // sums −3, −5, −6: ranks 3, 2, 1 against 2, 3, 1

        LinearDatamodelingScore.Result result = lds.evaluate(scores, subsets, losses);

        assertThat(result.mean().estimate()).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void refusesShapesThatDoNotFit() {
        Scores scores = table(new double[][] {{1, 2}});

        assertThatThrownBy(() -> lds.evaluate(scores, new boolean[1][2], new double[1][1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 2 subsets");
        assertThatThrownBy(() -> lds.evaluate(scores, new boolean[2][2], new double[3][1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("2 subsets do not match 3 rows of losses");
        assertThatThrownBy(() -> lds.evaluate(scores, new boolean[2][3], new double[2][1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("subset 0 has 3 rows");
        assertThatThrownBy(() -> lds.evaluate(table(new double[0][]), new boolean[2][2], new double[2][1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no query");
    }

    private static boolean[][] subsets(int count, int rows, Random random) {
        boolean[][] subsets = new boolean[count][rows];
        for (boolean[] subset : subsets) {
            for (int i = 0; i < rows; i++) {
                subset[i] = random.nextBoolean();
            }
        }
        return subsets;
    }

    /** The sum of the scores of each subset, times {@code sign}. */
    private static double[][] losses(double[][] scores, boolean[][] subsets, double sign) {
        double[][] losses = new double[subsets.length][scores.length];
        for (int s = 0; s < subsets.length; s++) {
            for (int q = 0; q < scores.length; q++) {
                for (int i = 0; i < scores[q].length; i++) {
                    losses[s][q] += subsets[s][i] ? sign * scores[q][i] : 0;
                }
            }
        }
        return losses;
    }

    private static Scores table(double[][] values) {
        return new Scores() {
            @Override
            public int queries() {
                return values.length;
            }

            @Override
            public int rows() {
                return values.length == 0 ? 0 : values[0].length;
            }

            @Override
            public double score(int query, int row) {
                return values[query][row];
            }

            @Override
            public double[] row(int query) {
                return Arrays.copyOf(values[query], values[query].length);
            }

            @Override
            public Provenance provenance() {
                throw new UnsupportedOperationException("made by hand");
            }
        };
    }
}

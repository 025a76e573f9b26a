package org.expunge.unlearning.certified;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HeadLossTest {
    private static final double STEP = 1e-5;

    static Stream<HeadLoss> losses() {
        return Stream.of(
                new LogisticHeadLoss(2), new LogisticHeadLoss(4), new SoftmaxHeadLoss(2), new SoftmaxHeadLoss(5));
    }

    @ParameterizedTest
    @MethodSource("losses")
    void slopesAndCurvaturesAreTheDerivativesOfTheLoss(HeadLoss loss) {
        Random random = new Random(1);
        int n = loss.vectors();
        for (int draw = 0; draw < 20; draw++) {
            double[] z = random.doubles(n, -3, 3).toArray();
            double[] v = random.doubles(n, -1, 1).toArray();
            int label = draw % 2;
            double[] slope = slope(loss, z, label);
            double[] ahead = slope(loss, moved(z, v, STEP), label);
            double[] behind = slope(loss, moved(z, v, -STEP), label);
            double[] product = new double[n];
            loss.curvatureProduct(z, v, product);
            double along = 0;
            for (int k = 0; k < n; k++) {
                along += slope[k] * v[k];
                assertThat(product[k]).isCloseTo((ahead[k] - behind[k]) / (2 * STEP), within(1e-8));
            }
            double difference = loss.value(moved(z, v, STEP), label) - loss.value(moved(z, v, -STEP), label);

            assertThat(along).isCloseTo(difference / (2 * STEP), within(1e-8));
        }
    }

    @ParameterizedTest
    @MethodSource("losses")
    void entriesOfTheCurvatureAreThoseOfItsProducts(HeadLoss loss) {
        int n = loss.vectors();
        double[] z = new Random(2).doubles(n, -3, 3).toArray();
        for (int l = 0; l < n; l++) {
            double[] unit = new double[n];
            unit[l] = 1;
            double[] column = new double[n];
            loss.curvatureProduct(z, unit, column);
            for (int k = 0; k < n; k++) {
                boolean isOneBlock = k / loss.vectorsPerBlock() == l / loss.vectorsPerBlock();

                assertThat(isOneBlock ? loss.curvature(z, k, l) : 0).isCloseTo(column[k], within(1e-15));
            }
        }
    }

    /** Third differences along random unit directions of a block, at random and at extreme scores. */
    @ParameterizedTest
    @MethodSource("losses")
    void theThirdDerivativeNeverExceedsItsBound(HeadLoss loss) {
        Random random = new Random(3);
        double largest = 0;
        for (int draw = 0; draw < 20_000; draw++) {
            double[] z = random.doubles(loss.vectors(), -4, 4).toArray();
            double[] v = direction(loss, random);
            largest = Math.max(largest, Math.abs(thirdDerivative(loss, z, v)));
        }

        assertThat(largest).isBetween(0.8 * loss.thirdDerivative(), loss.thirdDerivative() + 1e-5);
    }

    @Test
    void theBoundOfSoftmaxIsReachedBetweenTwoClasses() {
        double p = 0.5 - 1 / (2 * Math.sqrt(3));
        double[] z = {Math.log(p), Math.log(1 - p), -40};
        double[] v = {Math.sqrt(0.5), -Math.sqrt(0.5), 0};

        double found = Math.abs(thirdDerivative(new SoftmaxHeadLoss(3), z, v));

        assertThat(found).isCloseTo(SoftmaxHeadLoss.THIRD_DERIVATIVE, within(1e-6));
        assertThat(SoftmaxHeadLoss.THIRD_DERIVATIVE).isCloseTo(0.272165526975909, within(1e-15));
    }

    @Test
    void hugeScoresGiveFiniteLossesAndSlopes() {
        for (HeadLoss loss : losses().toList()) {
            double[] z = new double[loss.vectors()];
            z[0] = 1e4;
            double[] slope = slope(loss, z, 1);

            assertThat(loss.value(z, 1)).isFinite();
            assertThat(slope).doesNotContain(Double.NaN);
        }
    }

    private static double thirdDerivative(HeadLoss loss, double[] z, double[] v) {
        double step = 1e-4;
        return (curvatureAlong(loss, moved(z, v, step), v) - curvatureAlong(loss, moved(z, v, -step), v)) / (2 * step);
    }

    private static double curvatureAlong(HeadLoss loss, double[] z, double[] v) {
        double[] product = new double[z.length];
        loss.curvatureProduct(z, v, product);
        double sum = 0;
        for (int k = 0; k < z.length; k++) {
            sum += product[k] * v[k];
        }
        return sum;
    }

    private static double[] direction(HeadLoss loss, Random random) {
        double[] v = new double[loss.vectors()];
        double squares = 0;
        for (int k = 0; k < loss.vectorsPerBlock(); k++) {
            v[k] = random.nextGaussian() * (random.nextBoolean() ? 1 : 0.05);
            squares += v[k] * v[k];
        }
        for (int k = 0; k < v.length; k++) {
            v[k] /= Math.sqrt(squares);
        }
        return v;
    }

    private static double[] slope(HeadLoss loss, double[] z, int label) {
        double[] slope = new double[z.length];
        loss.slope(z, label, slope);
        return slope;
    }

    private static double[] moved(double[] z, double[] v, double by) {
        double[] moved = z.clone();
        for (int k = 0; k < z.length; k++) {
            moved[k] += by * v[k];
        }
        return moved;
    }
}

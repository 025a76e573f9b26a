package org.expunge.defense.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.defense.attack.PatchAttack;
import org.expunge.defense.attack.PatchTrigger;
import org.expunge.defense.attack.PlantedAttack;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.evaluate.RankMetrics;
import org.junit.jupiter.api.Test;

final class SpectralSignaturesTest {
    private static final int CLEAN = 90;
    private static final int POISON = 10;

    private final boolean[] isPoison = new boolean[CLEAN + POISON];

    SpectralSignaturesTest() {
        Arrays.fill(isPoison, CLEAN, isPoison.length, true);
    }

    /** Features like a rectifier's: far from the origin, with poison displaced along the direction of the mean. */
    private double[][] displaced() {
        Random random = new Random(3);
        return IntStream.range(0, isPoison.length)
                .mapToObj(i -> new double[] {
                    (isPoison[i] ? 7 : 10) + 0.3 * random.nextGaussian(), 2 + 0.3 * random.nextGaussian()
                })
                .toArray(double[][]::new);
    }

    @Test
    void centredFindsWhatUncentredRanksLast() {
        double[][] features = displaced();

        double[] centred = SpectralSignatures.scores(WrittenSetting.ENGINE.compute(), features, true);
        double[] uncentred = SpectralSignatures.scores(WrittenSetting.ENGINE.compute(), features, false);

        assertThat(RankMetrics.averagePrecision(centred, isPoison)).isEqualTo(1);
        assertThat(RankMetrics.averagePrecision(uncentred, isPoison)).isLessThan(RankMetrics.baseRate(isPoison));
    }

    @Test
    void theScoreIsTheSquaredProjectionOnTheDirectionOfMostVariance() {
        double[][] features = {{1, 5}, {3, 5}, {8, 5}};

        double[] scores = SpectralSignatures.scores(WrittenSetting.ENGINE.compute(), features, true);

        assertThat(scores).containsExactly(new double[] {9, 1, 16}, within(1e-12));
    }

    @Test
    void isIndifferentToWhereTheOriginLies() {
        double[][] features = displaced();
        double[][] moved = Arrays.stream(features)
                .map(h -> new double[] {h[0] + 100, h[1] - 40})
                .toArray(double[][]::new);

        assertThat(SpectralSignatures.scores(WrittenSetting.ENGINE.compute(), moved, true))
                .containsExactly(
                        SpectralSignatures.scores(WrittenSetting.ENGINE.compute(), features, true), within(1e-9));
    }

    @Test
    void cleanRowsAreFlaggedNoMoreThanTheCapAllows() {
        Random random = new Random(1);
        double[][] features = random.doubles(400)
                .mapToObj(x -> new double[] {1 / (x + 1e-3), random.nextGaussian()})
                .toArray(double[][]::new);
        int[] labels = IntStream.range(0, 400).map(i -> i % 4).toArray();

        Detection found = SpectralSignatures.centred().detect(WrittenSetting.of(features, labels, 4));

        assertThat(found.flagged()).hasSizeLessThanOrEqualTo(20);
    }

    @Test
    void aClassOfOneRowAndAnEmptyClassHaveNoSignature() {
        double[][] features = {{1, 2}, {3, 4}, {5, 7}};

        Detection found = SpectralSignatures.centred().detect(WrittenSetting.of(features, new int[] {0, 0, 2}, 4));

        assertThat(found.ranking().scores().get(2)).isZero();
        assertThat(found.flagged()).isEmpty();
    }

    @Test
    void onDigitsAPatchIsFoundInPartAndWithoutCentringNotAtAll() {
        try (DigitsScan digits = new DigitsScan(1, 15)) {
            PlantedAttack planted = new PatchAttack(new PatchAttack.Options(1, 0, 25, new PatchTrigger(2, 3, 0, 16), 1))
                    .plant(digits.rawTrain());
            ScanSetting setting = digits.setting(planted.train());
            Dataset train = setting.train();
            boolean[] isPlanted =
                    PlantedRows.of(train, planted.adversarialIds()).toArray();

            double[] centred =
                    SpectralSignatures.centred().detect(setting).ranking().toArray();
            double[] uncentred =
                    SpectralSignatures.uncentred().detect(setting).ranking().toArray();

            assertThat(RankMetrics.averagePrecision(centred, isPlanted)).isBetween(0.2, 0.65);
            assertThat(RankMetrics.averagePrecision(uncentred, isPlanted)).isLessThan(0.06);
        }
    }
}

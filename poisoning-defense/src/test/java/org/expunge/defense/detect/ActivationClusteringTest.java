package org.expunge.defense.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ActivationClusteringTest {
    private static final int ROWS = 200;
    private static final int CLASSES = 4;

    private final ActivationClustering clustering = new ActivationClustering(ActivationClustering.Options.DEFAULT);

    /** Normal classes; the first {@code apart} rows of class 2 stand eight deviations away. */
    private static ScanSetting classes(int apart, long seed) {
        Random random = new Random(seed);
        double[][] features = new double[CLASSES * ROWS][6];
        for (int i = 0; i < features.length; i++) {
            int label = i / ROWS;
            for (int j = 0; j < 6; j++) {
                features[i][j] = (j < 3 ? 2 : 1) * random.nextGaussian() + 10 * label;
            }
            features[i][4] += label == 2 && i % ROWS < apart ? 12 : 0;
        }
        return WrittenSetting.of(
                features, IntStream.range(0, features.length).map(i -> i / ROWS).toArray(), CLASSES);
    }

    @Test
    void reportsTheClassWithASmallClusterApartAndNoOther() {
        Detection found = clustering.detect(classes(30, 1));

        assertThat(found.flagged())
                .containsExactlyElementsOf(
                        IntStream.range(2 * ROWS, 2 * ROWS + 30).boxed().toList());
        assertThat(found.notes()).singleElement().asString().contains("class 2: 30 of 200 rows apart");
        assertThat(found.ranking().scores().get(2 * ROWS)).isGreaterThan(0.3);
    }

    @Test
    void isSilentOnCleanClasses() {
        for (long seed = 0; seed < 5; seed++) {
            Detection found = clustering.detect(classes(0, seed));

            assertThat(found.flagged()).isEmpty();
            assertThat(found.notes()).containsExactly("no class splits significantly");
        }
    }

    @Test
    void bySizeAloneCleanClassesAreFlaggedToo() {
        Detection found = ActivationClustering.bySize().detect(classes(30, 1));

        assertThat(found.flagged())
                .containsAll(IntStream.range(2 * ROWS, 2 * ROWS + 30).boxed().toList());
        assertThat(found.ranking().method()).isEqualTo("activation-clustering-by-size");
    }

    @Test
    void isSilentOnCleanDigits() {
        try (DigitsScan digits = new DigitsScan(11, 15)) {
            assertThat(clustering.detect(digits.setting(digits.rawTrain())).flagged())
                    .isEmpty();
        }
    }

    @Test
    void halvesAreNoSmallCluster() {
        assertThat(clustering.detect(classes(100, 1)).flagged()).isEmpty();
    }

    @Test
    void equalRowsDoNotSplit() {
        TwoMeans split = TwoMeans.of(new double[6][2]);

        assertThat(split.secondSize()).isZero();
        assertThat(split.silhouette()).isZero();
    }

    @Test
    void theSilhouetteOfTwoPairsIsWorkedByHand() {
        // centres −5.5, 5.5: the outer points have a = .5 and b = 11.5, the inner a = .5 and b = 10.5
        TwoMeans split = TwoMeans.of(new double[][] {{-6}, {-5}, {5}, {6}});

        assertThat(split.silhouette()).isCloseTo((11 / 11.5 + 10 / 10.5) / 2, within(1e-12));
        assertThat(split.secondSize()).isEqualTo(2);
    }
}

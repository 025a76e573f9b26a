package org.expunge.defense.identify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.evaluate.RankMetrics;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.Gas;
import org.expunge.influence.score.Scores;
import org.expunge.influence.score.TracInCp;
import org.expunge.influence.score.TrajectoryEstimator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Identification on small networks that were really trained under attack. */
class IdentificationTest {
    private static final TrajectoryEstimator.Options CUT = TrajectoryEstimator.Options.DEFAULT;
    private static final TargetAudit.Options DEFAULT = TargetAudit.Options.DEFAULT;

    @Nested
    class UnderAPatchOnTwentyRows {
        private static final AttackedDigits WORLD = new AttackedDigits(20, 3);
        private static final Dataset STREAM = WORLD.triggered();
        private static final Examination FOUND = WORLD.examine(STREAM, DEFAULT);

        @AfterAll
        static void close() {
            WORLD.close();
        }

        @Test
        void theTargetsAndTheirClassAreFound() {
            List<Double> heaviness = FOUND.findings().inputs().stream()
                    .map(TargetAudit.InputFinding::heaviness)
                    .toList();

            assertThat(FOUND.findings().suspiciousLabels()).containsExactly(AttackedDigits.TARGET);
            assertThat(precision(heaviness, WORLD, STREAM)).isGreaterThan(0.85);
        }

        @Test
        void tailsOfAllThreeEstimatorsTellTargetsApartAndControlsOfTheWholeSetDoNot() {
            double sameLabel = precision(FOUND.statistic("gas").heaviness(), WORLD, STREAM);
            Scores scores = new Gas(WORLD.engine(), WORLD.trained().checkpoints(), CUT)
                    .score(WORLD.train(), STREAM.withTargets(TargetAudit.asPredicted(STREAM, WORLD.predicted(STREAM))));
            List<Double> wholeSet = IntStream.range(0, STREAM.size())
                    .mapToObj(q -> TailStatistic.heaviness(scores.row(q), 5))
                    .toList();

            assertThat(sameLabel).isGreaterThan(0.7);
            assertThat(precision(FOUND.statistic("gas-l").heaviness(), WORLD, STREAM))
                    .isGreaterThan(0.7);
            assertThat(precision(FOUND.statistic("tracin-cp").heaviness(), WORLD, STREAM))
                    .isGreaterThan(0.7);
            // the base rate is about .13
            assertThat(precision(wholeSet, WORLD, STREAM)).isLessThan(0.3);
        }

        @Test
        void oneJointPassGivesTheTailsOfEachEstimatorByItself() {
            int[] predicted = WORLD.predicted(STREAM);
            List<Integer> kappas = List.of(2, 5);
            List<Measured> joint = StandardStatistics.tails(
                            WORLD.engine(), WORLD.trained().checkpoints(), CUT, kappas)
                    .measure(WORLD.train(), STREAM, predicted);

            List<Estimator> alone = List.of(
                    new Gas(WORLD.engine(), WORLD.trained().checkpoints(), CUT),
                    new TracInCp(WORLD.engine(), WORLD.trained().checkpoints(), CUT));
            for (Estimator estimator : alone) {
                Measured expected = new InfluenceTails(InfluenceSource.of(estimator), kappas)
                        .measure(WORLD.train(), STREAM, predicted)
                        .get(0);
                Measured found = joint.stream()
                        .filter(m -> m.name().equals(estimator.method()))
                        .findFirst()
                        .orElseThrow();
                for (int v = 0; v < kappas.size(); v++) {
                    // products are float32: 1e-7 of a score, over scales of a tenth of the largest score
                    assertThat(found.values(v)).containsExactly(expected.values(v), within(1e-2));
                }
            }
        }

        @Test
        void theCostCountsPairsOfOneClassAlone() {
            int[] predicted = WORLD.allPredicted(STREAM);
            InfluenceTails tails =
                    StandardStatistics.tails(WORLD.engine(), WORLD.trained().checkpoints(), CUT, List.of(5));

            ScoringCost cost = tails.cost(WORLD.train(), predicted);

            long pairs = 0;
            for (int label : predicted) {
                pairs += IntStream.range(0, WORLD.train().size())
                        .filter(i -> WORLD.train().label(i) == label)
                        .count();
            }
            assertThat(cost.pairs()).isEqualTo(pairs);
            // 64-96-48-10: passes of 4 p each, pairs of 2 (in + 1 + out) a layer, at each checkpoint
            double passes = (WORLD.train().size() + predicted.length) * 4.0 * (65 * 96 + 97 * 48 + 49 * 10);
            double products = pairs * 2.0 * (65 + 96 + 97 + 48 + 49 + 10);
            assertThat(cost.flops()).isCloseTo(WORLD.trained().checkpoints().size() * (passes + products), within(1.0));
            assertThat(cost.describe()).startsWith("10 classes one after another");
        }

        @Test
        void noiseIsFarFromEveryRowButIsReportedAndNotHeldAgainstTheRows() {
            Examination found = WORLD.examine(WORLD.noise(5), DEFAULT.withDeciding(List.of("raw neighbours")));

            long flagged = found.findings().inputs().stream()
                    .skip(250)
                    .filter(TargetAudit.InputFinding::flagged)
                    .count();
            assertThat(flagged).isEqualTo(40);
            assertThat(found.unsupportedLabels()).isNotEmpty();
            assertThat(found.findings().suspiciousLabels()).isEmpty();
        }
    }

    @Test
    void sixPoisonRowsAreSeenBySeveralKappasWhereOneLargeKappaIsBlind() {
        try (AttackedDigits world = new AttackedDigits(6, 4)) {
            Dataset stream = world.triggered();
            TargetAudit.Options byGas = DEFAULT.withDeciding(List.of("gas"));

            double several =
                    precision(world.examine(stream, byGas).statistic("gas").heaviness(), world, stream);
            double one = precision(
                    world.examine(stream, byGas.withKappas(List.of(10)))
                            .statistic("gas")
                            .heaviness(),
                    world,
                    stream);

            assertThat(several).isGreaterThan(0.5);
            assertThat(one).isLessThan(several / 2);
        }
    }

    private static double precision(List<Double> heaviness, AttackedDigits world, Dataset stream) {
        return RankMetrics.averagePrecision(
                heaviness.stream().mapToDouble(Double::doubleValue).toArray(), world.targets(stream));
    }
}

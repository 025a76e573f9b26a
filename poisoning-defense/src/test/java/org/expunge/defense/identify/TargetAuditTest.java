package org.expunge.defense.identify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.MemoryPlan;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.ScoreSink;
import org.expunge.influence.score.Scores;
import org.junit.jupiter.api.Test;

/**
 * Audits with an estimator that is written down: an input whose feature is x has score x on the first five training
 * rows of class 0 and 0, 1, 2, … on the others. So its tail of order 5 grows with x, and everything else can be
 * counted.
 */
class TargetAuditTest {
    private static final int TRAIN = 40;
    private static final int CALIBRATION = 39;
    private static final TargetAudit.Options OPTIONS = TargetAudit.Options.DEFAULT.withKappas(List.of(5));

    private final Dataset train = line("train", IntStream.range(0, TRAIN).mapToDouble(i -> -1 - i), i -> i % 2);
    private final Dataset calibration =
            line("calibration", IntStream.range(0, CALIBRATION).mapToDouble(i -> 100 + i), i -> 0);
    private final TargetAudit audit = new TargetAudit(new WrittenDown(), OPTIONS);
    private final InfluenceTails tails = new InfluenceTails(InfluenceSource.of(new WrittenDown()), List.of(5));

    @Test
    void aPValueIsTheShareOfCalibrationRowsWithATailAsHeavyCountingTheInput() {
        TargetAudit.Findings findings = audit(99, 110.5, 1000);

        assertThat(findings.inputs())
                .extracting(TargetAudit.InputFinding::pValue)
                .containsExactly(1.0, (1 + 28) / 40.0, 1 / 40.0);
        assertThat(findings.calibrationRows()).isEqualTo(CALIBRATION);
        assertThat(findings.calibration())
                .hasSize(CALIBRATION)
                .filteredOn(heaviness -> heaviness > findings.threshold())
                .hasSizeLessThanOrEqualTo(CALIBRATION / 20);
    }

    @Test
    void flagsWhatLiesAboveTheQuantileThatTheFalsePositiveRateNames() {
        // rank ⌈.95 · 40⌉ = 38 of 39: the calibration row at 137
        TargetAudit.Findings findings = audit(136.9, 137.1);

        assertThat(findings.inputs())
                .extracting(TargetAudit.InputFinding::flagged)
                .containsExactly(false, true);
        assertThat(findings.threshold())
                .isCloseTo(heaviness(line("one", IntStream.of(137).asDoubleStream(), i -> 0)), within(1e-12));
    }

    @Test
    void aClassIsSuspiciousOnlyWhenItsFlagsExceedThoseOfCleanRows() {
        double[] quiet = IntStream.range(0, 30).mapToDouble(i -> 105).toArray();
        double[] attacked = quiet.clone();
        Arrays.fill(attacked, 0, 12, 1000);

        assertThat(audit(quiet).suspiciousLabels()).isEmpty();
        assertThat(audit(attacked).suspiciousLabels()).containsExactly(0);
        TargetAudit.LabelFinding label = audit(attacked).labels().get(0);
        assertThat(label.flagged()).isEqualTo(12);
        // of the calibration rows, the one at 138 alone lies above the threshold
        assertThat(label.calibrationFlagged()).isEqualTo(1);
        assertThat(label.pValue()).isEqualTo(FisherExactTest.upperTail(12, 30, 1, CALIBRATION));
    }

    @Test
    void fewerFlagsThanTheLeastNeverCount() {
        double[] inputs = new double[4];
        Arrays.fill(inputs, 1000);

        assertThat(audit(inputs).labels().get(0).isSuspicious()).isFalse();
    }

    @Test
    void discoveriesFollowTheStepUpRule() {
        // p-values 1/40 for the first three of four inputs: .025 ≤ .05 · 3/4, so all three are discoveries
        TargetAudit.Findings findings = audit(1000, 1000, 1000, 105);

        assertThat(findings.inputs())
                .extracting(TargetAudit.InputFinding::discovery)
                .containsExactly(true, true, true, false);
        // one of four: .025 > .05 · 1/4
        assertThat(audit(1000, 105, 105, 105).inputs().get(0).discovery()).isFalse();
    }

    @Test
    void ordersFlaggedInputsByWeightAndThenByIndex() {
        assertThat(audit(1000, 105, 2000, 1000).flagged(0)).containsExactly(2, 0, 3);
    }

    @Test
    void looksAtRowsOfThePredictedClassAloneAndNotAtCopiesOfTheInput() {
        Dataset copy = line("copy", IntStream.of(-1).asDoubleStream(), i -> 0);
        double[] sameLabel = new double[TRAIN / 2];
        Arrays.setAll(sameLabel, i -> WrittenDown.score(-1, 2 * i));

        double tail = heaviness(copy);

        // training row 0 has the input's very features
        assertThat(tail)
                .isCloseTo(
                        TailStatistic.heaviness(Arrays.copyOfRange(sameLabel, 1, sameLabel.length), 5), within(1e-12));
    }

    @Test
    void calibrationRowsWithTheTriggerStandFirstAndHideOnlyAsManyInputsAsTheirShare() {
        double[] values = IntStream.range(0, CALIBRATION)
                .mapToDouble(i -> i == 7 ? 1000 : 100 + i)
                .toArray();
        Dataset contaminated = line("calibration", Arrays.stream(values), i -> 0);
        Dataset inputs = line("inputs", Arrays.stream(new double[] {999, 105}), i -> 1);

        Examination found = audit.examine(train, contaminated, new int[CALIBRATION], inputs, new int[2]);

        assertThat(found.calibration().get(0).id()).isEqualTo("calibration-7");
        assertThat(found.calibration().get(0).pValue()).isEqualTo(1.0 / CALIBRATION);
        // one row of 39 is under 5 %: the input is flagged all the same
        assertThat(found.findings().inputs().get(0).pValue()).isEqualTo(2 / 40.0);
        assertThat(found.findings().inputs().get(0).flagged()).isTrue();
    }

    @Test
    void aRateThatCleanRowsCannotResolveIsRefused() {
        TargetAudit fine = new TargetAudit(
                new WrittenDown(), new TargetAudit.Options(List.of(5), List.of("gas"), "", 0.01, 0.01, 5));

        assertThatThrownBy(
                        () -> fine.audit(train, calibration, new int[CALIBRATION], calibration, new int[CALIBRATION]))
                .hasMessageContaining("a false-positive rate of 0.01 takes at least 99 clean rows")
                .hasMessageContaining("got 39");
    }

    @Test
    void aDecidingStatisticThatWasNotMeasuredIsNamed() {
        TargetAudit odd = new TargetAudit(
                List.of(tails), OPTIONS.withDeciding(List.of("luck")).withSupport(""));

        assertThatThrownBy(() -> odd.audit(train, calibration, new int[CALIBRATION], calibration, new int[CALIBRATION]))
                .hasMessageContaining("no statistic is called 'luck'; there are [written down]");
    }

    @Test
    void needsCleanRowsToBeCalibratedOn() {
        Dataset few = calibration.select(IntStream.range(0, 19).toArray());

        assertThatThrownBy(() -> audit.audit(train, few, new int[19], calibration, new int[CALIBRATION]))
                .hasMessageContaining("at least 20 clean rows")
                .hasMessageContaining("got 19");
    }

    private double heaviness(Dataset one) {
        return tails.measure(train, one, new int[1]).get(0).values(0)[0];
    }

    private TargetAudit.Findings audit(double... inputs) {
        Dataset data = line("inputs", Arrays.stream(inputs), i -> 1);
        return audit.audit(train, calibration, new int[CALIBRATION], data, new int[inputs.length]);
    }

    private static Dataset line(
            String name, java.util.stream.DoubleStream values, java.util.function.IntUnaryOperator label) {
        double[] features = values.toArray();
        int[] labels = IntStream.range(0, features.length).map(label).toArray();
        List<String> ids = IntStream.range(0, features.length)
                .mapToObj(i -> name + "-" + i)
                .toList();
        return Dataset.of(name, Shape.flat(1), Features.of(features, 1), Targets.classes(labels, 2))
                .withIds(ids);
    }

    private static final class WrittenDown implements Estimator {
        /** Rows say by their feature which row of the whole they are. */
        static double score(double x, int row) {
            return row % 2 == 0 && row < 10 ? x : row / 2.0;
        }

        @Override
        public String method() {
            return "written down";
        }

        @Override
        public SortedMap<String, String> inputs() {
            return new TreeMap<>();
        }

        @Override
        public Scores score(Dataset rows, Dataset queries) {
            return new Scores() {
                @Override
                public int queries() {
                    return queries.size();
                }

                @Override
                public int rows() {
                    return rows.size();
                }

                @Override
                public double score(int query, int row) {
                    double[] x = new double[1];
                    queries.features().read(query, x, 0);
                    return WrittenDown.score(x[0], (int) (-1 - rows.row(row)[0]));
                }

                @Override
                public double[] row(int query) {
                    return IntStream.range(0, rows())
                            .mapToDouble(i -> score(query, i))
                            .toArray();
                }

                @Override
                public Provenance provenance() {
                    throw new UnsupportedOperationException("numbers only");
                }
            };
        }

        @Override
        public MemoryPlan plan(int rows, int queries) {
            throw new UnsupportedOperationException("tables only");
        }

        @Override
        public Provenance stream(Dataset rows, Dataset queries, ScoreSink sink) {
            throw new UnsupportedOperationException("tables only");
        }
    }
}

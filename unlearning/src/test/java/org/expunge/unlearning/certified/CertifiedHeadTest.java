package org.expunge.unlearning.certified;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.unlearning.Problems;
import org.expunge.unlearning.certified.HeadDeletion.Outcome;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertifiedHeadTest {
    private static final Engine ENGINE = Problems.engine();
    private static final HeadOptions OUTPUT = HeadOptions.DEFAULT.withLambda(1e-2);
    private static final HeadOptions OBJECTIVE = OUTPUT.with(Mechanism.OBJECTIVE, 5);

    @AfterAll
    static void closeEngine() {
        ENGINE.close();
    }

    private static CertifiedHead train(Dataset rows, HeadOptions options) {
        return CertifiedHead.train(ENGINE, HeadRows.of(rows), options, SecretNoise.reproducible(7));
    }

    private static List<String> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "r" + i).toList();
    }

    private static double distance(double[] x, double[] y) {
        double sum = 0;
        for (int j = 0; j < x.length; j++) {
            sum += (x[j] - y[j]) * (x[j] - y[j]);
        }
        return Math.sqrt(sum);
    }

    @Nested
    class Training {
        @ParameterizedTest
        @CsvSource({"ONE_VS_REST, 2", "ONE_VS_REST, 4", "SOFTMAX, 2", "SOFTMAX, 4"})
        void reachesTheMinimiserThatDenseNewtonFinds(HeadKind kind, int classes) {
            Dataset rows = HeadProblems.rows(120, 4, classes, 3);

            CertifiedHead head = train(rows, OUTPUT.with(kind));

            double[] expected = DenseNewton.minimise(HeadRows.of(rows), kind, 1e-2, ids(0, 0));
            assertThat(head.residual()).isLessThan(1e-8);
            assertThat(head.state().residual()).isEqualTo(head.residual());
            assertThat(distance(head.state().head(), expected)).isLessThan(1e-8);
        }

        @Test
        void satisfiesTheFixedPointOfTheMinimum() {
            Dataset rows = HeadProblems.rows(40, 3, 2, 5);

            CertifiedHead head = train(rows, OUTPUT);

            double[] w = head.state().head();
            double[] sums = new double[w.length]; // at the minimum w = Σ y σ(−y w·x) x / (λn)
            HeadRows normalised = HeadRows.of(rows);
            for (int i = 0; i < 40; i++) {
                double y = rows.label(i) == 1 ? 1 : -1;
                double weight = y / (1 + Math.exp(y * normalised.dot(i, w, 0))) / (1e-2 * 40);
                normalised.addScaled(i, weight, sums, 0);
            }
            assertThat(distance(w, sums)).isLessThan(1e-7);
        }

        @Test
        void aRowOfNaNIsNamed() {
            double[] values = {1, 2, Double.NaN, 4};
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> HeadRows.of(Dataset.of(
                            "table", Shape.flat(2), Features.of(values, 2), Targets.classes(new int[] {0, 1}, 2))))
                    .withMessageContaining("row-1")
                    .withMessageContaining("NaN");
        }

        @Test
        void numbersInPlaceOfClassesAreRefused() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> HeadRows.of(Dataset.of(
                            "table",
                            Shape.flat(1),
                            Features.of(new double[] {1, 2}, 1),
                            Targets.real(new double[] {0.5, 2}, 1))))
                    .withMessageContaining("regression");
        }

        @Test
        void aPenaltyTooSmallForTheGuaranteeIsRefused() {
            Dataset rows = HeadProblems.rows(30, 3, 2, 5);

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> train(rows, OUTPUT.with(Mechanism.OUTPUT, 1e-12)))
                    .withMessageContaining("raise noise or lambda");
        }

        @Test
        void rowsHaveNormAtMostOneWhateverTheyHold() {
            double[] values = {0, 0, 1e200, 1e200, 1e-200, 0};

            HeadRows rows = HeadRows.of(Dataset.of(
                    "table", Shape.flat(2), Features.of(values, 2), Targets.classes(new int[] {0, 1, 1}, 2)));

            for (int i = 0; i < 3; i++) {
                double[] row = Arrays.copyOfRange(rows.values(), rows.offset(i), rows.offset(i) + 3);
                assertThat(rows.dot(i, row, 0)).isCloseTo(i == 1 ? 1 : 0.5, within(1e-15));
            }
        }
    }

    @Test
    void theNormOfAllRowsIsExactAndErrsUpwards() {
        HeadRows rows = HeadRows.of(Dataset.of(
                "units",
                Shape.flat(2),
                Features.of(new double[] {1, 0, 0, 1}, 2),
                Targets.classes(new int[] {0, 1}, 2)));

        double norm = rows.spectralNorm(ENGINE.compute()); // XXᵀ is 1 on its diagonal and ½ beside it

        assertThat(norm).isBetween(Math.sqrt(1.5), Math.sqrt(1.5) * 1.0001);
    }

    @Nested
    class OutputPerturbation {
        @ParameterizedTest
        @CsvSource({"ONE_VS_REST, 2, 1", "ONE_VS_REST, 3, 20", "SOFTMAX, 3, 1", "SOFTMAX, 3, 40"})
        void theHeadIsWithinTheStatedDistanceOfTheRetrainedOne(HeadKind kind, int classes, int removed) {
            Dataset rows = HeadProblems.rows(150, 4, classes, 11);
            CertifiedHead head = train(rows, OUTPUT.with(kind));

            HeadDeletion deletion = head.delete(ids(0, removed), "");

            double[] retrained = DenseNewton.minimise(HeadRows.of(rows), kind, 1e-2, ids(0, removed));
            double allowed = OUTPUT.noise() / GaussianMechanism.analyticFactor(1, 1e-5);
            assertThat(deletion.outcome()).isEqualTo(Outcome.WITHIN_BUDGET);
            assertThat(deletion.usedAfter()).isLessThan(1e-3 * deletion.budget());
            assertThat(distance(head.state().head(), retrained)).isLessThanOrEqualTo(head.distance() + 1e-9);
            assertThat(head.distance()).isLessThan(1e-3 * allowed);
            assertThat(head.remaining()).isEqualTo(150 - removed);
        }

        @Test
        void everyHeadThatIsPublishedHasNewNoiseOfTheStatedSize() {
            Dataset rows = HeadProblems.rows(150, 40, 10, 11);
            CertifiedHead head = train(rows, OUTPUT);
            double[] first = noiseOf(head);

            head.delete(ids(0, 1), "");

            double[] second = noiseOf(head);
            assertThat(distance(first, second)).isGreaterThan(0.01);
            double deviation = distance(first, new double[first.length]) / Math.sqrt(first.length);
            assertThat(deviation).isBetween(0.009, 0.011); // 410 numbers: 2.9 standard deviations either way
            assertThat(head.state().releases()).isEqualTo(2);
        }

        private double[] noiseOf(CertifiedHead head) {
            double[] noise = head.state().released();
            for (int j = 0; j < noise.length; j++) {
                noise[j] -= head.state().head()[j];
            }
            return noise;
        }

        @Test
        void aFactorServesManyDeletions() {
            CertifiedHead head = train(HeadProblems.rows(300, 4, 2, 17), OUTPUT);
            int before = head.factorizations();

            for (int i = 0; i < 20; i++) {
                head.delete(ids(i, i + 1), "");
            }

            assertThat(head.factorizations()).isEqualTo(before);
        }

        @Test
        void deletingAThenBEndsWhereDeletingBothDoes() {
            Dataset rows = HeadProblems.rows(150, 4, 2, 11);
            CertifiedHead inTurn = train(rows, OUTPUT);
            CertifiedHead atOnce = train(rows, OUTPUT);

            inTurn.delete(ids(0, 5), "");
            inTurn.delete(ids(5, 9), "");
            atOnce.delete(ids(0, 9), "");

            assertThat(distance(inTurn.state().head(), atOnce.state().head()))
                    .isLessThanOrEqualTo(inTurn.distance() + atOnce.distance());
        }

        @Test
        void theOrderOfTheRowsDoesNotMatter() {
            Dataset rows = HeadProblems.rows(100, 4, 2, 11);
            int[] backwards = IntStream.range(0, 100).map(i -> 99 - i).toArray();

            CertifiedHead head = train(rows, OUTPUT);
            CertifiedHead turned = train(rows.select(backwards), OUTPUT);

            assertThat(distance(head.state().head(), turned.state().head())).isLessThan(1e-7);
        }
    }

    @Nested
    class ObjectivePerturbation {
        @ParameterizedTest
        @CsvSource({"ONE_VS_REST, 1000", "SOFTMAX, 300"})
        void boundsHoldAndAreOrderedInAThousandDeletions(HeadKind kind, int count) {
            int deletions = 0;
            for (long seed = 0; deletions < count; seed++) {
                int classes = 2 + (int) (seed % 3);
                HeadOptions options = new HeadOptions(
                        kind,
                        Mechanism.OBJECTIVE,
                        1,
                        1e-4,
                        seed % 2 == 0 ? 1e-2 : 1e-3,
                        30, // so large that the budget lasts
                        false,
                        1,
                        1);
                HeadRows rows = HeadRows.of(HeadProblems.rows(85, 3, classes, seed));
                CertifiedHead head = CertifiedHead.train(ENGINE, rows, options, SecretNoise.reproducible(seed));
                double used = head.state().used();
                for (int i = 0; i < 50 && deletions < count; i++) {
                    int size = 1 + i % 2;
                    HeadDeletion deletion = head.delete(ids(2 * i % 80, 2 * i % 80 + size), "");
                    if (!deletion.isDone()) {
                        break;
                    }
                    ResidualBounds step = Objects.requireNonNull(deletion.step());
                    assertThat(step.measured()).isLessThanOrEqualTo(step.tight() * (1 + 1e-9) + 1e-9);
                    assertThat(step.tight()).isLessThanOrEqualTo(step.published() + 1e-8);
                    assertThat(head.state().used()).isGreaterThan(used);
                    assertThat(head.residual()).isLessThanOrEqualTo(head.state().used());
                    used = head.state().used();
                    deletions++;
                }
            }
        }

        @Test
        void theBudgetIsThePublishedOneAndTheResidualOfTrainingCounts() {
            CertifiedHead head = train(HeadProblems.rows(150, 4, 2, 11), OBJECTIVE.withGuarantee(1, 1e-4));

            assertThat(head.budget()).isCloseTo(5 / 4.3855, within(1e-3));
            assertThat(head.state().used()).isEqualTo(head.residual()).isLessThan(1e-8);
        }

        @Test
        void anExhaustedBudgetTrainsAnewWithNewNoise() {
            CertifiedHead head = train(HeadProblems.rows(150, 4, 2, 11), OBJECTIVE.with(Mechanism.OBJECTIVE, 0.05));
            String noise = head.state().seed();

            HeadDeletion deletion = head.delete(ids(0, 30), "");

            assertThat(deletion.outcome()).isEqualTo(Outcome.RETRAINED);
            assertThat(head.state().seed()).isNotEqualTo(noise);
            assertThat(head.state().used()).isLessThan(1e-8);
            assertThat(head.state().deletions()).isZero();
            assertThat(head.remaining()).isEqualTo(120);
        }

        @Test
        void anExhaustedBudgetRefusesWhereTrainingAnewIsNotWanted() {
            CertifiedHead head = train(
                    HeadProblems.rows(150, 4, 2, 11),
                    OBJECTIVE.with(Mechanism.OBJECTIVE, 0.05).withRules(false, 1, 1));
            HeadState before = head.state();

            HeadDeletion deletion = head.delete(ids(0, 30), "");

            assertThat(deletion.outcome()).isEqualTo(Outcome.EXHAUSTED);
            assertThat(deletion.usedAfter()).isGreaterThan(deletion.budget());
            assertThat(head.state()).isSameAs(before);
            assertThat(head.remaining()).isEqualTo(150);
        }

        @Test
        void onePrincipalCannotBurnTheWholeBudget() {
            CertifiedHead head = train(HeadProblems.rows(150, 4, 2, 11), OBJECTIVE.withRules(true, 1, 1e-4));

            HeadDeletion first = head.delete(ids(0, 20), "mallory");
            HeadDeletion other = head.delete(ids(0, 20), "");

            assertThat(first.outcome()).isEqualTo(Outcome.PRINCIPAL_CAPPED);
            assertThat(first.reason())
                    .contains("the principal would have used up")
                    .doesNotContain("mallory");
            assertThat(other.outcome()).isEqualTo(Outcome.WITHIN_BUDGET);
        }

        @Test
        void theHeadIsThatOfThePerturbedObjective() {
            Dataset rows = HeadProblems.rows(150, 4, 2, 11);

            CertifiedHead head = train(rows, OBJECTIVE);

            assertThat(head.state().released()).isEqualTo(head.state().head());
            assertThat(distance(head.state().head(), train(rows, OUTPUT).state().head()))
                    .isGreaterThan(0.1);
        }
    }

    @Nested
    class Requests {
        private final CertifiedHead head = train(HeadProblems.rows(60, 3, 2, 1), OUTPUT);

        @Test
        void unknownAndForgottenAndAllRowsAreRefused() {
            head.delete(ids(0, 1), "");

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> head.delete(List.of("x1"), ""))
                    .withMessageContaining("x1");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> head.delete(ids(0, 2), ""))
                    .withMessageContaining("forgotten before");
            assertThatIllegalArgumentException().isThrownBy(() -> head.delete(List.of(), ""));
            assertThatIllegalArgumentException().isThrownBy(() -> head.delete(ids(1, 60), ""));
        }

        @Test
        void batchesThatAreTooSmallWait() {
            CertifiedHead batched = train(HeadProblems.rows(60, 3, 2, 1), OUTPUT.withRules(true, 5, 1));

            assertThat(batched.delete(ids(0, 4), "").outcome()).isEqualTo(Outcome.BATCH_TOO_SMALL);
            assertThat(batched.remaining()).isEqualTo(60);
            assertThat(batched.delete(ids(0, 5), "").outcome()).isEqualTo(Outcome.WITHIN_BUDGET);
        }

        @Test
        void aTrialLeavesTheHeadAsItWas() {
            HeadState before = head.state();

            HeadDeletion planned = head.trial().delete(ids(3, 9), "");

            assertThat(head.state()).isSameAs(before);
            assertThat(head.delete(ids(3, 9), "").usedAfter()).isCloseTo(planned.usedAfter(), within(1e-9));
        }

        @Test
        void rowsThatMoveTheHeadMostRaiseAnAlarm() {
            Dataset rows = HeadProblems.rows(400, 3, 2, 1);
            CertifiedHead large = train(rows, OUTPUT);

            HeadDeletion deletion = large.delete(ids(0, 399), "");

            assertThat(deletion.atypical()).hasSizeBetween(1, 20);
            assertThat(deletion.atypical())
                    .allSatisfy(row -> assertThat(row.step()).isGreaterThan(row.usual()));
        }

        @Test
        void itGoesOnFromItsState() {
            Dataset rows = HeadProblems.rows(60, 3, 2, 1);
            CertifiedHead first = train(rows, OUTPUT);
            first.delete(ids(0, 3), "");

            CertifiedHead resumed = CertifiedHead.resume(
                    ENGINE,
                    HeadRows.of(rows.select(IntStream.range(3, 60).toArray())),
                    first.state(),
                    SecretNoise.reproducible(8));

            assertThat(resumed.residual()).isCloseTo(first.residual(), within(1e-12));
            assertThat(resumed.delete(ids(3, 4), "").outcome()).isEqualTo(Outcome.WITHIN_BUDGET);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> CertifiedHead.resume(
                            ENGINE,
                            HeadRows.of(HeadProblems.rows(60, 4, 2, 1)),
                            first.state(),
                            SecretNoise.reproducible(8)));
        }
    }
}

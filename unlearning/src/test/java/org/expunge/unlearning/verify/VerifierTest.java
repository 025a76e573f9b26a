package org.expunge.unlearning.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Targets;
import org.expunge.influence.io.Json;
import org.expunge.influence.network.Model;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Problems;
import org.expunge.unlearning.membership.AttackOutcome;
import org.expunge.unlearning.membership.LossThresholdAttack;
import org.expunge.unlearning.method.InfluenceRemoval;
import org.expunge.unlearning.method.UtilityGuard;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A network that has memorised a fifth of its rows, which carry a wrong label: there is something to forget. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VerifierTest {
    private final Engine engine = Problems.engine();
    private final Dataset train = Problems.noisyClasses("train", 150, 0.2, 11);
    private final Dataset validation = Problems.noisyClasses("validation", 150, 0.2, 12);
    private final Dataset test = Problems.noisyClasses("test", 600, 0.2, 13);
    private final ForgetSet rows = ForgetSet.of(train, Problems.first(50));
    /** Fifty of 150 rows less cost some points of accuracy: 5 are allowed, as 600 test rows tell apart no fewer. */
    private final Verifier verifier =
            new Verifier(engine, new Verifier.Options(0.05, 0.1, 0.1, LossThresholdAttack.Options.DEFAULT));

    private Model before = untrained();
    private Model retrained = untrained();
    private Model again = untrained();
    private Model sameRecipe = untrained();

    @BeforeAll
    void train() {
        before = fit(train, 5);
        retrained = fit(rows.retain(), 6);
        again = fit(rows.retain(), 7);
        sameRecipe = fit(rows.retain(), 5);
    }

    @AfterAll
    void closeEngine() {
        engine.close();
    }

    @Test
    void exactRetrainingPassesWithAndWithoutReferences() {
        assertThat(verifier.verify(before, sameRecipe, rows, test, List.of()).verdict())
                .isEqualTo(Verdict.PASS);
        assertThat(verifier.verify(before, sameRecipe, rows, test, List.of(retrained, again))
                        .verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void everyModelIsMeasuredOnRowsOfItsOwnNormalisation() {
        ForgetSet doubled = new ForgetSet(doubled(rows.forget()), doubled(rows.retain()));
        Subject other = new Subject(before, doubled, doubled(test));

        Verification found = verifier.verify(other, new Subject(retrained, rows, test), List.of());

        Verification plain = verifier.verify(before, retrained, rows, test, List.of());
        assertThat(found.before()).isNotEqualTo(plain.before());
        assertThat(found.after()).isEqualTo(plain.after());
    }

    private static Dataset doubled(Dataset data) {
        int width = data.features().width();
        double[] twice = new double[width];
        Arrays.fill(twice, 2);
        return data.withFeatures(Features.affine(data.features(), new double[width], twice));
    }

    @Test
    void aGuardedNewtonStepIsJudgedByTheSameGates() {
        InfluenceRemoval.Options options = InfluenceRemoval.Options.DEFAULT.withGuard(new UtilityGuard(0.1, 10, 10, 1));
        Model after = new InfluenceRemoval(engine, options)
                .forget(before, rows, validation)
                .model();

        Verification found = verifier.verify(before, after, rows, test, List.of(retrained, again));

        assertThat(distance(found, "after")).isLessThan(distance(found, "before"));
        assertThat(auc(found.after())).isLessThan(auc(found.before()));
    }

    @Nested
    class Controls {
        @Test
        void doingNothingFails() {
            assertThat(verifier.verify(before, before, rows, test, List.of()).verdict())
                    .isEqualTo(Verdict.FAIL);
            assertThat(gate(verifier.verify(before, before, rows, test, List.of()), "change"))
                    .isEqualTo(Verdict.FAIL);
        }

        @Test
        void doingNextToNothingFailsByItsFigures() {
            Model after = perturbed(1e-6);

            Verification alone = verifier.verify(before, after, rows, test, List.of());
            Verification compared = verifier.verify(before, after, rows, test, List.of(retrained, again));

            assertThat(gate(alone, "change")).isEqualTo(Verdict.PASS);
            assertThat(gate(alone, "membership")).isEqualTo(Verdict.FAIL);
            assertThat(gate(compared, "membership")).isEqualTo(Verdict.FAIL);
            assertThat(gate(compared, "closeness")).isEqualTo(Verdict.FAIL);
        }

        @Test
        void destroyingTheModelFails() {
            Verification found = verifier.verify(before, untrained(), rows, test, List.of(retrained, again));

            assertThat(gate(found, "utility")).isEqualTo(Verdict.FAIL);
            assertThat(found.verdict()).isEqualTo(Verdict.FAIL);
        }

        @Test
        void noiseThatHidesTheRowsFailsByWhatItCosts() {
            Verification found = verifier.verify(before, perturbed(1), rows, test, List.of(retrained, again));

            assertThat(found.verdict()).isEqualTo(Verdict.FAIL);
        }

        @Test
        void pushingTheRowsTooFarFails() {
            Model after = fit(relabelledForgottenRows(), 5);

            Verification found = verifier.verify(before, after, rows, test, List.of());

            assertThat(gate(found, "membership")).isEqualTo(Verdict.FAIL);
            assertThat(auc(found.after())).isLessThan(0.5);
        }

        /** All rows, those to forget with the opposite label: the model learns to get them wrong. */
        private Dataset relabelledForgottenRows() {
            Map<Integer, Integer> opposite = new HashMap<>();
            for (int row = 0; row < 50; row++) {
                opposite.put(row, 1 - train.label(row));
            }
            return train.withTargets(Targets.relabel(train.targets(), opposite));
        }
    }

    @Nested
    class WithoutEnoughToGoOn {
        @Test
        void fewRowsAreInconclusiveAndSaySo() {
            ForgetSet few = ForgetSet.of(train, Problems.first(4));

            Model without = fit(few.retain(), 5);

            Verification found = verifier.verify(before, without, few, test, List.of(fit(few.retain(), 6)));

            assertThat(found.after().attack()).isEqualTo(new AttackOutcome.TooFewRows(4, 600, 20));
            assertThat(found.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
            assertThat(found.gates()).extracting(GateResult::reason).anyMatch(r -> r.contains("Too few rows: 4"));
        }

        @Test
        void rowsThatNobodyCouldSeeAreInconclusive() {
            Dataset easy = Problems.noisyClasses("easy", 300, 0, 21);
            ForgetSet some = ForgetSet.of(easy, Problems.first(30));
            Model model = fit(easy, 5);

            Verification found = verifier.verify(
                    model, fit(some.retain(), 5), some, Problems.noisyClasses("t", 400, 0, 22), List.of());

            assertThat(gate(found, "membership")).isEqualTo(Verdict.INCONCLUSIVE);
            assertThat(found.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        }
    }

    @Test
    void aLossOfAccuracyThatTheRowsCannotTellFromNoneIsInconclusive() {
        Verifier strict = new Verifier(engine, Verifier.Options.DEFAULT);

        Verification found = strict.verify(before, sameRecipe, rows, test, List.of());

        assertThat(found.after().test().accuracy())
                .isLessThan(found.before().test().accuracy());
        assertThat(gate(found, "utility")).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(found.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void figuresStandBesideTheirFloors() {
        Verification found = verifier.verify(before, sameRecipe, rows, test, List.of(retrained, again));

        assertThat(found.before().forget().rows()).isEqualTo(50);
        assertThat(found.after().retain().rows()).isEqualTo(100);
        assertThat(found.retrained()).extracting(ModelFigures::model).containsExactly("retrained", "retrained again");
        assertThat(found.closeness())
                .extracting(Closeness::model)
                .containsExactly("before", "after", "retrained again");
        assertThat(found.closeness()).allSatisfy(c -> {
            assertThat(c.distance()).isBetween(0.0, Math.log(2));
            assertThat(c.tow()).isNotNull().isBetween(0.0, 1.0);
        });
        assertThat(found.limits()).hasSize(1);
        assertThat(Json.text(found)).contains("\"verdict\" : \"PASS\"", "\"tow\"");
    }

    @Test
    void aModelIsAtNoDistanceFromItself() {
        Verification found = verifier.verify(before, retrained, rows, test, List.of(retrained));

        assertThat(distance(found, "after")).isZero();
        assertThat(found.closeness().get(1).tow()).isEqualTo(1.0);
        assertThat(gate(found, "closeness")).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(found.limits()).hasSize(2);
    }

    @Test
    void tugOfWarMultipliesTheAgreementOfTheAccuracies() {
        Verification found = verifier.verify(before, sameRecipe, rows, test, List.of(retrained));
        ModelFigures reference = found.retrained().get(0);

        double expected = (1
                        - gap(
                                found.before().forget().accuracy(),
                                reference.forget().accuracy()))
                * (1
                        - gap(
                                found.before().retain().accuracy(),
                                reference.retain().accuracy()))
                * (1 - gap(found.before().test().accuracy(), reference.test().accuracy()));

        assertThat(found.closeness().get(0).tow()).isCloseTo(expected, within(1e-15));
    }

    @Test
    void refusesWhatCannotBeVerified() {
        assertThatThrownBy(() -> verifier.verify(before, retrained, ForgetSet.of(train, new int[0]), test, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nothing was forgotten");
        assertThatThrownBy(() -> verifier.verify(before, retrained, rows, test.select(new int[0]), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no rows to test on");
        assertThatThrownBy(() -> verifier.verify(before, again, rows, test, List.of(retrained, retrained, retrained)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private Model fit(Dataset data, long seed) {
        return Problems.recipe(engine).retrain(data, validation, seed).model();
    }

    private static Model untrained() {
        return new Model(
                Problems.network(), new double[Problems.network().layout().length()], new double[0]);
    }

    private Model perturbed(double scale) {
        double[] parameters = before.parameters();
        Random random = new Random(3);
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] += scale * random.nextGaussian();
        }
        return before.withParameters(parameters);
    }

    private static Verdict gate(Verification found, String name) {
        return found.gates().stream()
                .filter(gate -> gate.gate().equals(name))
                .map(GateResult::verdict)
                .findFirst()
                .orElseThrow();
    }

    private static double distance(Verification found, String model) {
        return found.closeness().stream()
                .filter(c -> c.model().equals(model))
                .mapToDouble(Closeness::distance)
                .findFirst()
                .orElseThrow();
    }

    private static double auc(ModelFigures figures) {
        return figures.attack().match(AttackOutcome.Measured::auc, few -> Double.NaN);
    }

    private static double gap(@Nullable Double a, @Nullable Double b) {
        return a == null || b == null ? Double.NaN : Math.abs(a - b);
    }
}

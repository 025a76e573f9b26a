package org.expunge.unlearning.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.Json;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.unlearning.Controls;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Problems;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.membership.GaussianScore;
import org.expunge.unlearning.shadow.CanaryAudit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Attacks on a released model, with its floors and with methods that only claim to forget. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AttackEvidenceTest {
    private final Engine engine = Problems.engine();
    private final Dataset train = Problems.noisyClasses("train", 120, 0.2, 11);
    private final Dataset validation = Problems.noisyClasses("validation", 60, 0.2, 12);
    private final Dataset test = Problems.noisyClasses("test", 600, 0.2, 13);
    private final ForgetSet rows = ForgetSet.of(train, Problems.first(40));
    private final Verifier verifier = new Verifier(engine, Verifier.Options.DEFAULT);

    private Model before =
            new Model(Problems.network(), new double[Problems.network().layout().length()], new double[0]);
    private Model retrained = before;
    private Model again = before;
    private Model sameRecipe = before;

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
    void referencesTellDoingNothingFromRetraining() {
        AttackEvidence nothing = byReferences(forget(Controls.noOp()));
        AttackEvidence noise = byReferences(forget(Controls.noise(1e-3)));
        AttackEvidence exact = byReferences(sameRecipe);

        assertThat(nothing.gate().verdict()).isEqualTo(Verdict.FAIL);
        assertThat(noise.gate().verdict()).isEqualTo(Verdict.FAIL);
        assertThat(exact.gate().verdict()).isEqualTo(Verdict.PASS);
        assertThat(exact.lines())
                .extracting(AttackEvidence.Line::model)
                .containsExactly("before", "after", "retrained");
        assertThat(exact.lines().get(0).figures())
                .isEqualTo(nothing.lines().get(1).figures())
                .isNotEqualTo(exact.lines().get(1).figures());
    }

    @Test
    void referencesNeedTwoRetrainedModels() {
        assertThatThrownBy(() -> new ReferenceEvidence(engine)
                        .of(subject(before), subject(sameRecipe), List.of(subject(retrained)), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rmia needs two retrained models");
    }

    @Test
    void rowsComeBackAtOnceWhereNothingWasDone() {
        AttackEvidence nothing = byRelearning(forget(Controls.noOp()));
        AttackEvidence noise = byRelearning(forget(Controls.noise(0.02)));
        AttackEvidence exact = byRelearning(sameRecipe);

        assertThat(nothing.gate().verdict()).isEqualTo(Verdict.FAIL);
        assertThat(nothing.lines().get(1).figures().get(0).value()).isZero();
        assertThat(noise.gate().verdict()).isEqualTo(Verdict.FAIL);
        assertThat(exact.gate().verdict()).isEqualTo(Verdict.PASS);
        assertThat(exact.lines().get(1).figures().get(1).value()).isBetween(0.7, 1.5);
    }

    @Test
    void everyAttackThatWasAskedForMustPass() {
        Verification without = verifier.verify(before, sameRecipe, rows, test, List.of());
        Verification with = without.with(List.of(byReferences(sameRecipe)));
        Verification failing = without.with(List.of(byReferences(before)));

        assertThat(with.attacks()).hasSize(1);
        assertThat(with.gates()).hasSize(without.gates().size() + 1);
        assertThat(failing.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(Json.text(with)).contains("\"attack\" : \"rmia\"", "\"forgotten\" : 0.5");
        assertThat(with.limits()).hasSize(without.limits().size() + 1);
    }

    @Test
    void controlsFailWhateverTheyHide() {
        for (UnlearningMethod control :
                List.of(Controls.noOp(), Controls.noise(1e-6), Controls.noise(1), Controls.destroyed())) {
            Verification found = verifier.verify(before, forget(control), rows, test, List.of(retrained, again));

            assertThat(found.verdict()).as(control.name()).isEqualTo(Verdict.FAIL);
        }
    }

    @Test
    void aClassThatPaidForTheRemovalFails() {
        Model lost = onlyClass(0);

        Verification found = verifier.verify(before, lost, rows, test, List.of());

        assertThat(found.classes()).hasSize(2);
        assertThat(found.classes().get(1).after()).isZero();
        assertThat(found.gates()).anySatisfy(gate -> {
            assertThat(gate.gate()).isEqualTo("class utility");
            assertThat(gate.verdict()).isEqualTo(Verdict.FAIL);
            assertThat(gate.reason()).contains("1 by 0.");
        });
    }

    @Test
    void aClassOfWhichNothingRemainsIsNotAskedFor() {
        int[] ofOne = java.util.stream.IntStream.range(0, train.size())
                .filter(row -> train.label(row) == 1)
                .toArray();

        Verification found = verifier.verify(before, onlyClass(0), ForgetSet.of(train, ofOne), test, List.of());

        assertThat(found.classes().get(1).isGone()).isTrue();
        assertThat(found.gates().get(2).verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void canariesAreJudgedByZero() {
        GaussianScore known = GaussianScore.of(shifted(1));
        GaussianScore unknown = GaussianScore.of(shifted(0));

        assertThat(canaries(known, known)).isEqualTo(Verdict.FAIL);
        assertThat(canaries(known, unknown)).isEqualTo(Verdict.PASS);
        assertThat(canaries(unknown, unknown)).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(canaries(known, GaussianScore.of(shifted(-1)))).isEqualTo(Verdict.FAIL);
    }

    private static Verdict canaries(GaussianScore before, GaussianScore after) {
        GaussianScore none = GaussianScore.of(shifted(0));
        return CanaryEvidence.of(
                        new CanaryAudit.Findings(CanaryAudit.Options.DEFAULT, 1, before, after, none, none, 0), 1)
                .gate()
                .verdict();
    }

    /** Eleven evenly spaced numbers around a mean: no chance involved. */
    private static double[] shifted(double mean) {
        double[] scores = new double[11];
        Arrays.setAll(scores, i -> mean + (i - 5) / 5.0);
        return scores;
    }

    private AttackEvidence byReferences(Model after) {
        return new ReferenceEvidence(engine)
                .of(subject(before), subject(after), List.of(subject(retrained), subject(again)), 0);
    }

    private AttackEvidence byRelearning(Model after) {
        TrainingOptions training = TrainingOptions.DEFAULT
                .withOptimizer(Optimizer.of(Optimizer.Kind.ADAM))
                .withSchedule(Schedule.constant(0.003))
                .withBatchSize(16);
        return new RelearnTime(engine, RelearnTime.Options.of(training))
                .of(subject(before), subject(after), List.of(subject(retrained), subject(again)));
    }

    private Subject subject(Model model) {
        return new Subject(model, rows, test);
    }

    private Model forget(UnlearningMethod method) {
        return method.forget(before, rows, validation).model();
    }

    private Model fit(Dataset data, long seed) {
        return Problems.recipe(engine).retrain(data, validation, seed).model();
    }

    /** All weights are zero but the bias of one output. */
    private static Model onlyClass(int label) {
        double[] parameters = new double[Problems.network().layout().length()];
        parameters[parameters.length - 2 + label] = 5;
        return new Model(Problems.network(), parameters, new double[0]);
    }
}

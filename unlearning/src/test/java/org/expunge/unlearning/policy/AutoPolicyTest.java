package org.expunge.unlearning.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.expunge.influence.io.Json;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.unlearning.Controls;
import org.expunge.unlearning.Cost;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.Guarantee;
import org.expunge.unlearning.Problems;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.membership.LossThresholdAttack;
import org.expunge.unlearning.method.Retrain;
import org.expunge.unlearning.method.UnlearningMethodContract;
import org.expunge.unlearning.verify.Verdict;
import org.expunge.unlearning.verify.Verifier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A network that knows its rows by heart, and rungs that forget, pretend to, or cost too much. */
class AutoPolicyTest extends UnlearningMethodContract {
    private static final long PASSES = 150;
    /** A quarter of 80 rows less costs accuracy: ten points are allowed. */
    private static final AutoPolicy.Options OPTIONS =
            new AutoPolicy.Options(new Verifier.Options(0.1, 0.5, 0.1, LossThresholdAttack.Options.DEFAULT), null);

    @Override
    protected UnlearningMethod method() {
        return ladder(rung("forgets", honest(), 0.1));
    }

    @Nested
    class Accepting {
        @Test
        void theFirstRungThatPassesIsTaken() {
            UnlearningResult result = climb(ladder(rung("forgets", honest(), 0.1), rung("later", honest(), 0.1)));

            AutoPolicy.Details details = details(result);
            assertThat(decisions(details)).containsExactly("forgets ACCEPTED");
            assertThat(result.guarantee()).isEqualTo(Guarantee.EMPIRICAL);
            assertThat(details.spentWork()).isLessThan(details.retrainingWork());
            assertThat(details.steps().get(0).verification()).isNotNull().satisfies(found -> {
                assertThat(found.verdict()).isEqualTo(Verdict.PASS);
                assertThat(found.retrained()).isEmpty();
            });
            assertThat(Json.text(details)).contains("\"decision\" : \"ACCEPTED\"");
        }

        @Test
        void retrainingIsTakenAsItIs() {
            UnlearningResult result = climb(ladder());

            assertThat(decisions(details(result))).containsExactly("retrain ACCEPTED");
            assertThat(result.guarantee()).isEqualTo(Guarantee.EXACT);
            assertThat(result.model().parameters())
                    .isEqualTo(
                            exact().forget(trained(), rows, validation).model().parameters());
        }

        @Test
        void aCertifiedModelMustOnlyBeHarmless() {
            UnlearningResult harmless =
                    climb(ladder(rung("certified", promising(Guarantee.CERTIFIED, Controls.noise(1e-6)), 0.1)));
            UnlearningResult harmful =
                    climb(ladder(rung("certified", promising(Guarantee.CERTIFIED, Controls.destroyed()), 0.1)));

            assertThat(harmless.guarantee()).isEqualTo(Guarantee.CERTIFIED);
            assertThat(decisions(details(harmful))).containsExactly("certified REJECTED", "retrain ACCEPTED");
        }
    }

    @Nested
    class FallingThrough {
        @Test
        void methodsThatOnlyClaimToForgetAreRejected() {
            UnlearningResult result = climb(ladder(
                    rung("no-op", Controls.noOp(), 0.1),
                    rung("noise", Controls.noise(1e-3), 0.1),
                    rung("destroyed", Controls.destroyed(), 0.1)));

            AutoPolicy.Details details = details(result);
            assertThat(decisions(details))
                    .containsExactly("no-op REJECTED", "noise REJECTED", "destroyed REJECTED", "retrain ACCEPTED");
            assertThat(details.steps().get(0).reason()).contains("bit for bit");
            assertThat(details.steps().get(1).reason()).contains("still look like training rows");
            assertThat(details.steps().get(2).reason()).contains("worse by");
        }

        @Test
        void everyRungThatIsNotTriedSaysWhy() {
            UnlearningMethod refusing = new UnlearningMethod() {
                @Override
                public String name() {
                    return "refusing";
                }

                @Override
                public Guarantee guarantee() {
                    return Guarantee.EMPIRICAL;
                }

                @Override
                public UnlearningResult forget(
                        org.expunge.influence.network.Model model,
                        ForgetSet request,
                        org.expunge.influence.data.Dataset held) {
                    throw new IllegalArgumentException("needs another optimiser");
                }
            };

            AutoPolicy.Details details = details(climb(ladder(
                    new Rung.Unusable("sharded", "The run has no shards."),
                    rung("dear", honest(), 1.1),
                    rung("refusing", refusing, 0.1))));

            assertThat(decisions(details))
                    .containsExactly("sharded SKIPPED", "dear SKIPPED", "refusing REFUSED", "retrain ACCEPTED");
            assertThat(details.steps()).extracting(Step::reason).satisfies(reasons -> {
                assertThat(reasons.get(0)).isEqualTo("The run has no shards.");
                assertThat(reasons.get(1)).contains("It may cost 1.1");
                assertThat(reasons.get(2)).isEqualTo("needs another optimiser");
            });
        }

        @Test
        void whatWasSpentCountsAgainstTheNextRung() {
            AutoPolicy.Details details = details(climb(
                    ladder(rung("first", costing(Controls.noise(1e-3), 0.6), 0.6), rung("second", honest(), 0.6))));

            assertThat(decisions(details)).containsExactly("first REJECTED", "second SKIPPED", "retrain ACCEPTED");
        }

        @Test
        void rowsThatNothingCanSeeAreRetrainedWithoutTrying() {
            ForgetSet few = ForgetSet.of(train, Problems.first(5));

            UnlearningResult result = ladder(rung("forgets", honest(), 0.1)).forget(trained(), few, validation);

            assertThat(decisions(details(result))).containsExactly("forgets SKIPPED", "retrain ACCEPTED");
            assertThat(details(result).steps().get(0).reason()).contains("Too few rows: 5 forgotten");
        }

        @Test
        void rowsThatComeBackTooSoonAreTurnedDown() {
            TrainingOptions relearning = TrainingOptions.DEFAULT
                    .withOptimizer(Optimizer.of(Optimizer.Kind.ADAM))
                    .withSchedule(Schedule.constant(0.003))
                    .withBatchSize(4);
            RelearnVeto veto = new RelearnVeto(engine, relearning, trained(), rows, validation, 0);

            assertThat(veto.judge(exact().forget(trained(), rows, validation).model()))
                    .isEmpty();
            assertThat(veto.judge(Controls.noise(0.02)
                            .forget(trained(), rows, validation)
                            .model()))
                    .hasValueSatisfying(reason -> assertThat(reason).contains("come back after"));
        }
    }

    @Test
    void refusesToJudgeWithoutValidationRows() {
        assertThatThrownBy(() -> ladder().forget(trained(), rows, validation.select(new int[0])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the ladder judges on validation rows");
    }

    @Test
    void theLastRungMustBeExact() {
        AutoPolicy policy = new AutoPolicy(engine, OPTIONS, List.of(), rung("no-op", Controls.noOp(), 1));

        assertThatThrownBy(() -> policy.forget(trained(), rows, validation))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be exact");
    }

    private UnlearningResult climb(AutoPolicy policy) {
        return policy.forget(trained(), rows, validation);
    }

    private AutoPolicy ladder(Rung... rungs) {
        return new AutoPolicy(
                engine, OPTIONS, List.of(rungs), new Rung.Usable("retrain", request -> work(request, 1), this::exact));
    }

    private static Rung.Usable rung(String name, UnlearningMethod method, double share) {
        return new Rung.Usable(name, request -> work(request, share), () -> method);
    }

    private static Cost work(ForgetSet request, double share) {
        return new Cost(0, Math.round(share * PASSES * request.retain().size()), 0, 0);
    }

    private UnlearningMethod exact() {
        return new Retrain(recipe(), SEED + 1);
    }

    /** Retraining that promises nothing. */
    private UnlearningMethod honest() {
        return promising(Guarantee.EMPIRICAL, costing(exact(), 0.1));
    }

    private UnlearningMethod costing(UnlearningMethod method, double share) {
        return Controls.changed(method, method.guarantee(), result -> work(rows, share));
    }

    private static UnlearningMethod promising(Guarantee guarantee, UnlearningMethod method) {
        return Controls.changed(method, guarantee, UnlearningResult::cost);
    }

    private static AutoPolicy.Details details(UnlearningResult result) {
        return (AutoPolicy.Details) result.details();
    }

    private static List<String> decisions(AutoPolicy.Details details) {
        return details.steps().stream()
                .map(step -> step.rung() + " " + step.decision())
                .toList();
    }
}

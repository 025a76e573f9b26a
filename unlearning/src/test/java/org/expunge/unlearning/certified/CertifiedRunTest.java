package org.expunge.unlearning.certified;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.Guarantee;
import org.expunge.unlearning.certified.HeadDeletion.Outcome;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CertifiedRunTest extends HeadFixture {
    private static HeadState state(TrainingRun run) throws IOException {
        return Json.read(run.path().resolve(CertifiedRun.STATE), HeadState.class);
    }

    @Nested
    class Writing {
        @ParameterizedTest
        @EnumSource(HeadKind.class)
        void theModelOfTheRunScoresRowsAsThePublishedHeadDoes(HeadKind kind) throws IOException {
            TrainingRun trunk = tables.trunk(HeadProblems.rows(60, 4, 3, 22));

            CertifiedRun run = training.onRun(
                    folder.resolve("run"),
                    HeadTables.recipe(own, "none"),
                    HeadOptions.DEFAULT.with(kind),
                    trunk,
                    false);

            Dataset train = run.run().train();
            HeadRows rows = HeadRows.of(FrozenTrunk.of(trunk.model()).features(engine, train));
            double[] released = state(run.run()).released();
            double[][] predictions =
                    new Evaluator(engine).evaluate(run.run().model(), train).predictions();
            for (int i = 0; i < train.size(); i++) {
                double[] z = new double[3];
                double total = 0;
                for (int k = 0; k < 3; k++) {
                    z[k] = rows.dot(i, released, k * rows.width());
                    total += Math.exp(z[k]);
                }
                for (int k = 0; k < 3; k++) {
                    double expected = kind == HeadKind.SOFTMAX ? Math.exp(z[k]) / total : 1 / (1 + Math.exp(-z[k]));
                    assertThat(predictions[i][k]).isCloseTo(expected, within(1e-9));
                }
            }
        }

        @Test
        void twoClassesBecomeTwoScoresOfOppositeSigns() throws IOException {
            own = tables.write("two.csv", HeadProblems.rows(60, 4, 2, 9));

            CertifiedRun run =
                    training.withoutTrunk(folder.resolve("run"), HeadTables.recipe(own, "none"), HeadOptions.DEFAULT);

            Dataset train = run.run().train();
            double[] released = state(run.run()).released();
            HeadRows rows = HeadRows.of(train);
            double[] first =
                    new Evaluator(engine).evaluate(run.run().model(), train).predictions()[0];
            assertThat(first[1]).isCloseTo(1 / (1 + Math.exp(-rows.dot(0, released, 0))), within(1e-9));
        }

        @Test
        void theSecretIsItsOwnersAloneAndTheHeadWithoutNoiseIsNowhereElse() throws IOException {
            CertifiedRun run =
                    training.withoutTrunk(folder.resolve("run"), HeadTables.recipe(own, "none"), HeadOptions.DEFAULT);

            Path secret = run.run().path().resolve(CertifiedRun.STATE);
            double[] w = state(run.run()).head();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                    .isEqualTo("rw-------");
            assertThat(Files.readString(run.run().path().resolve("run.json"))).doesNotContain(Double.toString(w[0]));
            assertThat(run.run().checkpoints()).hasSize(1);
            assertThat(run.secrets()).containsExactly(secret);
            try (Stream<Path> entries = Files.list(folder)) {
                assertThat(entries.map(path -> path.getFileName().toString())).doesNotContainSequence(".run");
            }
        }

        @Test
        void aChangedOrMissingSecretIsRefused() throws IOException {
            CertifiedRun run =
                    training.withoutTrunk(folder.resolve("run"), HeadTables.recipe(own, "none"), HeadOptions.DEFAULT);
            Path secret = run.run().path().resolve(CertifiedRun.STATE);

            Files.writeString(secret, Files.readString(secret) + " ");

            assertThatThrownBy(() -> CertifiedRun.open(run.run()))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("has changed");
            Files.delete(secret);
            assertThatThrownBy(() -> CertifiedRun.open(run.run()))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("train the head anew");
        }

        @Test
        void aRunWithoutAHeadIsRefused() throws IOException {
            TrainingRun trunk = tables.trunk(HeadProblems.rows(60, 4, 3, 22));

            assertThat(CertifiedRun.isOne(trunk)).isFalse();
            assertThatIllegalArgumentException().isThrownBy(() -> CertifiedRun.open(trunk));
        }
    }

    @Nested
    class Forgetting {
        private CertifiedRun run(HeadOptions options) throws IOException {
            return training.withoutTrunk(folder.resolve("run"), HeadTables.recipe(own, "none"), options);
        }

        private List<String> ids(CertifiedRun run, int count) {
            return run.run().train().ids().subList(0, count);
        }

        @Test
        void aDeletionWritesTheRunThatComesAfter() throws IOException {
            CertifiedRun before = run(HeadOptions.DEFAULT);

            CertifiedRun.Forgotten done = before.forget(
                    ids(before, 3), List.of(), "", folder.resolve("next"), engine, SecretNoise.reproducible(4));

            assertThat(done.deletion().outcome()).isEqualTo(Outcome.WITHIN_BUDGET);
            CertifiedRun after = CertifiedRun.open(TrainingRun.open(folder.resolve("next")));
            assertThat(after.run().removedIds()).containsExactlyElementsOf(ids(before, 3));
            assertThat(after.certificate()).isEqualTo(done.certificate());
            assertThat(after.certificate().guarantee()).isEqualTo(Guarantee.CERTIFIED);
            assertThat(after.certificate().rows())
                    .isEqualTo(before.certificate().rows() - 3);
            assertThat(after.run().model().parameters())
                    .isNotEqualTo(before.run().model().parameters());
            assertThat(state(after.run()).releases()).isEqualTo(2);
        }

        @Test
        void deletionsInTurnFromDiskEndNearTheHeadTrainedWithoutTheRows() throws IOException {
            CertifiedRun first = run(HeadOptions.DEFAULT);
            List<String> gone = ids(first, 4);
            first.forget(gone.subList(0, 2), List.of(), "", folder.resolve("two"), engine, SecretNoise.reproducible(4));
            CertifiedRun second = CertifiedRun.open(TrainingRun.open(folder.resolve("two")));
            second.forget(
                    gone.subList(2, 4), List.of(), "", folder.resolve("four"), engine, SecretNoise.reproducible(5));

            CertifiedRun last = CertifiedRun.open(TrainingRun.open(folder.resolve("four")));
            double[] expected = DenseNewton.minimise(
                    HeadRows.of(first.run().train()), HeadKind.ONE_VS_REST, HeadOptions.DEFAULT.lambda(), gone);
            double[] w = state(last.run()).head();
            double squares = 0;
            for (int j = 0; j < w.length; j++) {
                squares += (w[j] - expected[j]) * (w[j] - expected[j]);
            }
            assertThat(Math.sqrt(squares))
                    .isLessThanOrEqualTo(last.certificate().distance() + 1e-7);
        }

        @Test
        void heldRowsLeaveTheListsToo() throws IOException {
            CertifiedRun before = run(HeadOptions.DEFAULT);
            String held = before.run().test().id(0);

            before.forget(
                    ids(before, 1), List.of(held), "", folder.resolve("next"), engine, SecretNoise.reproducible(4));

            assertThat(TrainingRun.open(folder.resolve("next")).removedIds())
                    .contains(held)
                    .hasSize(2);
        }

        @ParameterizedTest
        @EnumSource(Mechanism.class)
        void figuresOfTheHeadWithoutNoiseArePublishedAsCoarseBounds(Mechanism mechanism) throws IOException {
            HeadOptions options = mechanism == Mechanism.OUTPUT
                    ? HeadOptions.DEFAULT
                    : HeadOptions.DEFAULT.withLambda(0.1).with(mechanism, 20);
            CertifiedRun before = run(options);

            CertifiedRun.Forgotten done = before.forget(
                    ids(before, 2), List.of(), "", folder.resolve("next"), engine, SecretNoise.reproducible(4));

            HeadState secret = state(TrainingRun.open(folder.resolve("next")));
            Certificate told =
                    CertifiedRun.open(TrainingRun.open(folder.resolve("next"))).certificate();
            assertThat(Files.readString(folder.resolve("next/run.json")))
                    .doesNotContain(
                            Double.toString(secret.spectralNorm()),
                            Double.toString(secret.residual()),
                            Double.toString(secret.used()));
            assertThat(told.residual()).isBetween(secret.residual(), 1.1 * secret.residual());
            assertThat(told.used()).isBetween(secret.used(), 1.1 * secret.used());
            assertThat(new BigDecimal(Double.toString(told.residual()))
                            .stripTrailingZeros()
                            .precision())
                    .isLessThanOrEqualTo(2);
            HeadDeletion published = done.deletion().published();
            assertThat(new BigDecimal(Double.toString(published.usedAfter()))
                            .stripTrailingZeros()
                            .precision())
                    .isLessThanOrEqualTo(2);
            assertThat(published.usedAfter())
                    .isGreaterThanOrEqualTo(done.deletion().usedAfter());
        }

        @Test
        void aPlanChangesNothing() throws IOException {
            CertifiedRun run = run(HeadOptions.DEFAULT);
            String digest = run.run().digest();

            HeadDeletion plan = run.plan(ids(run, 3), "", engine);

            assertThat(plan.outcome()).isEqualTo(Outcome.WITHIN_BUDGET);
            assertThat(run.run().digest()).isEqualTo(digest);
            assertThat(CertifiedRun.open(run.run()).certificate()).isEqualTo(run.certificate());
        }

        @Test
        void aRefusedDeletionWritesNothing() throws IOException {
            HeadOptions tight =
                    HeadOptions.DEFAULT.with(Mechanism.OBJECTIVE, 0.01).withRules(false, 1, 1);
            CertifiedRun run = run(tight);

            CertifiedRun.Forgotten refused = run.forget(
                    ids(run, 30), List.of(), "", folder.resolve("next"), engine, SecretNoise.reproducible(4));

            assertThat(refused.deletion().outcome()).isEqualTo(Outcome.EXHAUSTED);
            assertThat(refused.run()).isNull();
            assertThat(folder.resolve("next")).doesNotExist();
        }

        @Test
        void theTermOfObjectivePerturbationSurvivesTheDisk() throws IOException {
            CertifiedRun run = run(HeadOptions.DEFAULT.withLambda(0.1).with(Mechanism.OBJECTIVE, 20));
            HeadState before = state(run.run());

            CertifiedRun.Forgotten done =
                    run.forget(ids(run, 1), List.of(), "", folder.resolve("next"), engine, SecretNoise.reproducible(4));

            HeadState after = state(TrainingRun.open(folder.resolve("next")));
            assertThat(done.deletion().outcome()).isEqualTo(Outcome.WITHIN_BUDGET);
            assertThat(after.linear()).isEqualTo(before.linear());
            assertThat(after.used()).isGreaterThan(before.used());
        }
    }
}

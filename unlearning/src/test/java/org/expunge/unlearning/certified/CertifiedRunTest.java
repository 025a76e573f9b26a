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
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;
import org.expunge.influence.training.DataRecipe;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.ModelRecipe;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.Guarantee;
import org.expunge.unlearning.Problems;
import org.expunge.unlearning.certified.HeadDeletion.Outcome;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CertifiedRunTest {
    private static final Engine ENGINE = Problems.engine();

    @TempDir
    private Path folder;

    private final HeadTraining training = new HeadTraining(ENGINE, SecretNoise.reproducible(3));
    private Path own = Path.of("");

    @AfterAll
    static void closeEngine() {
        ENGINE.close();
    }

    @BeforeEach
    void writeRows() throws IOException {
        own = write("own.csv", HeadProblems.rows(90, 4, 3, 21));
    }

    private Path write(String name, Dataset rows) throws IOException {
        return write(name, rows, "%s");
    }

    private Path write(String name, Dataset rows, String format) throws IOException {
        StringBuilder text = new StringBuilder("id,a,b,c,d,class\n");
        for (int i = 0; i < rows.size(); i++) {
            text.append(rows.id(i));
            for (double value : rows.row(i)) {
                text.append(',').append(String.format(Locale.ROOT, format, value));
            }
            text.append(",c").append(rows.label(i)).append('\n');
        }
        return Files.writeString(folder.resolve(name), text);
    }

    private static Recipe recipe(Path table, String normalization) {
        DataRecipe data = new DataRecipe(
                DataSpec.parse("csv:" + table + "?label=class&id=id"),
                Normalizer.Options.parse(normalization),
                0.1,
                0.2,
                OptionalLong.empty());
        TrainingOptions brief = TrainingOptions.DEFAULT.withEpochs(3);
        return new Recipe(5, data, ModelRecipe.mlp(6), brief);
    }

    /** A run on rows of other ids than the head's. */
    private TrainingRun trunk(Dataset rows) throws IOException {
        return trunk(recipe(write("trunk.csv", renamed(rows, "t")), "standardize"));
    }

    private TrainingRun trunk(Recipe recipe) throws IOException {
        return TrainingRun.create(folder.resolve("trunk"), recipe, ENGINE, TrainingListener.NONE);
    }

    private static Dataset renamed(Dataset rows, String prefix) {
        return rows.withIds(
                IntStream.range(0, rows.size()).mapToObj(i -> prefix + i).toList());
    }

    private static HeadState state(TrainingRun run) throws IOException {
        return Json.read(run.path().resolve(CertifiedRun.STATE), HeadState.class);
    }

    @Nested
    class Writing {
        @ParameterizedTest
        @EnumSource(HeadKind.class)
        void theModelOfTheRunScoresRowsAsThePublishedHeadDoes(HeadKind kind) throws IOException {
            TrainingRun trunk = trunk(HeadProblems.rows(60, 4, 3, 22));

            CertifiedRun run = training.onRun(
                    folder.resolve("run"), recipe(own, "none"), HeadOptions.DEFAULT.with(kind), trunk, false);

            Dataset train = run.run().train();
            HeadRows rows = HeadRows.of(FrozenTrunk.of(trunk.model()).features(ENGINE, train));
            double[] released = state(run.run()).released();
            double[][] predictions =
                    new Evaluator(ENGINE).evaluate(run.run().model(), train).predictions();
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
            own = write("two.csv", HeadProblems.rows(60, 4, 2, 9));

            CertifiedRun run = training.withoutTrunk(folder.resolve("run"), recipe(own, "none"), HeadOptions.DEFAULT);

            Dataset train = run.run().train();
            double[] released = state(run.run()).released();
            HeadRows rows = HeadRows.of(train);
            double[] first =
                    new Evaluator(ENGINE).evaluate(run.run().model(), train).predictions()[0];
            assertThat(first[1]).isCloseTo(1 / (1 + Math.exp(-rows.dot(0, released, 0))), within(1e-9));
        }

        @Test
        void theSecretIsItsOwnersAloneAndTheHeadWithoutNoiseIsNowhereElse() throws IOException {
            CertifiedRun run = training.withoutTrunk(folder.resolve("run"), recipe(own, "none"), HeadOptions.DEFAULT);

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
            CertifiedRun run = training.withoutTrunk(folder.resolve("run"), recipe(own, "none"), HeadOptions.DEFAULT);
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
            TrainingRun trunk = trunk(HeadProblems.rows(60, 4, 3, 22));

            assertThat(CertifiedRun.isOne(trunk)).isFalse();
            assertThatIllegalArgumentException().isThrownBy(() -> CertifiedRun.open(trunk));
        }
    }

    @Nested
    class Provenance {
        private Certificate certificateOn(Dataset trunkRows, boolean isPublic) throws IOException {
            return training.onRun(
                            folder.resolve("run"), recipe(own, "none"), HeadOptions.DEFAULT, trunk(trunkRows), isPublic)
                    .certificate();
        }

        @Test
        void aTrunkOfOtherRowsIsCertified() throws IOException {
            Certificate certificate = certificateOn(HeadProblems.rows(60, 4, 3, 22), false);

            assertThat(certificate.trunk().kind()).isEqualTo(TrunkProvenance.Kind.DISJOINT);
            assertThat(certificate.guarantee()).isEqualTo(Guarantee.CERTIFIED);
        }

        @Test
        void aTrunkThatSawARowUnderAnotherIdAndLabelIsNot() throws IOException {
            Dataset others = HeadProblems.rows(60, 4, 3, 22);
            Dataset own90 = HeadProblems.rows(90, 4, 3, 21);

            Certificate certificate = certificateOn(others.concat(renamed(own90, "z")), true);

            assertThat(certificate.trunk().kind()).isEqualTo(TrunkProvenance.Kind.SEEN);
            assertThat(certificate.trunk().shared()).isBetween(1, 90);
            assertThat(certificate.guarantee()).isEqualTo(Guarantee.EMPIRICAL);
            assertThat(certificate.claim()).startsWith("Not certified").contains("learned from");
        }

        private Certificate certificateOn(Recipe trunk, String source, boolean isPublic) throws IOException {
            DataSpec spec = DataSpec.parse(source);
            DataRecipe data = new DataRecipe(spec, Normalizer.Options.parse("none"), 0.1, 0.2, OptionalLong.empty());
            Recipe head = new Recipe(5, data, ModelRecipe.mlp(6), TrainingOptions.DEFAULT);
            return training.onRun(folder.resolve("run"), head, HeadOptions.DEFAULT, trunk(trunk), isPublic)
                    .certificate();
        }

        private void assertSeen(Certificate certificate) {
            assertThat(certificate.trunk().kind()).isEqualTo(TrunkProvenance.Kind.SEEN);
            assertThat(certificate.trunk().shared()).isBetween(30, 63);
            assertThat(certificate.guarantee()).isEqualTo(Guarantee.EMPIRICAL);
            assertThat(certificate.claim()).contains("the same id, or the same numbers up to rounding");
        }

        @Test
        void theSamePeopleWithFewerDecimalsInAnotherFileAreSeenByTheirIds() throws IOException {
            Path brief = write("brief.csv", HeadProblems.rows(90, 4, 3, 21), "%.1f");

            assertSeen(certificateOn(recipe(brief, "standardize"), "csv:" + own + "?label=class&id=id", true));
        }

        @Test
        void theSamePeopleWithFewerDecimalsAndOtherIdsAreSeenByTheirNumbers() throws IOException {
            Path brief = write("brief.csv", renamed(HeadProblems.rows(90, 4, 3, 21), "t"), "%.5f");

            assertSeen(certificateOn(recipe(brief, "standardize"), "csv:" + own + "?label=class&id=id", true));
        }

        @Test
        void theSamePeopleBehindALimitAreSeen() throws IOException {
            assertSeen(certificateOn(recipe(own, "standardize"), "csv:" + own + "?label=class&id=id&limit=85", false));
        }

        @Test
        void theSamePeopleInAMovedFileThatWasTakenToOtherUnitsAreSeenByTheirIds() throws IOException {
            Dataset rows = HeadProblems.rows(90, 4, 3, 21);
            StringBuilder text = new StringBuilder("id,a,b,c,d,class\n");
            for (int i = 0; i < rows.size(); i++) {
                text.append(rows.id(i));
                for (double value : rows.row(i)) {
                    text.append(',').append(100 * value + 7);
                }
                text.append(",c").append(rows.label(i)).append('\n');
            }
            Path moved = Files.writeString(folder.resolve("moved.csv"), text);

            assertSeen(certificateOn(recipe(moved, "standardize"), "csv:" + own + "?label=class&id=id", false));
        }

        @Test
        void equalRowNumbersOfDifferentRowsLeaveItUnknown() throws IOException {
            Path other = write("other.csv", HeadProblems.rows(60, 4, 3, 22));
            DataRecipe data = new DataRecipe(
                    DataSpec.parse("csv:" + other + "?label=class&ignore=id"),
                    Normalizer.Options.parse("standardize"),
                    0.1,
                    0.2,
                    OptionalLong.empty());

            Certificate certificate = certificateOn(
                    new Recipe(5, data, ModelRecipe.mlp(6), TrainingOptions.DEFAULT.withEpochs(3)),
                    "csv:" + own + "?label=class&ignore=id",
                    false);

            assertThat(certificate.trunk().kind()).isEqualTo(TrunkProvenance.Kind.UNKNOWN);
            assertThat(certificate.guarantee()).isEqualTo(Guarantee.EMPIRICAL);
            assertThat(certificate.claim()).contains("may be the same rows or not", "id=COLUMN");
        }

        @Test
        void theUsersWordIsWrittenDown() throws IOException {
            Certificate certificate = certificateOn(HeadProblems.rows(60, 4, 3, 22), true);

            assertThat(certificate.trunk().kind()).isEqualTo(TrunkProvenance.Kind.PUBLIC);
            assertThat(certificate.assumptions()).anyMatch(text -> text.contains("nobody has checked"));
        }

        @Test
        void aModelFileNeedsTheUsersWord() throws IOException {
            TrainingRun trunk = trunk(HeadProblems.rows(60, 4, 3, 22));
            Path file = trunk.path().resolve("model.zip");

            Certificate unknown = training.onFile(
                            folder.resolve("unknown"), recipe(own, "none"), HeadOptions.DEFAULT, file, false)
                    .certificate();
            Certificate attested = training.onFile(
                            folder.resolve("public"), recipe(own, "none"), HeadOptions.DEFAULT, file, true)
                    .certificate();

            assertThat(unknown.guarantee()).isEqualTo(Guarantee.EMPIRICAL);
            assertThat(attested.guarantee()).isEqualTo(Guarantee.CERTIFIED);
        }

        @Test
        void aNormalisationFittedOnTheRowsIsNotCertified() throws IOException {
            Certificate certificate = training.withoutTrunk(
                            folder.resolve("run"), recipe(own, "standardize"), HeadOptions.DEFAULT)
                    .certificate();

            assertThat(certificate.guarantee()).isEqualTo(Guarantee.EMPIRICAL);
            assertThat(certificate.claim()).contains("normalisation standardize");
        }

        @Test
        void theTrunkOfAHeadIsNoTrunk() throws IOException {
            CertifiedRun first = training.withoutTrunk(folder.resolve("run"), recipe(own, "none"), HeadOptions.DEFAULT);

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> training.onRun(
                            folder.resolve("next"), recipe(own, "none"), HeadOptions.DEFAULT, first.run(), true))
                    .withMessageContaining("its trunk was taken from");
        }
    }

    @Nested
    class Forgetting {
        private CertifiedRun run(HeadOptions options) throws IOException {
            return training.withoutTrunk(folder.resolve("run"), recipe(own, "none"), options);
        }

        private List<String> ids(CertifiedRun run, int count) {
            return run.run().train().ids().subList(0, count);
        }

        @Test
        void aDeletionWritesTheRunThatComesAfter() throws IOException {
            CertifiedRun before = run(HeadOptions.DEFAULT);

            CertifiedRun.Forgotten done = before.forget(
                    ids(before, 3), List.of(), "", folder.resolve("next"), ENGINE, SecretNoise.reproducible(4));

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
            first.forget(gone.subList(0, 2), List.of(), "", folder.resolve("two"), ENGINE, SecretNoise.reproducible(4));
            CertifiedRun second = CertifiedRun.open(TrainingRun.open(folder.resolve("two")));
            second.forget(
                    gone.subList(2, 4), List.of(), "", folder.resolve("four"), ENGINE, SecretNoise.reproducible(5));

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
                    ids(before, 1), List.of(held), "", folder.resolve("next"), ENGINE, SecretNoise.reproducible(4));

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
                    ids(before, 2), List.of(), "", folder.resolve("next"), ENGINE, SecretNoise.reproducible(4));

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

            HeadDeletion plan = run.plan(ids(run, 3), "", ENGINE);

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
                    ids(run, 30), List.of(), "", folder.resolve("next"), ENGINE, SecretNoise.reproducible(4));

            assertThat(refused.deletion().outcome()).isEqualTo(Outcome.EXHAUSTED);
            assertThat(refused.run()).isNull();
            assertThat(folder.resolve("next")).doesNotExist();
        }

        @Test
        void theTermOfObjectivePerturbationSurvivesTheDisk() throws IOException {
            CertifiedRun run = run(HeadOptions.DEFAULT.withLambda(0.1).with(Mechanism.OBJECTIVE, 20));
            HeadState before = state(run.run());

            CertifiedRun.Forgotten done =
                    run.forget(ids(run, 1), List.of(), "", folder.resolve("next"), ENGINE, SecretNoise.reproducible(4));

            HeadState after = state(TrainingRun.open(folder.resolve("next")));
            assertThat(done.deletion().outcome()).isEqualTo(Outcome.WITHIN_BUDGET);
            assertThat(after.linear()).isEqualTo(before.linear());
            assertThat(after.used()).isGreaterThan(before.used());
        }
    }
}

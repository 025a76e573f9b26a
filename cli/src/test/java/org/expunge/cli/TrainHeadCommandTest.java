package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.expunge.cli.render.ExitCodes;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.certified.CertifiedRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TrainHeadCommandTest {
    @TempDir
    private Path folder;

    private CommandRun train(Object... more) {
        Object[] words = {"train-head", "--data", "breast-cancer", "--threads", 1, "--quiet", "--out", out()};
        return CommandRun.of(Stream.of(words, more).flatMap(Stream::of).toArray());
    }

    private CommandRun forget(String ids, Object... more) {
        Object[] words = {
            "forget", "apply", "--run", out(), "--ids", ids, "--threads", 1, "--quiet", "--out", folder.resolve("next")
        };
        return CommandRun.of(Stream.of(words, more).flatMap(Stream::of).toArray());
    }

    private Path out() {
        return folder.resolve("head");
    }

    @Test
    void leavesACertifiedRunThatOtherCommandsRead() throws IOException {
        CommandRun run = train("--format", "json");

        assertThat(run.code()).isEqualTo(ExitCodes.OK);
        JsonNode certificate = run.json().get("certificate");
        assertThat(certificate.get("guarantee").textValue()).isEqualTo("CERTIFIED");
        assertThat(certificate.get("trunk").get("kind").textValue()).isEqualTo("NONE");
        TrainingRun trained = TrainingRun.open(out());
        assertThat(CertifiedRun.open(trained).certificate().rows())
                .isEqualTo(trained.train().size());
        CommandRun influence = CommandRun.of(
                "influence",
                "--run",
                out(),
                "--method",
                "inner-product",
                "--test-id",
                TinyRun.ids(out(), "test").get(0),
                "--quiet");
        assertThat(influence.err()).isEmpty();
        assertThat(influence.code()).isEqualTo(ExitCodes.OK);
    }

    @Test
    void textSaysWhatTheClaimNeeds() {
        CommandRun run = train("--mechanism", "objective", "--noise", 5, "--lambda", "0.01");

        assertThat(run.code()).isEqualTo(ExitCodes.OK);
        assertThat(run.out())
                .contains("(1.0, 1.0E-5)-indistinguishable", "What the claim needs", "Requests do not depend");
    }

    @Test
    void aNormalisationFittedOnTheRowsIsNotCertified() {
        CommandRun run = train("--normalization", "standardize");

        assertThat(run.code()).isEqualTo(ExitCodes.GATE_MISSED);
        assertThat(run.out()).contains("Not certified", "normalisation standardize");
        assertThat(out()).isDirectory();
    }

    @Test
    void aTrunkThatSawTheRowsIsNotCertified() {
        Path trunk = TinyRun.train(folder.resolve("trunk"));

        CommandRun run = CommandRun.of(
                "train-head",
                "--data",
                "digits?limit=300",
                "--trunk",
                trunk,
                "--head",
                "softmax",
                "--trunk-data",
                "public",
                "--threads",
                1,
                "--quiet",
                "--out",
                out());

        assertThat(run.code()).isEqualTo(ExitCodes.GATE_MISSED);
        assertThat(run.out()).contains("learned from").contains("of the head's 210 rows");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--trunk-data public | --trunk-data is for a --trunk",
                "--mechanism objective --epsilon 2 | output perturbation",
                "--lambda 0 | lambda must be above 0",
                "--noise -1 | noise must be above 0",
                "--head linear | use one of one-vs-rest, softmax",
                "--validation 2 | validation must be in [0, 1)"
            })
    void wrongOptionsAreWrongUsage(String options, String message) {
        CommandRun run = train((Object[]) options.split(" "));

        assertThat(run.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains(message);
        assertThat(Files.exists(out())).isFalse();
    }

    @Test
    void theHeadForgetsWithACertificateInTheLedger() throws IOException {
        train("--lambda", "0.01");
        String ids = String.join(",", TinyRun.ids(out(), "train").subList(0, 3));
        CommandRun plan = CommandRun.of("forget", "plan", "--run", out(), "--ids", ids, "--format", "json");

        CommandRun forget = forget(ids, "--format", "json");

        assertThat(plan.code()).as(plan.err()).isEqualTo(ExitCodes.OK);
        assertThat(plan.json().at("/prediction/budget").textValue()).contains("within the budget");
        assertThat(forget.code()).as(forget.err()).isEqualTo(ExitCodes.OK);
        JsonNode done = forget.json().get("forget");
        assertThat(done.get("method").textValue()).isEqualTo("certified-head");
        assertThat(done.get("guarantee").textValue()).isEqualTo("CERTIFIED");
        assertThat(done.at("/details/outcome").textValue()).isEqualTo("WITHIN_BUDGET");
        CertifiedRun next = CertifiedRun.open(TrainingRun.open(folder.resolve("next")));
        assertThat(next.run().removedIds()).hasSize(3);
        assertThat(out().resolve(CertifiedRun.STATE)).doesNotExist();
        JsonNode utility = TinyRun.predicate(folder.resolve("next")).get("utility");
        assertThat(utility.get("before").fieldNames())
                .toIterable()
                .contains("testLoss")
                .noneMatch(figure -> figure.startsWith("train"));
    }

    @Test
    void anExhaustedBudgetPublishesNothing() throws IOException {
        train("--mechanism", "objective", "--noise", "0.01", "--on-exhaustion", "refuse");
        String ids = String.join(",", TinyRun.ids(out(), "train").subList(0, 50));

        CommandRun forget = forget(ids);

        assertThat(forget.code()).as(forget.err()).isEqualTo(ExitCodes.BUDGET_EXHAUSTED);
        assertThat(forget.out()).contains("train anew");
        assertThat(folder.resolve("next")).doesNotExist();
        assertThat(out().resolve(CertifiedRun.STATE)).exists();
    }

    @Test
    void aPrincipalMayNotUseUpMoreThanHisShareOfTheBudget() throws IOException {
        train("--mechanism", "objective", "--noise", 20, "--lambda", "0.1", "--principal-share", "1e-9");
        String id = TinyRun.ids(out(), "train").get(0);

        CommandRun planned = CommandRun.of("forget", "plan", "--run", out(), "--ids", id, "--principal", "Mallory");
        CommandRun named = forget(id, "--principal", "Mallory");
        CommandRun unnamed = forget(id);

        assertThat(planned.out()).contains("more than a principal's share").doesNotContain("Mallory");
        assertThat(named.code()).as(named.err()).isEqualTo(ExitCodes.BUDGET_EXHAUSTED);
        assertThat(named.out()).contains("more than a principal's share").doesNotContain("Mallory");
        assertThat(unnamed.code()).as(unnamed.err()).isEqualTo(ExitCodes.OK);
    }

    @Test
    void aBatchThatIsTooSmallWaits() throws IOException {
        train("--min-batch", 5);

        CommandRun forget = forget(TinyRun.ids(out(), "train").get(0));

        assertThat(forget.code()).as(forget.err()).isEqualTo(ExitCodes.POLICY_REFUSED);
        assertThat(forget.out()).contains("fewer than a batch of 5");
    }

    @Test
    void rowsWithoutClassesAreWrongInput() throws IOException {
        Path table = Files.writeString(folder.resolve("r.csv"), "a,y\n1,0.5\n2,1.5\n3,2.5\n4,3.5\n5,1.25\n6,7.5\n");

        CommandRun run = CommandRun.of("train-head", "--data", "csv:" + table + "?label=y", "--quiet", "--out", out());

        assertThat(run.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(run.err()).contains("no certified head");
    }
}

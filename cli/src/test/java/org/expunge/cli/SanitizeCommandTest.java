package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.expunge.cli.render.ExitCodes;
import org.expunge.cli.work.AttackedInputs;
import org.expunge.cli.work.DefenseEvidence;
import org.expunge.cli.work.Drill;
import org.expunge.cli.work.EvidencePicture;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.compute.cpu.CpuCompute;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.Digests;
import org.expunge.influence.io.Json;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.TrainingRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SanitizeCommandTest {
    @TempDir
    private Path folder;

    @Test
    void removesTheRowsBehindAnAttackReversibly() throws IOException {
        Path poisoned = folder.resolve("poisoned");
        Path run = folder.resolve("run");
        Path out = folder.resolve("clean");
        CommandRun.of("attack", "--data", "digits", "--rows", 20, "--out", poisoned);
        CommandRun.of("train", "--data", "overlay:" + poisoned, "--epochs", 12, "--quiet", "--out", run);

        CommandRun sanitize = CommandRun.of(
                "sanitize", "--run", run, "--inputs", "test", "--inputs", "attack", "--format", "json", "--out", out);

        assertThat(sanitize.code()).isEqualTo(ExitCodes.OK);
        JsonNode json = sanitize.json();
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "accuracyAfter",
                        "accuracyBefore",
                        "lastModel",
                        "options",
                        "out",
                        "reasons",
                        "removedIds",
                        "rounds",
                        "run",
                        "stillSuspicious",
                        "trainingRows",
                        "truth",
                        "verdict");
        assertThat(json.get("truth").get("successAfter").doubleValue()).isLessThan(0.2);
        JsonNode manifest = Json.read(out.resolve("manifest.json"), JsonNode.class);
        assertThat(manifest.get("removedIds")).isEqualTo(json.get("removedIds"));
        assertThat(manifest.get("parentDigest").textValue())
                .isEqualTo(TrainingRun.open(run).digest());
        AttackedInputs attacked = attacked(out);
        assertThat(attacked).isEqualTo(new AttackedInputs(36, 36, null, null));
        assertThat(out.resolve("report.md"))
                .content()
                .contains("# Sanitizing of", "adversarial rows removed", "attack success on inputs not given")
                .contains("attacked inputs were among the inputs given, which decide");
        holdsEvidence(DefenseEvidence.read(out), json.get("removedIds").size());
        assertThat(TrainingRun.open(out).removedIds())
                .hasSize(json.get("removedIds").size());
    }

    private static void holdsEvidence(DefenseEvidence evidence, int removed) {
        assertThat(evidence.removedIds()).hasSize(removed);
        assertThat(evidence.classes()).hasSize(10);
        assertThat(evidence.classes().stream()
                        .mapToInt(DefenseEvidence.ClassEffect::removed)
                        .sum())
                .isEqualTo(removed);
        assertThat(evidence.tails().calibration()).hasSize(180);
        assertThat(evidence.tails().attacked()).hasSize(36);
        assertThat(evidence.tails().curves()).hasSize(2);
        DefenseEvidence.Cluster cluster = evidence.clusters().get(0);
        assertThat(cluster.label()).isEqualTo("class 0");
        assertThat(cluster.foremost())
                .allMatch(row -> Boolean.TRUE.equals(row.isAdversarial()))
                .allSatisfy(
                        row -> assertThat(Objects.requireNonNull(row.picture()).marked())
                                .as("the patch in the lower right corner of 8 by 8 pixels")
                                .isEqualTo(new EvidencePicture.Box(6, 5, 2, 3)));
        assertThat(cluster.rankings())
                .extracting(DefenseEvidence.Ranking::method)
                .contains("raw nearest neighbour", "gradient norm", "loss", "random", "class prior");
        DefenseEvidence.Truth truth = Objects.requireNonNull(evidence.truth());
        assertThat(truth.adversarialRows() + truth.coverRows() + truth.cleanRows())
                .isEqualTo(evidence.subject().trainingRows());
        assertThat(truth.adversarialRemoved() + truth.cleanRemoved()).isEqualTo(removed);
        assertThat(truth.classPrior())
                .isCloseTo(
                        truth.adversarialRows()
                                / (double) evidence.classes().get(0).rows(),
                        within(1e-12));
    }

    @Test
    void aManifestAddsFiguresAgainstTheTruthAndChangesNothingElse() throws IOException {
        Path poisoned = folder.resolve("poisoned");
        Path run = folder.resolve("run");
        CommandRun.of("attack", "--data", "digits", "--rows", 20, "--out", poisoned);
        Path manifest = Files.move(poisoned.resolve("manifest.json"), folder.resolve("known.json"));
        CommandRun.of("train", "--data", "overlay:" + poisoned, "--epochs", 12, "--quiet", "--out", run);
        List<Object> sanitize = List.of("sanitize", "--run", run, "--inputs", "test", "--format", "json", "--out");

        CommandRun ofNone = run(sanitize, folder.resolve("none"), "--inputs", "attack");
        JsonNode unknown = run(sanitize, folder.resolve("unknown"), "--inputs", "overlay:" + poisoned.resolve("inputs"))
                .json();
        JsonNode known = run(sanitize, folder.resolve("known"), "--inputs", "attack", "--manifest", manifest)
                .json();

        assertThat(ofNone.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(ofNone.err()).contains("overlay:DIR/inputs", "--manifest");

        assertThat(unknown.has("truth")).isFalse();
        assertThat(known.get("removedIds")).isNotEmpty().isEqualTo(unknown.get("removedIds"));
        assertThat(known.get("rounds")).isEqualTo(unknown.get("rounds"));
        JsonNode truth = known.get("truth");
        assertThat(truth.get("successBefore").doubleValue()).isGreaterThan(0.8);
        assertThat(truth.get("successAfter").doubleValue()).isLessThan(0.2);
        assertThat(truth.get("adversarialRows").intValue()).isEqualTo(20);
        assertThat(truth.get("adversarialRemoved").intValue()).isGreaterThan(10);
        assertThat(truth.get("baseRate").doubleValue())
                .isEqualTo(20 / known.get("trainingRows").doubleValue());
        assertThat(Objects.requireNonNull(
                        DefenseEvidence.read(folder.resolve("known")).truth()))
                .isEqualTo(Json.mapper().convertValue(truth, DefenseEvidence.Truth.class));
        assertThat(folder.resolve("known/report.md"))
                .content()
                .contains("Against what is known of the planted attack", "share of adversarial rows among all")
                .contains("attack succeeds; its cost and a clean model's answers were not measured")
                .contains(manifest + " (SHA-256 " + Digests.sha256(manifest));
        Map<String, Object> named =
                Map.of("file", manifest.toAbsolutePath().toString(), "sha256", Digests.sha256(manifest));
        assertThat(TrainingRun.open(folder.resolve("known")).info().notes()).containsEntry("truth", named);
        assertThat(TrainingRun.open(folder.resolve("unknown")).info().notes()).doesNotContainKey("truth");
    }

    private static CommandRun run(List<Object> command, Object... more) {
        return CommandRun.of(Stream.concat(command.stream(), Stream.of(more)).toArray());
    }

    @Test
    void successIsCountedApartOnAttackedInputsThatDidNotDecideWhatWasRemoved() throws IOException {
        Path poisoned = folder.resolve("poisoned");
        Path run = folder.resolve("run");
        CommandRun.of("attack", "--data", "digits", "--rows", 20, "--out", poisoned);
        CommandRun.of("train", "--data", "overlay:" + poisoned, "--epochs", 12, "--quiet", "--out", run);
        Path out = folder.resolve("half");

        CommandRun half = CommandRun.of("sanitize", "--run", run, "--inputs", "attack?half=1", "--quiet", "--out", out);

        AttackedInputs halved = attacked(out);
        assertThat(halved.inputs()).isEqualTo(36);
        assertThat(halved.given()).isEqualTo(18);
        assertThat(halved.before()).isEqualTo(successOnSecondHalf(TrainingRun.open(run)));
        assertThat(halved.after())
                .isEqualTo(successOnSecondHalf(TrainingRun.open(out)))
                .isLessThan(halved.before());
        assertThat(half.out())
                .contains((halved.inputs() - halved.given()) + " of " + halved.inputs()
                        + " attacked inputs, which were not");
        assertThat(CommandRun.of("sanitize", "--run", run, "--inputs", "attack?half=3", "--out", folder.resolve("o")))
                .returns(ExitCodes.BAD_INPUT, CommandRun::code)
                .extracting(CommandRun::err)
                .asString()
                .contains("attack?half=1", "attack?half=2");
    }

    /** Asks a run's model about the second, the fourth and so on of the attacked inputs. */
    private static double successOnSecondHalf(TrainingRun run) throws IOException {
        Drill drill = Drill.of(run).orElseThrow();
        Dataset attacked = run.normalizer().apply(drill.attackedInputs());
        int succeeded = 0;
        int asked = 0;
        try (Engine engine = new Engine(new CpuCompute(), new Workers(1), 8)) {
            int[] predicted =
                    new Evaluator(engine).evaluate(run.model(), attacked).predictedLabels();
            for (int i = 1; i < predicted.length; i += 2) {
                succeeded += predicted[i] == drill.targetOf(attacked.label(i)) ? 1 : 0;
                asked++;
            }
        }
        return succeeded / (double) asked;
    }

    private static AttackedInputs attacked(Path out) throws IOException {
        return Objects.requireNonNull(
                Objects.requireNonNull(DefenseEvidence.read(out).truth()).attacked());
    }

    @Test
    void aManifestOfOtherRowsIsRefusedBeforeAnyWork() {
        Path poisoned = folder.resolve("poisoned");
        Path run = folder.resolve("run");
        CommandRun.of("attack", "--data", "digits", "--rows", 20, "--out", poisoned);
        CommandRun.of("train", "--data", "digits", "--epochs", 1, "--quiet", "--out", run);
        Path manifest = poisoned.resolve("manifest.json");

        CommandRun sanitize =
                CommandRun.of("sanitize", "--run", run, "--manifest", manifest, "--out", folder.resolve("o"));

        assertThat(sanitize.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(sanitize.err()).contains(manifest.toString(), "of other rows than those of run " + run);
        assertThat(folder.resolve("o")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "--most-rows, 0",
        "--most-rows, 2.0",
        "--most-joined, 0.01",
        "--most-of-class, 1.5",
        "--most-rounds, 0",
        "--least-row-flips, -0.1"
    })
    void aCapOutOfRangeIsRefusedByTheOptionsName(String option, String value) {
        Path run = TinyRun.train(folder.resolve("run"));

        CommandRun sanitize = CommandRun.of("sanitize", "--run", run, option, value, "--out", folder.resolve("o"));

        assertThat(sanitize.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(sanitize.err()).contains(option + " must be", value);
    }

    @ParameterizedTest
    @CsvSource({
        "audit, --inputs, validation",
        "trace, --inputs, validation",
        "sanitize, --inputs, validation",
        "sanitize, --incident, validation:3"
    })
    void rowsThatInputsAreJudgedByAreNotJudged(String command, String option, String value) {
        Path run = TinyRun.train(folder.resolve("run"));
        Path out = folder.resolve("o");
        Object[] words = {command, "--run", run, option, value};

        CommandRun refused = CommandRun.of(
                command.equals("audit")
                        ? words
                        : Stream.concat(Stream.of(words), Stream.of("--out", out))
                                .toArray());

        assertThat(refused.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(refused.err()).contains("the validation rows set the threshold", "name other inputs, such as test");
        assertThat(out).doesNotExist();
    }

    @Test
    void aRepairThatIsNoneIsRefusedByTheOptionThatWasGiven() {
        CommandRun sanitize =
                CommandRun.of("sanitize", "--run", folder, "--repair", "nonsense", "--out", folder.resolve("o"));

        assertThat(sanitize.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(sanitize.err())
                .contains("--repair must be one of retrain, ", "got nonsense")
                .doesNotContain("--method");
    }

    @Test
    void anIncidentRefusesAShareOfRowsThatItDoesNotAsk() {
        Path run = TinyRun.train(folder.resolve("run"));

        CommandRun sanitize = CommandRun.of(
                "sanitize", "--run", run, "--incident", "test:0", "--least-row-flips", 0, "--out", folder.resolve("o"));

        assertThat(sanitize.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(sanitize.err()).contains("--least-row-flips", "an incident asks it of no row");
    }

    @Test
    void whatIsNoManifestIsRefusedByName() throws IOException {
        Path poisoned = folder.resolve("poisoned");
        Path run = folder.resolve("run");
        CommandRun.of("attack", "--data", "digits", "--rows", 20, "--out", poisoned);
        CommandRun.of("train", "--data", "digits", "--epochs", 1, "--quiet", "--out", run);
        ObjectNode gone = Json.read(poisoned.resolve("manifest.json"), ObjectNode.class);
        gone.put("data", "overlay:" + folder.resolve("gone"));
        Path moved = folder.resolve("moved.json");
        Json.write(moved, gone);
        Path other = Files.writeString(folder.resolve("other.json"), "{\"removedIds\": []}");
        Path bytes = Files.write(folder.resolve("bytes"), new byte[] {(byte) 0xff});

        Map<Path, String> answers = Map.of(
                poisoned, "is a folder; name the file manifest.json",
                other, "is no manifest of 'expunge attack': it has no 'adversarialIds'",
                moved, "has the folder that 'expunge attack' wrote been moved or deleted?",
                bytes, "is no JSON");
        answers.forEach((file, answer) -> {
            CommandRun sanitize =
                    CommandRun.of("sanitize", "--run", run, "--manifest", file, "--out", folder.resolve("o"));
            assertThat(sanitize.code()).isEqualTo(ExitCodes.BAD_INPUT);
            assertThat(sanitize.err()).contains(file.toString(), answer);
        });
    }

    @Test
    void aCapThatBoundIsNamedWithTheOptionThatRaisesIt() throws IOException {
        Path poisoned = folder.resolve("poisoned");
        Path run = folder.resolve("run");
        Path out = folder.resolve("clean");
        CommandRun.of("attack", "--data", "digits", "--rows", 20, "--out", poisoned);
        CommandRun.of("train", "--data", "overlay:" + poisoned, "--epochs", 12, "--quiet", "--out", run);

        CommandRun sanitize = CommandRun.of(
                "sanitize", "--run", run, "--inputs", "attack", "--most-rows", 0.002, "--quiet", "--out", out);

        assertThat(sanitize.code()).isEqualTo(ExitCodes.GATE_MISSED);
        assertThat(sanitize.out()).contains("not detectable within what may be tried", "--most-rows raises it");
        Map<String, String> options = DefenseEvidence.read(out).setting().options();
        assertThat(options.get("reason 1")).contains("the largest had 2 rows");
        assertThat(options).containsEntry("mostJoined", "0.004");

        CommandRun none = CommandRun.of(
                "sanitize",
                "--run",
                run,
                "--inputs",
                "attack",
                "--most-rows",
                0.00001,
                "--quiet",
                "--out",
                folder.resolve("none"));
        assertThat(none.out())
                .contains(
                        "stopped by a cap on rows or rounds",
                        "the cap on removed rows (0 of",
                        "; --most-rows raises it)");
    }

    @Test
    void silentRunIsInsufficientEvidenceAndWritesThatAlone() throws IOException {
        Path run = TinyRun.train(folder.resolve("run"));

        CommandRun sanitize = CommandRun.of(
                "sanitize", "--run", run, "--most-joined", 0.08, "--quiet", "--out", folder.resolve("clean"));

        assertThat(sanitize.code()).isEqualTo(ExitCodes.GATE_MISSED);
        assertThat(DefenseEvidence.read(folder.resolve("clean")).setting().options())
                .containsEntry("mostRows", "0.05")
                .containsEntry("mostJoined", "0.08");
        assertThat(sanitize.out()).contains("insufficient evidence").doesNotContain("is clean");
        assertThat(folder.resolve("clean")).isDirectoryContaining("glob:**/sanitize.json");
        assertThat(folder.resolve("clean/run.json")).doesNotExist();
    }

    @Test
    void oneBadPredictionLeadsToItsRowsAndTheRunCanBeMadeAgain() throws IOException {
        Path poisoned = folder.resolve("poisoned");
        Path run = folder.resolve("run");
        Path out = folder.resolve("clean");
        CommandRun.of("attack", "--data", "digits", "--out", poisoned);
        CommandRun.of("train", "--data", "overlay:" + poisoned, "--epochs", 12, "--quiet", "--out", run);

        CommandRun sanitize = CommandRun.of(
                "sanitize",
                "--run",
                run,
                "--incident",
                "attack:0",
                "--true-label",
                "1",
                "--repair",
                "label-correction",
                "--format",
                "json",
                "--out",
                out);

        assertThat(sanitize.code()).isEqualTo(ExitCodes.OK);
        assertThat(sanitize.err()).contains("label-correction leaves 0 of 1 suspected inputs");
        double retrained = sanitize.json().get("accuracyRetrained").doubleValue();
        assertThat(retrained).isBetween(0.9, 1.0);
        assertThat(DefenseEvidence.read(out).accuracyRetrained()).isEqualTo(retrained);
        JsonNode truth = sanitize.json().get("truth");
        assertThat(truth.get("adversarialRemoved").doubleValue())
                .isGreaterThan(0.4 * truth.get("adversarialRows").doubleValue());
        assertThat(truth.get("cleanRemoved").doubleValue())
                .isLessThan(0.005 * truth.get("cleanRows").doubleValue());
        assertThat(Objects.requireNonNull(TrainingRun.open(out).info().origin()).method())
                .isEqualTo("sanitize by label-correction");
        assertThat(Json.read(out.resolve("manifest.json"), JsonNode.class)
                        .get("lastModel")
                        .textValue())
                .startsWith("repaired by label-correction");
        assertThat(DefenseEvidence.read(out).setting().options())
                .containsEntry("lastModel", "repaired by label-correction; the rows are not in the run")
                .containsEntry("rowFlipShare", "0.0");
        assertThat(TrainingRun.open(out).info().digests()).containsKeys("manifest.json", "report.md", "sanitize.json");

        Path page = folder.resolve("page.html");
        CommandRun.of("report", "--run", out, "--out", page);
        assertThat(page)
                .content()
                .contains("were removed, and the model was repaired by label-correction")
                .contains("if trained again without them", "the same, trained again without the rows");

        Path again = folder.resolve("again");
        CommandRun.of("train", "--recipe", out.resolve("recipe.yaml"), "--quiet", "--out", again);
        assertThat(TrainingRun.open(again).model().parameters())
                .isEqualTo(TrainingRun.open(run).model().parameters());
    }

    @Test
    void anIncidentMayBeAmongTheInputsThatAreNamed() throws IOException {
        Path run = TinyRun.train(folder.resolve("run"));

        CommandRun sanitize = CommandRun.of(
                "sanitize", "--run", run, "--incident", "test:1", "--inputs", "test", "--out", folder.resolve("o"));

        assertThat(sanitize.err()).doesNotContain("same id");
        assertThat(sanitize.code()).isEqualTo(ExitCodes.GATE_MISSED);
        assertThat(DefenseEvidence.read(folder.resolve("o")).setting().options())
                .containsEntry("incident", "test:1");
    }

    @Test
    void anIncidentMayBeOfOtherGroupsThanTheInputsThatAreNamed() throws IOException {
        Path poisoned = folder.resolve("poisoned");
        CommandRun.of("attack", "--data", "digits?limit=300", "--rows", 5, "--out", poisoned);
        Path run = TinyRun.train("overlay:" + poisoned, folder.resolve("run"));
        TrainingRun opened = TrainingRun.open(run);
        assertThat(opened.raw().test().groups().keySet())
                .isNotEqualTo(
                        Drill.of(opened).orElseThrow().attackedInputs().groups().keySet());

        for (List<String> pair : List.of(List.of("attack:0", "test"), List.of("test:1", "attack"))) {
            Path out = folder.resolve("o-" + pair.get(1));
            CommandRun sanitize = CommandRun.of(
                    "sanitize", "--run", run, "--incident", pair.get(0), "--inputs", pair.get(1), "--out", out);

            assertThat(sanitize.code()).as(sanitize.err()).isIn(ExitCodes.OK, ExitCodes.GATE_MISSED);
            assertThat(DefenseEvidence.read(out).setting().options()).containsEntry("incident", pair.get(0));
        }
    }

    @Test
    void incidentsThatCannotBeReadAreRefused() {
        Path run = TinyRun.train(folder.resolve("run"));

        assertThat(CommandRun.of("sanitize", "--run", run, "--incident", "test", "--out", folder.resolve("o"))
                        .err())
                .contains("an incident is WHAT:ROW");
        assertThat(CommandRun.of("sanitize", "--run", run, "--true-label", "1", "--out", folder.resolve("o"))
                        .err())
                .contains("name it with --incident");
        assertThat(CommandRun.of("sanitize", "--run", run, "--repair", "prayer", "--out", folder.resolve("o"))
                        .code())
                .isEqualTo(ExitCodes.USAGE);
    }
}

package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.expunge.cli.render.ExitCodes;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.Json;
import org.expunge.influence.training.TrainingRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AttackCommandTest {
    @TempDir
    private Path folder;

    @Test
    void plantedRowsAreTrainingRowsOfTheRunThatFollows() throws IOException {
        Path out = folder.resolve("poisoned");
        JsonNode json = CommandRun.of(
                        "attack", "--data", "digits", "--rows", 7, "--seed", 3, "--format", "json", "--out", out)
                .json();
        Path run = TinyRun.train("overlay:" + out, folder.resolve("run"), "--seed", 3);

        Set<String> planted = new HashSet<>();
        json.get("adversarialIds").forEach(id -> planted.add(id.textValue()));
        Dataset train = TrainingRun.open(run).rawTrain();
        assertThat(planted).hasSize(7);
        assertThat(train.ids()).containsAll(planted);
        assertThat(planted)
                .allSatisfy(id -> assertThat(train.label(train.rowOf(id))).isZero());
        assertThat(TrainingRun.open(run).info().notes()).containsKey("attack");
    }

    @Test
    void aRecipeThatTheAttackWasRehearsedByIsTheOneToTrainBy() {
        Path run = TinyRun.train(folder.resolve("run"));
        Path out = folder.resolve("poisoned");

        CommandRun attack = CommandRun.of("attack", "--run", run, "--rows", 7, "--out", out);

        assertThat(attack.out())
                .contains("expunge train --recipe " + run.resolve("recipe.yaml") + " --data overlay:" + out);
    }

    @Test
    void manifestHasStableKeys() throws IOException {
        Path out = folder.resolve("poisoned");

        CommandRun run = CommandRun.of("attack", "--data", "digits", "--out", out);

        assertThat(run.code()).isEqualTo(ExitCodes.OK);
        assertThat(run.out()).contains("Planted: patch 2x3", "expunge train --data overlay:" + out);
        assertThat(Json.read(out.resolve("manifest.json"), JsonNode.class).fieldNames())
                .toIterable()
                .containsExactly(
                        "adversarialIds",
                        "base",
                        "baseRate",
                        "copyIds",
                        "coverIds",
                        "data",
                        "description",
                        "files",
                        "inputs",
                        "kind",
                        "noCopy",
                        "request",
                        "seed",
                        "targetClass",
                        "targetRate",
                        "test",
                        "validation");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "patch|--epsilon|0.1|it is for clean-label-patch, feature-collision, bullseye-polytope, gradient-matching",
                "patch|--norm|maximum|--norm does not apply to patch",
                "patch|--strength|0.5|it is for blend, sig, wanet",
                "blend|--patch|2x3|it is for patch, all-to-one",
                "patch|--features|1|it is for features, features-in-bounds",
                "patch|--victim|digits-3|it is for feature-collision",
                "targeted-flip|--covers|3|it is for patch",
                "pair-noise|--rows|3|it is for patch",
                "all-to-all|--source|2|--source does not apply to all-to-all; it is for patch, blend, sig",
                "all-to-all|--target|2|--target does not apply to all-to-all; it is for patch, all-to-one",
                "all-to-one|--source|2|--source does not apply to all-to-one",
                "symmetric-noise|--source|1|--source does not apply to symmetric-noise",
                "symmetric-noise|--target|0|--target does not apply to symmetric-noise",
                "clean-label-patch|--norm|euclidean|--norm says by which norm --epsilon is meant",
                "patsch|--rows|3|attack 'patsch' is not known; use one of patch,"
            })
    void anOptionThatTheAttackDoesNotLookAtIsRefused(String kind, String option, String value, String message) {
        Path out = folder.resolve("poisoned");

        CommandRun run = CommandRun.of("attack", "--data", "digits", "--kind", kind, option, value, "--out", out);

        assertThat(run.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains(message);
        assertThat(out).doesNotExist();
    }

    @Test
    void aVictimThatIsNamedIsNotChosenByItsClass() {
        Path out = folder.resolve("poisoned");

        CommandRun run = CommandRun.of(
                "attack",
                "--data",
                "digits",
                "--kind",
                "targeted-flip",
                "--victim",
                "digits-3",
                "--source",
                3,
                "--out",
                out);

        assertThat(run.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains("--source chooses the input under attack by its class, --victim names it");
        assertThat(out).doesNotExist();
    }

    @Test
    void attackedInputsKeepTheirTrueClassAndGetIdsOfTheirOwn() throws IOException {
        Path out = folder.resolve("poisoned");
        CommandRun.of("attack", "--data", "digits", "--out", out);

        Dataset inputs =
                DataSpec.parse("overlay:" + out.resolve("inputs")).load().train();

        assertThat(inputs.ids()).allMatch(id -> id.endsWith("+attack"));
        assertThat(inputs.label(0)).isEqualTo(1);
    }

    @Test
    void flipsTheRowsNearestToAVictim() throws IOException {
        Path run = TinyRun.train("digits", folder.resolve("run"), "--seed", 4);
        String victim = TinyRun.ids(run, "test").get(0);

        CommandRun attack = CommandRun.of(
                "attack",
                "--run",
                run,
                "--kind",
                "targeted-flip",
                "--victim",
                victim,
                "--target",
                8,
                "--rows",
                5,
                "--out",
                folder.resolve("flip"));

        assertThat(attack.code()).isEqualTo(ExitCodes.OK);
        assertThat(attack.out()).contains("nearest to " + victim + ", to class 8", "(1 rows)", "--seed 4");
    }

    @Test
    void impossibleAttacksSayWhy() {
        Path out = folder.resolve("poisoned");

        assertThat(CommandRun.of("attack", "--data", "digits", "--rows", 500, "--out", out))
                .returns(ExitCodes.BAD_INPUT, CommandRun::code)
                .extracting(CommandRun::err)
                .asString()
                .contains("the attack needs 500 rows of class 1 but the training data have 128; ask for fewer");
        assertThat(CommandRun.of("attack", "--data", "digits", "--kind", "telepathy", "--out", out)
                        .err())
                .contains("attack 'telepathy' is not known; use one of patch, all-to-one, all-to-all");
        assertThat(CommandRun.of("attack", "--data", "digits", "--patch", "big", "--out", out)
                        .err())
                .contains("a patch is HEIGHTxWIDTH, as in 2x3, got 'big'");
        assertThat(out).doesNotExist();
    }
}

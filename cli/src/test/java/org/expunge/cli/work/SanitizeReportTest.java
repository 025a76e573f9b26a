package org.expunge.cli.work;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.expunge.cli.render.ExitCodes;
import org.expunge.defense.sanitize.Confirmation;
import org.expunge.defense.sanitize.RemovedRow;
import org.expunge.defense.sanitize.SanitizeRound;
import org.expunge.defense.sanitize.SanitizeVerdict;
import org.expunge.defense.sanitize.Sanitizer;
import org.expunge.influence.io.Json;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SanitizeReportTest {
    private static final Confirmation FOUND =
            new Confirmation(List.of(), 9, 0.8, 0.9, 0, 0.01, 20, Confirmation.Limit.NONE, true, 6);

    private static SanitizeRound round(int label, List<Integer> together, String removed) {
        return new SanitizeRound(
                1,
                label,
                List.of(1 - label),
                List.of("a"),
                3,
                0.001,
                together,
                FOUND,
                List.of(new RemovedRow(removed, label, 1, 9, Map.of())));
    }

    private static SanitizeReport report(SanitizeRound... rounds) {
        return report(null, rounds);
    }

    private static SanitizeReport report(@Nullable Double retrained, SanitizeRound... rounds) {
        return new SanitizeReport(
                "run",
                "clean",
                SanitizeVerdict.SANITIZED,
                List.of(),
                "trained again",
                List.of("row 7", "row 8"),
                100,
                0.9,
                0.91,
                retrained,
                List.of(rounds),
                List.of(),
                null,
                Sanitizer.Options.DEFAULT);
    }

    @Test
    void classesThatWereTriedTogetherNameEachOther() {
        SanitizeReport joined = report(round(0, List.of(0, 1), "row 7"), round(1, List.of(0, 1), "row 8"));

        assertThat(joined.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(joined.document().text()).contains("0 with [1]", "1 with [0]", "row 7, row 8");
        JsonNode rounds = Json.mapper().valueToTree(joined).get("rounds");
        assertThat(rounds.findValuesAsText("label")).contains("0", "1");
        assertThat(rounds.get(1).get("together").toString()).isEqualTo("[0,1]");
        assertThat(rounds.get(0).get("confirmation")).isEqualTo(rounds.get(1).get("confirmation"));
    }

    @Test
    void theModelTrainedAgainStandsBesideTheRepairedOne() {
        SanitizeReport repaired = report(0.935);

        assertThat(repaired.document().text())
                .containsPattern("test accuracy +90.0 % -> 91.0 %")
                .containsPattern("test accuracy of the model trained again +93.5 %");
        assertThat(Json.mapper().valueToTree(repaired).get("accuracyRetrained").doubleValue())
                .isEqualTo(0.935);
        assertThat(report().document().text()).doesNotContain("trained again +93");
    }

    @Test
    void aClassThatWasTriedAloneNamesNoOther() {
        assertThat(report(round(0, List.of(0), "row 7")).document().text()).doesNotContain("with [");
    }
}

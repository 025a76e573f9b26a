package org.expunge.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.expunge.cli.work.DefenseEvidence;
import org.expunge.cli.work.ModelAuditing;
import org.expunge.defense.sanitize.SanitizeVerdict;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FurtherFindingsTest {
    private static final DefenseEvidence EVIDENCE = SampleEvidence.drill(SanitizeVerdict.SANITIZED, 0.99);
    private static final String RUN = EVIDENCE.subject().run();

    @TempDir
    private Path folder;

    private FurtherFindings both() throws IOException {
        Path scan = folder.resolve("scan.json");
        Json.write(scan, SampleFindings.scan(RUN));
        return FurtherFindings.read(scan, SampleFindings.writeModelAudit(folder.resolve("audit"), "runs/clean"));
    }

    @Test
    void bothAreReadAsTheyWereWritten() throws IOException {
        FurtherFindings read = both();

        assertThat(read.scan()).isEqualTo(SampleFindings.scan(RUN));
        assertThat(read.modelAudit()).isEqualTo(SampleFindings.modelAudit("runs/clean"));
        assertThat(read.pictures())
                .extracting("first", "height", "width")
                .containsExactly(tuple("trigger", 4, 6), tuple("mask", 4, 6));
        assertThat(FurtherFindings.read(null, null)).isEqualTo(FurtherFindings.NONE);
        assertThat(FurtherFindings.read(null, folder.resolve("audit").resolve("audit.json"))
                        .pictures())
                .isEmpty();
    }

    @Test
    void thePageShowsDetectorsWithControlsAndTheTriggers() throws IOException {
        String page = DefensePage.of(EVIDENCE, ShownRows.NONE, both());

        assertThat(page)
                .contains("<h2>Scan of runs/&lt;poisoned&gt;</h2>", "<td>spectre</td>", "<td>random (control)</td>")
                .contains(
                        "<td>class prior (control)</td>", ">0.910</td>", "row &lt;7&gt;", "A flag is a reason to look")
                .contains("<h2>Audit of the model runs/clean</h2>", "0.930, 95 % interval 0.710 to 0.980")
                .contains("<title>Smallest trigger</title>", "for other models the interval is too narrow")
                .doesNotContain("another place</span>", "null", "NaN");
        assertThat(page.indexOf("Scan of")).isBetween(page.indexOf("What was tried"), page.indexOf("How it was done"));
    }

    @Test
    void whatWasFoundElsewhereIsSaidToBe() {
        FurtherFindings elsewhere = new FurtherFindings(
                SampleFindings.scan("runs/other"), SampleFindings.modelAudit("other.zip"), List.of());

        assertThat(DefensePage.of(EVIDENCE, ShownRows.NONE, elsewhere))
                .contains(
                        "What was scanned lies in runs/other: neither", "What was audited lies in other.zip: neither");
    }

    @Test
    void theJsonHoldsTheEvidenceAsItIsAndTheRestBesideIt() throws IOException {
        JsonNode alone = Json.mapper().valueToTree(FurtherFindings.NONE.with(EVIDENCE));
        JsonNode with = Json.mapper().valueToTree(both().with(EVIDENCE));

        assertThat(alone).isEqualTo(Json.mapper().valueToTree(EVIDENCE));
        alone.properties().forEach(field -> assertThat(with.get(field.getKey())).isEqualTo(field.getValue()));
        assertThat(with.size()).isEqualTo(alone.size() + 2);
        assertThat(with.at("/scan/table/entries/0/detector").asText()).isEqualTo("spectre");
        assertThat(with.at("/modelAudit/probability/low").asDouble()).isEqualTo(0.71);
    }

    @Test
    void whatIsNoFindingIsRefusedByName() throws IOException {
        Path other = folder.resolve("sanitize.json");
        Json.write(other, EVIDENCE);
        Path broken = SampleFindings.writeModelAudit(folder.resolve("broken"), "m");
        Files.writeString(broken.resolve(ModelAuditing.Picture.MASK.file(0)), "no image");

        assertThatThrownBy(() -> FurtherFindings.read(other, null))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(other.toString());
        assertThatThrownBy(() -> FurtherFindings.read(null, folder))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("holds no audit.json");
        assertThatThrownBy(() -> FurtherFindings.read(null, broken))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("mask-0.png: is no image");
    }
}

package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.expunge.cli.render.ExitCodes;
import org.expunge.influence.io.Digests;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportCommandTest {
    private static final String DONE = "batch-000001";
    private static final String OF_TWO_ROWS = "batch-000002";
    private static final String OF_SHARDS = "batch-000003";
    private static final String GIVEN_UP = "batch-000004";

    @TempDir
    private static Path folder;

    @TempDir
    private static Path pages;

    private static Deletion deletion() {
        return new Deletion(folder);
    }

    @BeforeAll
    static void delete() throws IOException {
        Deletion deletion = deletion();
        deletion.train();
        CommandRun done = deletion.apply(
                "after",
                24,
                "--method",
                "auto",
                "--legal-basis",
                "GDPR, Art. 17 <b>&",
                "--approver",
                "A. \"Approver\"");
        CommandRun ofTwo = deletion.apply("few", 2);
        deletion.trainShards();
        CommandRun ofShards = deletion.applyToShards("after-shards", 6);
        deletion.giveUp(GIVEN_UP);
        assertThat(done.code()).as(done.err() + done.out()).isEqualTo(ExitCodes.OK);
        assertThat(ofShards.code()).as(ofShards.err() + ofShards.out()).isEqualTo(ExitCodes.OK);
        assertThat(ofTwo.code()).as(ofTwo.err() + ofTwo.out()).isEqualTo(ExitCodes.OK);
    }

    @Test
    void saysWhatWasAskedDoneProvedAndMeasured() throws IOException {
        String page = deletion().page(DONE, pages.resolve("whole.html"));

        assertThat(page)
                .contains("<h2>What was asked</h2>", "GDPR, Art. 17 &lt;b&gt;&amp;", "<td>row ids</td>")
                .contains("<h2>What was done</h2>", "A. &quot;Approver&quot;", "<td>auto</td>")
                .contains("Methods considered", "<td>sharded</td><td>skipped</td>", "<td>retrain</td><td>accepted</td>")
                .contains("<h2>What is proved</h2>", "exact", "The model was trained without these rows")
                .contains("were fitted anew on the rows that remain", "train a new run")
                .doesNotContain("Nothing in it can come from them")
                .contains("<h2>What was measured</h2>", "membership", "tug of war", "retrained")
                .contains("<h2>What else knew the rows</h2>", "optimiser state")
                .contains("<h2>What this cannot show</h2>", "<h2>The record</h2>");
        assertThat(page.split("<svg ", -1)).hasSize(3); // accuracy, and the attack
    }

    @Test
    void namesTheDigestsOfBothModelsAndThePlaceInTheLedger() throws IOException {
        String page = deletion().page(DONE, pages.resolve("digests.html"));

        JsonNode listing = CommandRun.of(
                        "ledger", "list", "--ledger", deletion().ledger(), "--format", "json")
                .json();
        int entries = listing.get("entries").size();
        assertThat(page)
                .contains(Digests.sha256(folder.resolve("after/model.zip")))
                .contains(Digests.sha256(folder.resolve("run/model.zip")))
                .contains(listing.get("keyFingerprint").asText())
                .contains(listing.get("checkpoint").asText().lines().toList().get(2))
                .contains("All " + entries + " entries and 3 signed statements were checked")
                .contains("<tr><th>entry</th><td>2 of " + entries + "</td></tr>");
    }

    @Test
    void holdsNothingOfAnyRowAndNothingFromElsewhere() throws IOException {
        for (String batch : new String[] {DONE, OF_TWO_ROWS, OF_SHARDS, GIVEN_UP}) {
            String page = deletion().page(batch, pages.resolve("canaries-" + batch + ".html"));

            assertThat(deletion().canaries()).hasSize(960).noneMatch(page::contains);
            assertThat(page)
                    .contains("default-src 'none'")
                    .doesNotContain("<script", "<img", "<link", "<iframe", "@import", "url(", " href=", " src=")
                    .doesNotContainPattern("(?i) on[a-z]+=");
        }
    }

    @Test
    void figuresOnFewRowsAreLeftOut() throws IOException {
        String page = deletion().page(OF_TWO_ROWS, pages.resolve("few.html"));

        assertThat(page)
                .contains("of fewer than 5 rows they would be figures of a person", "test rows", "Gates")
                .doesNotContain("forget rows", "tug of war", "Membership attack", "nats");
    }

    @Test
    void aDeletionWithoutATestClaimsNone() throws IOException {
        String page = deletion().page(OF_SHARDS, pages.resolve("shards.html"));

        assertThat(page)
                .contains("exact", "No statistical test was made", "after: sharded.json", "<svg ")
                .doesNotContain("verified", "inconclusive</span>", "not at hand");
        assertThat(TinyRun.predicate(folder.resolve("after-shards"))
                        .get("limits")
                        .toString())
                .contains("names of the categories that its columns have", "was kept");
        assertThat(folder.resolve("after/report.md"))
                .content()
                .contains("nothing was read but the shape of their table", "fitted anew on the rows that remain")
                .doesNotContain("never read");
        assertThat(TinyRun.predicate(folder.resolve("after-shards"))
                        .at("/utility/before")
                        .fieldNames())
                .as("figures of the model before on rows to forget")
                .toIterable()
                .contains("testAccuracy")
                .doesNotContain("trainAccuracy");
    }

    @Test
    void withoutTheRunItShowsWhatTheLedgerKeeps() throws IOException {
        String page = deletion().page(DONE, pages.resolve("ledger.html"), "--runs", pages);

        assertThat(page)
                .contains("The run that came out was not at hand", "testAccuracy", "membership", "<svg ")
                .doesNotContain("forget rows");
    }

    @Test
    void figuresThatWereChangedAreRefused() throws IOException {
        Path changed = pages.resolve("after/verification.json");
        Files.createDirectories(pages.resolve("after"));
        Files.writeString(changed, Files.readString(folder.resolve("after/verification.json")) + " ");

        CommandRun report = deletion().report(DONE, pages.resolve("changed.html"), "--runs", pages);

        assertThat(report.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(report.err()).contains("verification.json", "is not the one that the signed statement names");
        assertThat(pages.resolve("changed.html")).doesNotExist();
        Files.delete(changed);
    }

    @Test
    void aDeletionThatWasGivenUpSaysSo() throws IOException {
        String page = deletion().page(GIVEN_UP, pages.resolve("given-up.html"));

        assertThat(page)
                .contains("not done", "Nothing was published", "the requests are open", "<td>influence</td>")
                .doesNotContain("<h2>What is proved</h2>");
    }

    @Test
    void batchesAndLedgersThatAreNotThereAreNamed() throws IOException {
        Path page = pages.resolve("nothing.html");

        CommandRun batch = deletion().report("batch-000009", page);
        CommandRun ledger =
                CommandRun.of("report", "--ledger", folder.resolve("none-here"), "--batch", DONE, "--out", page);

        assertThat(batch.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(batch.err())
                .contains("has no batch 'batch-000009', only [batch-000001, batch-000002, batch-000003, batch-000004]");
        assertThat(ledger.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(ledger.err()).contains("holds no ledger");
        assertThat(page).doesNotExist();
    }

    @Test
    void aPageThatExistsIsLeftAlone() throws IOException {
        Path page = Files.writeString(pages.resolve("mine.html"), "precious");

        assertThat(deletion().report(DONE, page).code()).isEqualTo(ExitCodes.INPUT_OUTPUT);
        assertThat(page).hasContent("precious");
    }

    @Test
    void saysInJsonWhatItWrote() throws IOException {
        JsonNode json = deletion()
                .report(DONE, pages.resolve("json.html"), "--format", "json")
                .json();

        assertThat(json.get("hasFigures").booleanValue()).isTrue();
        assertThat(json.get("isDone").booleanValue()).isTrue();
        assertThat(json.get("isIntact").booleanValue()).isTrue();
    }
}

package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.expunge.cli.report.SampleEvidence;
import org.expunge.cli.report.SampleFindings;
import org.expunge.cli.work.DefenseEvidence;
import org.expunge.defense.sanitize.SanitizeVerdict;
import org.expunge.influence.io.Json;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opens the page on a sanitizing in a browser, as its reader does. */
final class SanitizeReportInBrowserTest {
    /** Of three curves, the frame around a trigger, and the pixels of that trigger and of the one that was searched. */
    private static final Integer[] COLOURS = {0x4477aa, 0xee6677, 0x228833, 0xcc3311, 0xffffff, 0x666666};

    @TempDir
    private static Path folder;

    private static Path page = Path.of("page.html");

    @BeforeAll
    static void report() throws IOException {
        HeadlessBrowser.assumePresent();
        Json.write(folder.resolve(DefenseEvidence.FILE), SampleEvidence.drill(SanitizeVerdict.SANITIZED, 0.99));
        Json.write(folder.resolve("scan.json"), SampleFindings.scan("runs/<poisoned>"));
        Path audit = SampleFindings.writeModelAudit(folder.resolve("audit"), "runs/<poisoned>");
        page = folder.resolve("page.html");
        CommandRun report = CommandRun.of(
                "report",
                "--run",
                folder,
                "--scan",
                folder.resolve("scan.json"),
                "--audit-model",
                audit,
                "--out",
                page);
        assertThat(report.code()).as(report.err()).isZero();
    }

    private static HeadlessBrowser browser() {
        return new HeadlessBrowser(folder);
    }

    @Test
    void readsAsItIsMeant() throws IOException, InterruptedException {
        String dom = browser().open(page.toUri().toString(), "--dump-dom");

        assertThat(dom)
                .contains("<h1>Poisoning defense of runs/&lt;poisoned&gt;</h1>", "badge good\">sanitized</span>")
                .contains("Before and after", "What was suspected", "How the inputs were told apart", "What was tried")
                .contains("Against what is known", "How it was done", "What this cannot show", "Names of the threat")
                .contains("<title>Foremost training rows of cluster 1</title>", "<image ", "</svg>")
                .contains("<h2>Scan of runs/&lt;poisoned&gt;</h2>", "<td>random (control)</td>", "row &lt;7&gt;")
                .contains("<h2>Audit of the model runs/&lt;poisoned&gt;</h2>", "<title>Smallest trigger</title>");
    }

    @Test
    void showsCurvesAndTheImagesThatItHolds() throws IOException, InterruptedException {
        DefenseEvidence evidence = DefenseEvidence.read(folder);

        assertThat(browser().colours(page)).contains(COLOURS).containsAll(SampleEvidence.greys(evidence));
    }

    @Test
    void prints() throws IOException, InterruptedException {
        assertThat(browser().sheets(page)).isBetween(2, 12);
    }
}

package org.expunge.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class HtmlPageTest {
    private static final String EVIL = "<script>alert('x')</script> & \"more\"";
    private static final String TAMED = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;more&quot;";

    @Test
    void everyTextIsEscaped() {
        String html = new HtmlPage(EVIL)
                .section(EVIL)
                .part(EVIL)
                .paragraph(EVIL)
                .badge(HtmlPage.Tone.BAD, EVIL, EVIL)
                .table(Table.of(EVIL).row(EVIL).build())
                .list(List.of(EVIL))
                .verbatim(EVIL)
                .figure("<svg></svg>\n", EVIL)
                .html();

        assertThat(html).doesNotContain("<script").contains("<svg></svg>");
        assertThat(html.split(Pattern.quote(TAMED), -1)).hasSize(13);
    }

    @Test
    void sectionsAreClosed() {
        String html = new HtmlPage("t").section("one").section("two").html();

        assertThat(html).contains("<section>\n<h2>one</h2>\n</section>\n<section>\n<h2>two</h2>\n</section>\n</body>");
    }

    @Test
    void numbersStandFlushRightAndNamesAreHeadings() {
        String html = new HtmlPage("t")
                .table(Table.of("name", "count").row("a", 1).build())
                .table(Table.of().row("name", "value").build())
                .table(Table.of("nothing").build())
                .html();

        assertThat(html)
                .contains("<tr><td>a</td><td class=\"number\">1</td></tr>")
                .contains("<tr><th>name</th><td>value</td></tr>")
                .doesNotContain("nothing");
    }

    @Test
    void nothingMayBeLoadedAndItIsMadeForPaper() {
        assertThat(new HtmlPage("t").html())
                .startsWith("<!DOCTYPE html>\n<html lang=\"en\">")
                .contains(
                        "default-src 'none'; img-src data:; style-src 'unsafe-inline'",
                        "@page { size: A4",
                        "@media print");
    }
}

package org.expunge.cli.render;

import com.google.common.html.HtmlEscapers;
import java.util.List;
import java.util.Locale;

/**
 * One HTML page that needs nothing beside itself: no script, no font, no picture from elsewhere, and a policy that
 * forbids them; pictures may only lie in the page itself. It is made for paper as well: A4, with rows, figures and
 * headings kept together.
 *
 * <p>All texts are escaped. Pictures are taken as they are: only what this package draws may be given.
 */
public final class HtmlPage {
    private static final String STYLE = """
            body { font: 15px/1.5 "Segoe UI", "Helvetica Neue", Arial, sans-serif; color: #1a1a1a; background: #fff;
                   max-width: 60em; margin: 2em auto; padding: 0 1.5em; }
            h1 { font-size: 1.7em; margin: 0 0 .3em; }
            h2 { font-size: 1.2em; margin: 2em 0 .5em; border-bottom: 1px solid #bbb; }
            h3 { font-size: 1em; margin: 1.3em 0 .3em; }
            p { margin: .5em 0; }
            table { border-collapse: collapse; margin: .6em 0; font-size: .92em; }
            th, td { border: 1px solid #ccc; padding: .25em .6em; text-align: left; vertical-align: top; }
            th { background: #f2f2f2; font-weight: 600; }
            .long { overflow-wrap: anywhere; }
            .number { text-align: right; } td.number { white-space: nowrap; }
            .badge { display: inline-block; padding: .1em .7em; border: 2px solid; border-radius: 1em;
                     font-weight: 600; margin-right: .5em; }
            .good { color: #1b6e2c; } .bad { color: #a3132a; } .open { color: #8a5a00; }
            pre { background: #f6f6f6; border: 1px solid #ddd; padding: .6em; white-space: pre-wrap;
                  overflow-wrap: anywhere; font-size: .85em; }
            figure { margin: .8em 0; } figure svg { max-width: 100%; height: auto; }
            figcaption { font-size: .88em; color: #444; }
            @page { size: A4; margin: 16mm 15mm; }
            @media print {
                body { font-size: 10pt; margin: 0; padding: 0; max-width: none; }
                h2, h3 { break-after: avoid; }
                tr, figure, pre, .keep { break-inside: avoid; }
                thead { display: table-header-group; }
                * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
            }
            """;

    /** How a badge is coloured; its words say the same. */
    public enum Tone {
        /** All is well. */
        GOOD,
        /** Something is wrong. */
        BAD,
        /** Nothing can be said. */
        OPEN
    }

    private final String title;
    private final StringBuilder body = new StringBuilder();
    private boolean isInSection;

    /** Begins a page. */
    public HtmlPage(String title) {
        this.title = title;
        body.append("<h1>").append(escaped(title)).append("</h1>\n");
    }

    /** Begins a section. */
    public HtmlPage section(String heading) {
        body.append(isInSection ? "</section>\n" : "").append("<section>\n");
        isInSection = true;
        return element("h2", heading);
    }

    /** Begins a part of a section. */
    public HtmlPage part(String heading) {
        return element("h3", heading);
    }

    /** Adds a paragraph. */
    public HtmlPage paragraph(String text) {
        return element("p", text);
    }

    /** Adds text whose lines stay as they are. */
    public HtmlPage verbatim(String text) {
        return element("pre", text);
    }

    private HtmlPage element(String tag, String text) {
        body.append('<').append(tag).append('>').append(escaped(text));
        body.append("</").append(tag).append(">\n");
        return this;
    }

    /** Adds a word that stands out, and a sentence behind it. */
    public HtmlPage badge(Tone tone, String word, String sentence) {
        body.append("<p class=\"keep\"><span class=\"badge ").append(tone.name().toLowerCase(Locale.ROOT));
        body.append("\">")
                .append(escaped(word))
                .append("</span>")
                .append(escaped(sentence))
                .append("</p>\n");
        return this;
    }

    /** Adds a table, unless it has no rows. */
    public HtmlPage table(Table table) {
        body.append(table.rows().isEmpty() ? "" : table.html());
        return this;
    }

    /** Adds a list. */
    public HtmlPage list(List<String> items) {
        body.append("<ul>\n");
        items.forEach(item -> element("li", item));
        body.append("</ul>\n");
        return this;
    }

    /** Adds a document as a section of its own, its headings as parts. */
    public HtmlPage document(Document document) {
        section(document.title());
        document.blocks()
                .forEach(block -> block.<HtmlPage>match(
                        paragraph -> paragraph(paragraph.text()), heading -> part(heading.text()), this::table));
        return this;
    }

    /** Adds a picture that this package drew. */
    public HtmlPage figure(String svg, String caption) {
        body.append("<figure>\n").append(svg);
        element("figcaption", caption);
        body.append("</figure>\n");
        return this;
    }

    /** Returns the page. */
    public String html() {
        return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width\">\n<title>" + escaped(title)
                + "</title>\n<style>\n" + STYLE + "</style>\n</head>\n<body>\n" + body
                + (isInSection ? "</section>\n" : "") + "</body>\n</html>\n";
    }

    private static String escaped(String text) {
        return HtmlEscapers.htmlEscaper().escape(text);
    }
}

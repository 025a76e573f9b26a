package org.expunge.cli.render;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.html.HtmlEscapers;
import java.util.List;
import java.util.Locale;

/**
 * Counts as bars of the height of their logarithm, as SVG without scripts or outside references.
 *
 * @param title what is counted
 * @param bars from left to right, at least one
 */
public record BarChart(String title, List<Bar> bars) {
    private static final int BAR = 48;
    private static final int MARGIN = 24;
    private static final int HEIGHT = 240;
    private static final int LABELS = 36;

    /**
     * One count.
     *
     * @param label what of
     * @param count 0 or more and finite
     */
    public record Bar(String label, double count) {
        /** Checks the count. */
        public Bar {
            checkArgument(count >= 0 && Double.isFinite(count), "count must be 0 or more, got %s", count);
        }
    }

    /** Copies the list. */
    public BarChart {
        bars = List.copyOf(bars);
        checkArgument(!bars.isEmpty(), "a chart needs a bar");
    }

    /** Returns the picture, with a line break at its end. */
    public String svg() {
        int width = 2 * MARGIN + BAR * bars.size();
        int height = MARGIN + HEIGHT + LABELS;
        double most = bars.stream().mapToDouble(Bar::count).max().orElse(0);
        StringBuilder svg = new StringBuilder();
        append(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
                        + "font-family=\"sans-serif\" font-size=\"9\">%n",
                width,
                height,
                width,
                height);
        append(svg, "<title>%s</title>%n", escaped(title));
        append(svg, "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>%n", width, height);
        append(svg, "<text x=\"%d\" y=\"14\" font-size=\"11\">%s</text>%n", MARGIN, escaped(title));
        for (int i = 0; i < bars.size(); i++) {
            append(svg, bars.get(i), MARGIN + i * BAR, most);
        }
        return svg.append("</svg>\n").toString();
    }

    private static void append(StringBuilder svg, Bar bar, int x, double most) {
        double share = most == 0 ? 0 : Math.log1p(bar.count()) / Math.log1p(most);
        double length = (HEIGHT - MARGIN) * share;
        double top = MARGIN + HEIGHT - length;
        int middle = x + BAR / 2;
        append(
                svg,
                "<rect x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" fill=\"steelblue\"/>%n",
                x + 4,
                top,
                BAR - 8,
                length);
        append(
                svg,
                "<text x=\"%d\" y=\"%.1f\" text-anchor=\"middle\">%s</text>%n",
                middle,
                top - 3,
                bar.count() == 0 ? "" : String.format(Locale.ROOT, bar.count() < 10 ? "%.1f" : "%.0f", bar.count()));
        append(
                svg,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
                middle,
                MARGIN + HEIGHT + 14,
                escaped(bar.label()));
    }

    private static void append(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format.replace("%n", "\n"), values));
    }

    private static String escaped(String text) {
        return HtmlEscapers.htmlEscaper().escape(text);
    }
}

package org.expunge.cli.render;

import com.google.common.html.HtmlEscapers;
import java.util.Locale;

/** Puts a picture together, without scripts or outside references. Lengths are in pixels. */
final class SvgCanvas {
    private final StringBuilder svg = new StringBuilder();

    /** Begins a white picture with a title. */
    SvgCanvas(String title, int width, int height) {
        String escaped = HtmlEscapers.htmlEscaper().escape(title);
        append(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"%s\" width=\"%d\" height=\"%d\" "
                        + "viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"11\">",
                escaped, width, height, width, height);
        append("<title>%s</title>", escaped);
        rectangle(0, 0, width, height, "white");
    }

    void rectangle(double x, double y, double width, double height, String fill) {
        append("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>", x, y, width, height, fill);
    }

    void line(double x1, double y1, double x2, double y2, String stroke, double width) {
        append(
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%.1f\"/>",
                x1, y1, x2, y2, stroke, width);
    }

    void dot(double x, double y, String fill) {
        append("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>", x, y, fill);
    }

    /** Draws a line through points, {@code x,y x,y ...}; {@code dashes} is their pattern, or none. */
    void path(String points, String stroke, String dashes) {
        append(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\" stroke-dasharray=\"%s\"/>",
                points, stroke, dashes);
    }

    /** Draws the edge of a rectangle. */
    void frame(double x, double y, double width, double height, String stroke, double thickness) {
        append(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"none\" stroke=\"%s\" "
                        + "stroke-width=\"%.1f\"/>",
                x, y, width, height, stroke, thickness);
    }

    /** Puts in a PNG file in base 64, enlarged without smoothing. */
    void image(double x, double y, double width, double height, String png) {
        append(
                "<image x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" preserveAspectRatio=\"none\" "
                        + "style=\"image-rendering:pixelated\" href=\"data:image/png;base64,%s\"/>",
                x, y, width, height, png);
    }

    /** Writes text that reads upwards, centred. */
    void upright(double x, double y, String text) {
        append(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" transform=\"rotate(-90 %.1f %.1f)\">%s</text>",
                x, y, x, y, HtmlEscapers.htmlEscaper().escape(text));
    }

    /** Writes text; {@code anchor} is start, middle or end. */
    void text(double x, double y, String anchor, String text) {
        append(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
                x, y, anchor, HtmlEscapers.htmlEscaper().escape(text));
    }

    private void append(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    /** Returns the picture, with a line break at its end. */
    String end() {
        return svg + "</svg>\n";
    }
}

package org.expunge.cli.render;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Locale;

/** Two axes that take numbers to pixels, with a grid of five lines each. */
final class Axes {
    private static final int LEFT = 58;
    private static final int TOP = 12;
    private static final int TICKS = 4;

    /** Room below the axes for the numbers and the name of the lower one, in pixels. */
    static final int BELOW = 40;

    /**
     * The numbers of an axis.
     *
     * @param name what is measured
     * @param from the least
     * @param to the largest, above the least
     */
    record Range(String name, double from, double to) {
        Range {
            checkArgument(from < to, "%s must reach from less to more, got %s to %s", name, from, to);
        }

        private double share(double value) {
            return (Math.min(to, Math.max(from, value)) - from) / (to - from);
        }
    }

    private final Range across;
    private final Range up;
    private final int width;
    private final int height;

    Axes(Range across, Range up, int width, int height) {
        this.across = across;
        this.up = up;
        this.width = width;
        this.height = height;
    }

    /** Returns the width of a picture that holds them. */
    int pictureWidth() {
        return LEFT + width + 24;
    }

    /** Returns where the picture goes on below them. */
    int bottom() {
        return TOP + height + BELOW;
    }

    double x(double value) {
        return LEFT + width * across.share(value);
    }

    double y(double value) {
        return TOP + height * (1 - up.share(value));
    }

    /** Returns a point as {@link SvgCanvas#path} takes it. */
    String point(double x, double y) {
        return String.format(Locale.ROOT, "%.1f,%.1f", x(x), y(y));
    }

    /** Draws them. */
    void draw(SvgCanvas canvas) {
        for (int t = 0; t <= TICKS; t++) {
            double x = across.from() + (across.to() - across.from()) * t / TICKS;
            double y = up.from() + (up.to() - up.from()) * t / TICKS;
            canvas.line(x(x), TOP, x(x), TOP + height, "#dddddd", 1);
            canvas.line(LEFT, y(y), LEFT + width, y(y), "#dddddd", 1);
            canvas.text(x(x), TOP + height + 15.0, "middle", tick(x));
            canvas.text(LEFT - 6.0, y(y) + 4, "end", tick(y));
        }
        canvas.text(LEFT + width / 2.0, TOP + height + 31.0, "middle", across.name());
        canvas.upright(14, TOP + height / 2.0, up.name());
    }

    /** Draws a thick vertical line. */
    void mark(SvgCanvas canvas, double value) {
        canvas.line(x(value), TOP, x(value), TOP + height, "#1a1a1a", 2);
    }

    private static String tick(double value) {
        return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%.0f" : "%.2f", value);
    }
}

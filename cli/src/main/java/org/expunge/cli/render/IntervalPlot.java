package org.expunge.cli.render;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;

/**
 * Figures with their intervals on one axis from 0 to 1, beside the value that means nothing is known, as SVG without
 * scripts or outside references.
 *
 * @param title what is shown
 * @param reference where a vertical line is drawn, in [0, 1]
 * @param points from top to bottom, at least one
 */
public record IntervalPlot(String title, double reference, List<Point> points) {
    private static final int LABELS = 190;
    private static final int AXIS = 300;
    private static final int ROW = 26;
    private static final int TOP = 12;
    private static final int TICKS = 4;

    /**
     * One figure.
     *
     * @param label what of
     * @param value in [0, 1]
     * @param low lower end of its interval; NaN if there is none
     * @param high upper end of its interval; NaN if there is none
     */
    public record Point(String label, double value, double low, double high) {
        /** Checks the range. */
        public Point {
            checkArgument(value >= 0 && value <= 1, "value must be in [0, 1], got %s", value);
        }
    }

    /** Copies the list. */
    public IntervalPlot {
        points = List.copyOf(points);
        checkArgument(!points.isEmpty(), "a plot needs a point");
    }

    /** Returns the picture, with a line break at its end. */
    public String svg() {
        int bottom = TOP + ROW * points.size();
        SvgCanvas canvas = new SvgCanvas(title, LABELS + AXIS + 60, bottom + 24);
        for (int t = 0; t <= TICKS; t++) {
            double value = (double) t / TICKS;
            canvas.line(x(value), TOP, x(value), bottom, "#dddddd", 1);
            canvas.text(x(value), bottom + 15.0, "middle", String.valueOf(value));
        }
        canvas.line(x(reference), TOP, x(reference), bottom, "#888888", 2);
        for (int i = 0; i < points.size(); i++) {
            Point point = points.get(i);
            double y = TOP + ROW * (i + 0.5);
            canvas.text(LABELS - 8.0, y + 4, "end", point.label());
            if (!Double.isNaN(point.low()) && !Double.isNaN(point.high())) {
                canvas.line(x(clamped(point.low())), y, x(clamped(point.high())), y, "#4477aa", 2);
            }
            canvas.dot(x(point.value()), y, "#4477aa");
            canvas.text(LABELS + AXIS + 12.0, y + 4, "start", Numbers.decimal(point.value()));
        }
        return canvas.end();
    }

    private static double clamped(double value) {
        return Math.min(1, Math.max(0, value));
    }

    private static double x(double value) {
        return LABELS + AXIS * value;
    }
}

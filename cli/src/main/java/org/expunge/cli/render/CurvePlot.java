package org.expunge.cli.render;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Curves in the unit square, beside what chance would give, as SVG without scripts or outside references. Lines differ
 * in their dashes as well as in colour.
 *
 * @param title what is shown
 * @param across name of the lower axis
 * @param up name of the left axis
 * @param shape how points are joined
 * @param chance height of what chance gives at the left and at the right end
 * @param lines at least one and no more than there are patterns
 */
public record CurvePlot(String title, String across, String up, Shape shape, Ends chance, List<Line> lines) {
    private static final String[] COLOURS = {
        "#4477aa", "#ee6677", "#228833", "#aa3377", "#ccbb44", "#66ccee", "#777777", "#332288", "#882255", "#117733"
    };
    /** The most curves that can be told apart. */
    public static final int MOST = COLOURS.length;

    private static final String[] DASHES = {"none", "8 3", "2 2", "8 3 2 3", "12 4"};
    private static final int WIDTH = 380;
    private static final int HEIGHT = 260;
    private static final int LEGEND = 16;

    /** How points are joined. */
    public enum Shape {
        /** By straight lines from (0, 0), as in a ROC curve. */
        STRAIGHT,
        /** Each value holds from the point before, as average precision counts a precision-recall curve. */
        STEP
    }

    /**
     * Two heights in [0, 1].
     *
     * @param left at 0
     * @param right at 1
     */
    public record Ends(double left, double right) {}

    /**
     * A point in the unit square.
     *
     * @param x in [0, 1]
     * @param y in [0, 1]
     */
    public record Point(double x, double y) {
        /** Checks the ranges. */
        public Point {
            checkArgument(x >= 0 && x <= 1 && y >= 0 && y <= 1, "point (%s, %s) lies outside of the unit square", x, y);
        }
    }

    /**
     * A curve.
     *
     * @param label what it is of, with its figure
     * @param points from left to right, at least one
     */
    public record Line(String label, List<Point> points) {
        /** Copies the list. */
        public Line {
            points = List.copyOf(points);
            checkArgument(!points.isEmpty(), "curve '%s' has no point", label);
        }
    }

    /** Copies the list and checks its length. */
    public CurvePlot {
        lines = List.copyOf(lines);
        checkArgument(
                !lines.isEmpty() && lines.size() <= MOST, "there must be 1 to %s curves, got %s", MOST, lines.size());
    }

    /** Returns the picture, with a line break at its end. */
    public String svg() {
        Axes axes = new Axes(new Axes.Range(across, 0, 1), new Axes.Range(up, 0, 1), WIDTH, HEIGHT);
        SvgCanvas canvas = new SvgCanvas(title, axes.pictureWidth(), axes.bottom() + LEGEND * (lines.size() + 1) + 4);
        axes.draw(canvas);
        canvas.path(axes.point(0, chance.left()) + " " + axes.point(1, chance.right()), "#999999", "3 3");
        for (int i = lines.size() - 1; i >= 0; i--) {
            canvas.path(points(axes, lines.get(i)), COLOURS[i], DASHES[i % DASHES.length]);
        }
        for (int i = 0; i < lines.size(); i++) {
            legend(canvas, axes, i, lines.get(i).label(), COLOURS[i], DASHES[i % DASHES.length]);
        }
        legend(canvas, axes, lines.size(), "chance", "#999999", "3 3");
        return canvas.end();
    }

    private static void legend(SvgCanvas canvas, Axes axes, int row, String label, String colour, String dashes) {
        double y = axes.bottom() + LEGEND * (row + 0.5);
        double x = axes.x(0);
        canvas.path(String.format(Locale.ROOT, "%.1f,%.1f %.1f,%.1f", x, y, x + 40, y), colour, dashes);
        canvas.text(x + 48, y + 4, "start", label);
    }

    private String points(Axes axes, Line line) {
        if (shape == Shape.STRAIGHT) {
            return axes.point(0, 0) + " "
                    + line.points().stream().map(p -> axes.point(p.x(), p.y())).collect(Collectors.joining(" "));
        }
        StringBuilder steps = new StringBuilder();
        double before = 0;
        for (Point point : line.points()) {
            steps.append(axes.point(before, point.y())).append(' ');
            steps.append(axes.point(point.x(), point.y())).append(' ');
            before = point.x();
        }
        return steps.toString().strip();
    }
}

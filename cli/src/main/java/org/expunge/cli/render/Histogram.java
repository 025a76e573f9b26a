package org.expunge.cli.render;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.List;

/**
 * How often numbers occur in several groups, as shares of each group, beside a threshold, as SVG without scripts or
 * outside references. What lies far above the threshold stands in the last bin.
 *
 * @param title what is shown
 * @param across name of what is measured
 * @param threshold where a thick line is drawn
 * @param groups 1 to 4, each with a number
 */
public record Histogram(String title, String across, double threshold, List<Group> groups) {
    private static final String[] COLOURS = {"#777777", "#4477aa", "#ee6677", "#228833"};
    private static final int BINS = 24;
    private static final int WIDTH = 528;
    private static final int HEIGHT = 200;
    private static final int LEGEND = 16;
    /** Numbers further above the threshold than this many times its height over the least share a bin. */
    private static final double REACH = 4;

    /**
     * Numbers of one kind.
     *
     * @param label what of
     * @param values finite numbers, at least one
     */
    public record Group(String label, List<Double> values) {
        /** Copies the list. */
        public Group {
            values = List.copyOf(values);
            checkArgument(!values.isEmpty(), "group '%s' has no number", label);
            values.forEach(value ->
                    checkArgument(Double.isFinite(value), "group '%s' has a number that is not finite", label));
        }
    }

    /** Copies the list and checks its length. */
    public Histogram {
        groups = List.copyOf(groups);
        checkArgument(
                !groups.isEmpty() && groups.size() <= COLOURS.length,
                "there must be 1 to %s groups, got %s",
                COLOURS.length,
                groups.size());
        checkArgument(Double.isFinite(threshold), "the threshold must be finite, got %s", threshold);
    }

    /** Returns the picture, with a line break at its end. */
    public String svg() {
        double least = Math.min(threshold, extreme(-1));
        double most = Math.max(threshold, extreme(1));
        double reach = threshold > least ? least + REACH * (threshold - least) : most;
        boolean isCut = most > reach;
        double end = isCut ? reach : most > least ? most : least + 1;
        double[][] shares =
                groups.stream().map(group -> shares(group.values(), least, end)).toArray(double[][]::new);
        double highest =
                Arrays.stream(shares).flatMapToDouble(Arrays::stream).max().orElse(1);
        Axes axes = new Axes(
                new Axes.Range(across, least, end), new Axes.Range("share of the group", 0, highest), WIDTH, HEIGHT);
        SvgCanvas canvas = new SvgCanvas(title, axes.pictureWidth(), axes.bottom() + LEGEND * (groups.size() + 1) + 4);
        axes.draw(canvas);
        bars(canvas, axes, shares, least, end);
        axes.mark(canvas, threshold);
        for (int g = 0; g < groups.size(); g++) {
            canvas.rectangle(axes.x(least), axes.bottom() + LEGEND * (double) g, 10, 10, COLOURS[g]);
            canvas.text(axes.x(least) + 16, axes.bottom() + LEGEND * g + 9.0, "start", legend(groups.get(g)));
        }
        double below = axes.bottom() + LEGEND * groups.size() + 9.0;
        canvas.text(
                axes.x(least),
                below,
                "start",
                "thick line: threshold " + Numbers.decimal(threshold)
                        + (isCut ? "; the last bin holds all that lies above " + Numbers.decimal(end) : ""));
        return canvas.end();
    }

    private String legend(Group group) {
        long above = group.values().stream().filter(v -> v > threshold).count();
        return group.label() + ": " + above + " of " + group.values().size() + " above the threshold";
    }

    private void bars(SvgCanvas canvas, Axes axes, double[][] shares, double least, double end) {
        double step = (axes.x(end) - axes.x(least)) / BINS;
        double bar = (step - 2) / shares.length;
        for (int g = 0; g < shares.length; g++) {
            for (int b = 0; b < BINS; b++) {
                if (shares[g][b] > 0) {
                    double top = axes.y(shares[g][b]);
                    canvas.rectangle(axes.x(least) + b * step + 1 + g * bar, top, bar, axes.y(0) - top, COLOURS[g]);
                }
            }
        }
    }

    private static double[] shares(List<Double> values, double least, double end) {
        double[] shares = new double[BINS];
        for (double value : values) {
            int bin = (int) (BINS * (value - least) / (end - least));
            shares[Math.min(BINS - 1, bin)] += 1.0 / values.size();
        }
        return shares;
    }

    private double extreme(int sign) {
        return sign
                * groups.stream()
                        .flatMap(group -> group.values().stream())
                        .mapToDouble(value -> sign * value)
                        .max()
                        .orElseThrow();
    }
}

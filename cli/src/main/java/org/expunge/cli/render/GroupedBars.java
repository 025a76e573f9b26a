package org.expunge.cli.render;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;

/**
 * Shares as bars in groups, from 0 to 100 %, as SVG without scripts or outside references. Each bar bears its number,
 * so that nothing is told by colour alone.
 *
 * @param title what is shown
 * @param series what the bars of a group are, from left to right, 1 to 6
 * @param groups from left to right, at least one
 */
public record GroupedBars(String title, List<String> series, List<Group> groups) {
    private static final String[] COLOURS = {"#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377"};
    private static final int BAR = 34;
    private static final int GAP = 22;
    private static final int LEFT = 44;
    private static final int TOP = 18;
    private static final int HEIGHT = 160;
    private static final int LEGEND = 16;
    private static final int TICKS = 4;

    /**
     * One group.
     *
     * @param label what of
     * @param shares one a series, in [0, 1]; NaN for what is not known
     */
    public record Group(String label, List<Double> shares) {
        /** Copies the list and checks the range. */
        public Group {
            shares = List.copyOf(shares);
            shares.forEach(share -> checkArgument(
                    Double.isNaN(share) || (share >= 0 && share <= 1), "share must be in [0, 1]: %s", share));
        }
    }

    /** Copies the lists and checks the counts. */
    public GroupedBars {
        series = List.copyOf(series);
        groups = List.copyOf(groups);
        int count = series.size();
        checkArgument(count >= 1 && count <= COLOURS.length, "there must be 1 to %s series: %s", COLOURS.length, count);
        checkArgument(!groups.isEmpty(), "a chart needs a group");
        groups.forEach(group -> checkArgument(
                group.shares().size() == count,
                "group %s has %s bars for %s series",
                group.label(),
                group.shares().size(),
                count));
    }

    /** Returns the picture, with a line break at its end. */
    public String svg() {
        int step = series.size() * BAR + GAP;
        int longest = series.stream().mapToInt(String::length).max().orElse(0);
        int width = Math.max(LEFT + groups.size() * step + GAP, LEFT + 7 * longest + 2 * GAP);
        int bottom = TOP + HEIGHT;
        SvgCanvas canvas = new SvgCanvas(title, width, bottom + 24 + LEGEND * series.size());
        for (int t = 0; t <= TICKS; t++) {
            double y = bottom - (double) HEIGHT * t / TICKS;
            canvas.line(LEFT, y, width - 4.0, y, "#dddddd", 1);
            canvas.text(LEFT - 6.0, y + 4, "end", 100 * t / TICKS + " %");
        }
        for (int g = 0; g < groups.size(); g++) {
            double x = LEFT + GAP / 2.0 + g * (double) step;
            draw(canvas, groups.get(g), x, bottom);
            canvas.text(
                    x + series.size() * BAR / 2.0,
                    bottom + 15.0,
                    "middle",
                    groups.get(g).label());
        }
        for (int s = 0; s < series.size(); s++) {
            double y = bottom + 24.0 + LEGEND * s;
            canvas.rectangle(LEFT, y, 10, 10, COLOURS[s]);
            canvas.text(LEFT + 16.0, y + 9, "start", series.get(s));
        }
        return canvas.end();
    }

    private static void draw(SvgCanvas canvas, Group group, double x, int bottom) {
        for (int s = 0; s < group.shares().size(); s++) {
            double share = group.shares().get(s);
            double left = x + s * (double) BAR;
            if (Double.isNaN(share)) {
                canvas.text(left + BAR / 2.0, bottom - 4.0, "middle", "-");
                continue;
            }
            double length = HEIGHT * share;
            canvas.rectangle(left + 2, bottom - length, BAR - 4.0, length, COLOURS[s]);
            canvas.text(
                    left + BAR / 2.0, bottom - length - 3, "middle", String.valueOf(Math.round(1000 * share) / 10.0));
        }
    }
}

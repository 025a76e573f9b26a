package org.expunge.cli.render;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Small images side by side, each with two lines of text and a frame around a region, as SVG that holds its images and
 * no scripts.
 *
 * @param title what is shown
 * @param tiles row by row, at least one
 */
public record ContactSheet(String title, List<Tile> tiles) {
    private static final int ACROSS = 6;
    private static final int SIDE = 96;
    private static final int STEP = 108;
    private static final int TEXT = 34;
    private static final int LONGEST = 15;

    /**
     * A part of an image.
     *
     * @param top first row of pixels, from 0
     * @param left first column of pixels, from 0
     * @param height rows of pixels, at least 1
     * @param width columns of pixels, at least 1
     */
    public record Region(int top, int left, int height, int width) {
        /** Checks the ranges. */
        public Region {
            checkArgument(
                    top >= 0 && left >= 0 && height >= 1 && width >= 1,
                    "a region starts at 0 or later and has a pixel, got %s × %s at (%s, %s)",
                    height,
                    width,
                    top,
                    left);
        }
    }

    /**
     * An image.
     *
     * @param png the file, in base 64
     * @param height in pixels
     * @param width in pixels
     * @param region what is framed; null for nothing
     * @param first line of text
     * @param second line of text
     */
    public record Tile(
            String png, int height, int width, @Nullable Region region, String first, String second) {
        /** Checks the file and the region. */
        public Tile {
            checkArgument(png.matches("[A-Za-z0-9+/]+=*"), "image '%s' is not in base 64", first);
            checkArgument(height >= 1 && width >= 1, "image '%s' has no pixel", first);
            checkArgument(
                    region == null
                            || (region.top() + region.height() <= height && region.left() + region.width() <= width),
                    "%s lies outside of image '%s'",
                    region,
                    first);
        }
    }

    /** Copies the list. */
    public ContactSheet {
        tiles = List.copyOf(tiles);
        checkArgument(!tiles.isEmpty(), "a contact sheet needs an image");
    }

    /** Returns the picture, with a line break at its end. */
    public String svg() {
        int rows = (tiles.size() + ACROSS - 1) / ACROSS;
        SvgCanvas canvas = new SvgCanvas(title, Math.min(ACROSS, tiles.size()) * STEP, rows * (STEP + TEXT));
        for (int i = 0; i < tiles.size(); i++) {
            draw(canvas, tiles.get(i), i % ACROSS * STEP + 2, i / ACROSS * (STEP + TEXT) + 2);
        }
        return canvas.end();
    }

    /** Draws an image right above its text. */
    private static void draw(SvgCanvas canvas, Tile tile, double x, double above) {
        double scale = SIDE / (double) Math.max(tile.height(), tile.width());
        double y = above + SIDE - tile.height() * scale;
        canvas.image(x, y, tile.width() * scale, tile.height() * scale, tile.png());
        Region region = tile.region();
        if (region != null) {
            double left = x + region.left() * scale;
            double top = y + region.top() * scale;
            canvas.frame(left, top, region.width() * scale, region.height() * scale, "#ffffff", 4);
            canvas.frame(left, top, region.width() * scale, region.height() * scale, "#cc3311", 2);
        }
        canvas.text(x, above + SIDE + 14, "start", shortened(tile.first()));
        canvas.text(x, above + SIDE + 27, "start", shortened(tile.second()));
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST ? text : "…" + text.substring(text.length() - LONGEST + 1);
    }
}

package org.expunge.cli.render;

import static com.google.common.base.Preconditions.checkArgument;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Shape;

/** Images of rows side by side, with a frame around the pixels in which most of a saliency lies. */
public final class PngSheet {
    private static final int ACROSS = 5;
    private static final int SIDE = 96;
    private static final int GAP = 8;
    private static final int RGB = 3;

    /** Share of the largest saliency from which a pixel is marked. */
    private static final double MARKED = 0.15;

    private final Dataset rows;
    private final double[] saliency;

    /**
     * Lays out a sheet.
     *
     * @param rows images, at least 1
     * @param saliency a number for each feature, 0 or more
     */
    public PngSheet(Dataset rows, double[] saliency) {
        checkArgument(rows.size() >= 1, "a sheet needs an image");
        checkArgument(
                saliency.length == rows.shape().length(),
                "%s numbers cannot mark images of %s",
                saliency.length,
                rows.shape());
        this.rows = rows;
        this.saliency = saliency.clone();
    }

    /**
     * Writes the sheet.
     *
     * @param file a PNG file to appear
     * @throws IOException if it cannot be written
     */
    public void write(Path file) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(draw(), "png", bytes);
        Files.write(file, bytes.toByteArray());
    }

    /** Draws all images on grey. */
    BufferedImage draw() {
        int lines = (rows.size() + ACROSS - 1) / ACROSS;
        int step = SIDE + GAP;
        BufferedImage sheet = new BufferedImage(ACROSS * step + GAP, lines * step + GAP, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = sheet.createGraphics();
        graphics.setColor(Color.GRAY);
        graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
        boolean[] marked = marked();
        for (int i = 0; i < rows.size(); i++) {
            draw(graphics, GAP + i % ACROSS * step, GAP + i / ACROSS * step, rows.row(i), marked);
        }
        graphics.dispose();
        return sheet;
    }

    /** Returns the pixels in which most of the saliency lies, row-major. */
    boolean[] marked() {
        Shape shape = rows.shape();
        int area = shape.height() * shape.width();
        double[] byPixel = new double[area];
        for (int j = 0; j < saliency.length; j++) {
            byPixel[j % area] += saliency[j];
        }
        double most = Arrays.stream(byPixel).max().orElse(0);
        boolean[] marked = new boolean[area];
        for (int p = 0; p < area; p++) {
            marked[p] = most > 0 && byPixel[p] >= MARKED * most;
        }
        return marked;
    }

    private void draw(Graphics2D graphics, int left, int top, double[] image, boolean[] marked) {
        Shape shape = rows.shape();
        double low = Arrays.stream(image).min().orElse(0);
        double high = Arrays.stream(image).max().orElse(1);
        double range = high > low ? high - low : 1;
        for (int y = 0; y < shape.height(); y++) {
            for (int x = 0; x < shape.width(); x++) {
                int x0 = left + x * SIDE / shape.width();
                int y0 = top + y * SIDE / shape.height();
                int width = left + (x + 1) * SIDE / shape.width() - x0;
                int height = top + (y + 1) * SIDE / shape.height() - y0;
                graphics.setColor(colour(image, y * shape.width() + x, low, range));
                graphics.fillRect(x0, y0, width, height);
                if (marked[y * shape.width() + x]) {
                    graphics.setColor(Color.RED);
                    graphics.drawRect(x0, y0, Math.max(1, width - 1), Math.max(1, height - 1));
                }
            }
        }
    }

    private Color colour(double[] image, int pixel, double low, double range) {
        int area = rows.shape().height() * rows.shape().width();
        int[] bands = new int[RGB];
        for (int band = 0; band < RGB; band++) {
            int channel = rows.shape().channels() == RGB ? band : 0;
            bands[band] = (int) Math.round(255 * (image[channel * area + pixel] - low) / range);
        }
        return new Color(bands[0], bands[1], bands[2]);
    }
}

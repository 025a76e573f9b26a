package org.expunge.cli.render;

import static com.google.common.base.Preconditions.checkArgument;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.expunge.influence.data.Shape;

/** Turns pixels into a PNG file. */
public final class PngImage {
    private static final int RGB = 3;

    private PngImage() {}

    /**
     * Returns a file in base 64; three channels are red, green and blue, any other number is averaged to grey.
     *
     * @param shape of the image
     * @param pixels channel by channel, row-major
     * @param low what becomes black
     * @param high what becomes white, above {@code low}
     */
    public static String base64(Shape shape, double[] pixels, double low, double high) {
        return Base64.getEncoder().encodeToString(bytes(shape, pixels, low, high));
    }

    /** As {@link #base64}, the file itself. */
    public static byte[] bytes(Shape shape, double[] pixels, double low, double high) {
        checkArgument(pixels.length == shape.length(), "%s pixels are no image of %s", pixels.length, shape);
        checkArgument(low < high, "black must be below white, got %s and %s", low, high);
        boolean isColoured = shape.channels() == RGB;
        BufferedImage image = new BufferedImage(
                shape.width(), shape.height(), isColoured ? BufferedImage.TYPE_INT_RGB : BufferedImage.TYPE_BYTE_GRAY);
        int area = shape.height() * shape.width();
        for (int i = 0; i < area; i++) {
            int x = i % shape.width();
            int y = i / shape.width();
            for (int band = 0; band < (isColoured ? RGB : 1); band++) {
                double value = isColoured ? pixels[band * area + i] : mean(pixels, area, i);
                double share = Math.min(1, Math.max(0, (value - low) / (high - low)));
                image.getRaster().setSample(x, y, band, (int) Math.round(255 * share));
            }
        }
        return file(image);
    }

    private static double mean(double[] pixels, int area, int position) {
        double sum = 0;
        for (int i = position; i < pixels.length; i += area) {
            sum += pixels[i];
        }
        return sum * area / pixels.length;
    }

    private static byte[] file(BufferedImage image) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}

package org.expunge.influence.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;

/** An image as unsigned bytes, channel by channel; red, green, blue or grey alone. Transparency is dropped. */
final class PixelImage {
    private static final int RGB = 3;

    private final Shape shape;
    private final byte[] pixels;

    private PixelImage(Shape shape, byte[] pixels) {
        this.shape = shape;
        this.pixels = pixels;
    }

    /** Takes over a decoded image; grey is Rec. 601 luma, 0.299 R + 0.587 G + 0.114 B, rounded. */
    static PixelImage of(BufferedImage image, boolean gray) {
        Shape shape = new Shape(gray ? 1 : RGB, image.getHeight(), image.getWidth());
        byte[] pixels = new byte[shape.length()];
        int area = shape.height() * shape.width();
        boolean storedGray = image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
        for (int i = 0; i < area; i++) {
            int x = i % shape.width();
            int y = i / shape.width();
            int rgb = storedGray ? grayAsRgb(image, x, y) : image.getRGB(x, y);
            if (gray) {
                pixels[i] = (byte) luma(rgb);
            } else {
                pixels[i] = (byte) (rgb >> 16);
                pixels[area + i] = (byte) (rgb >> 8);
                pixels[2 * area + i] = (byte) rgb;
            }
        }
        return new PixelImage(shape, pixels);
    }

    /** Reads the stored sample: {@code getRGB} would take grey for linear light and brighten it. */
    private static int grayAsRgb(BufferedImage image, int x, int y) {
        Raster raster = image.getRaster();
        int bits = raster.getSampleModel().getSampleSize(0);
        int sample = raster.getSample(x, y, 0);
        int eightBits = (int) Math.round(sample * 255.0 / ((1 << bits) - 1));
        return eightBits * 0x010101;
    }

    private static int luma(int rgb) {
        int red = rgb >> 16 & 0xff;
        int green = rgb >> 8 & 0xff;
        int blue = rgb & 0xff;
        return (299 * red + 587 * green + 114 * blue + 500) / 1000;
    }

    Shape shape() {
        return shape;
    }

    /** The bytes themselves, which nobody else holds. */
    byte[] pixels() {
        return pixels;
    }

    /** Scales by bilinear interpolation between pixel centres; pixels beyond the edge repeat it. */
    PixelImage resize(int height, int width) {
        if (height == shape.height() && width == shape.width()) {
            return this;
        }
        Shape target = new Shape(shape.channels(), height, width);
        byte[] scaled = new byte[target.length()];
        for (int i = 0; i < scaled.length; i++) {
            int channel = i / (height * width);
            double y = (i / width % height + 0.5) * shape.height() / height - 0.5;
            double x = (i % width + 0.5) * shape.width() / width - 0.5;
            scaled[i] = (byte) Math.round(interpolate(channel, y, x));
        }
        return new PixelImage(target, scaled);
    }

    private double interpolate(int channel, double y, double x) {
        int top = (int) Math.floor(y);
        int left = (int) Math.floor(x);
        double down = y - top;
        double right = x - left;
        double upper = (1 - right) * sample(channel, top, left) + right * sample(channel, top, left + 1);
        double lower = (1 - right) * sample(channel, top + 1, left) + right * sample(channel, top + 1, left + 1);
        return (1 - down) * upper + down * lower;
    }

    private int sample(int channel, int y, int x) {
        int row = Math.min(Math.max(y, 0), shape.height() - 1);
        int column = Math.min(Math.max(x, 0), shape.width() - 1);
        return pixels[(channel * shape.height() + row) * shape.width() + column] & 0xff;
    }
}

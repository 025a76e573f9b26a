package org.expunge.influence.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Inputs;

/** Decodes image files of unknown origin, after a look at their declared size. */
final class ImageFiles {
    /** Four times a 16-megapixel photograph; a file that declares more is refused before it is decoded. */
    private static final long MAX_PIXELS = 1L << 26;

    private static final long MAX_FILE_BYTES = 1L << 28;

    private ImageFiles() {}

    static BufferedImage decode(Path file) throws IOException {
        try (InputStream bytes = Inputs.open(file, MAX_FILE_BYTES);
                ImageInputStream in = new MemoryCacheImageInputStream(bytes)) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new BadInputException(file, "is no image that can be read; use PNG, JPEG, BMP or GIF");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                return decode(file, reader);
            } finally {
                reader.dispose();
            }
        }
    }

    private static BufferedImage decode(Path file, ImageReader reader) throws IOException {
        try {
            long pixelCount = (long) reader.getWidth(0) * reader.getHeight(0);
            if (pixelCount > MAX_PIXELS) {
                throw new BadInputException(file, "declares " + pixelCount + " pixels, more than " + MAX_PIXELS);
            }
            return reader.read(0);
        } catch (BadInputException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // the JDK's decoders throw both on damaged files
            throw new BadInputException(
                    file.toString(), "is damaged or of an unknown kind (" + e.getMessage() + ")", e);
        }
    }
}

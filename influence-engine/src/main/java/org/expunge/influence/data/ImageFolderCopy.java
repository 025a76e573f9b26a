package org.expunge.influence.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Writes a copy of folders of images: changed ones as PNG in the folder of their new class, under a name that says
 * which folder they came from where it is another; everything else as it stands.
 */
final class ImageFolderCopy {
    private ImageFolderCopy() {}

    static DataCopy.Outcome write(DataSpec source, Dataset changed, Path directory, Path home) throws IOException {
        Path root = Path.of(source.path());
        Map<String, Integer> rows = new HashMap<>();
        for (int i = 0; i < changed.size(); i++) {
            rows.put(changed.id(i), i);
        }
        Map<String, String> renamed = new HashMap<>();
        for (Path file : files(root)) {
            String id = root.relativize(file)
                    .toString()
                    .replace(file.getFileSystem().getSeparator(), "/");
            Integer row = rows.get(id);
            String copied = row == null ? id : place(id, changed.classNames().get(changed.label(row)));
            Path to = directory.resolve(copied);
            if (row == null) {
                DataCopy.copy(file, to);
            } else {
                Path folder = to.getParent();
                Files.createDirectories(folder == null ? directory : folder);
                ImageIO.write(image(changed.shape(), changed.row(row)), "png", to.toFile());
                renamed.put(id, copied);
            }
        }
        return DataCopy.Outcome.of(new DataSpec("images", home.toString(), source.options()), renamed);
    }

    private static List<Path> files(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /**
     * From {@code …/CLASS/NAME.jpg} to {@code …/OTHER/CLASS-NAME.jpg.png}: no image of the other class is called so.
     */
    private static String place(String id, String label) {
        int name = id.lastIndexOf('/');
        int folder = id.lastIndexOf('/', name - 1);
        String own = id.substring(folder + 1, name);
        String origin = own.equals(label) ? "" : own + "-";
        return id.substring(0, folder + 1) + label + "/" + origin + id.substring(name + 1) + ".png";
    }

    private static BufferedImage image(Shape shape, double[] row) {
        boolean isGray = shape.channels() == 1;
        int type = isGray ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB;
        BufferedImage image = new BufferedImage(shape.width(), shape.height(), type);
        int area = shape.height() * shape.width();
        for (int c = 0; c < shape.channels(); c++) {
            for (int i = 0; i < area; i++) {
                int value = DataCopy.pixel(row[c * area + i]) & 0xff;
                image.getRaster().setSample(i % shape.width(), i / shape.width(), c, value);
            }
        }
        return image;
    }
}

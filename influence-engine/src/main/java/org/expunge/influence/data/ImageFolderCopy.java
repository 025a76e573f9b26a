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
 * Writes a copy of folders of images: everything as it stands but for the changed ones, which are PNG whatever their
 * name ends in. Those that stay in their class keep their name; the others get a free one like those of the images in
 * the folder of their new class, so that their names do not say where they came from. New numbers can still tell that
 * they came.
 */
final class ImageFolderCopy {
    private ImageFolderCopy() {}

    static DataCopy.Outcome write(DataSpec source, Dataset changed, Path directory, Path home) throws IOException {
        Path root = Path.of(source.path());
        Map<String, Integer> rows = new HashMap<>();
        for (int i = 0; i < changed.size(); i++) {
            rows.put(changed.id(i), i);
        }
        List<Path> files = files(root);
        ImageNames names =
                new ImageNames(files.stream().map(file -> id(root, file)).toList());
        Map<String, String> renamed = new HashMap<>();
        for (Path file : files) {
            String id = id(root, file);
            Integer row = rows.get(id);
            if (row == null) {
                DataCopy.copy(file, directory.resolve(id));
            } else {
                String copied = names.in(changed.classNames().get(changed.label(row)), id);
                Path to = directory.resolve(copied);
                Path folder = to.getParent();
                Files.createDirectories(folder == null ? directory : folder);
                ImageIO.write(image(changed.shape(), changed.row(row)), "png", to.toFile());
                if (!copied.equals(id)) {
                    renamed.put(id, copied);
                }
            }
        }
        return DataCopy.Outcome.of(new DataSpec("images", home.toString(), source.options()), renamed);
    }

    private static List<Path> files(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static String id(Path root, Path file) {
        return root.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
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

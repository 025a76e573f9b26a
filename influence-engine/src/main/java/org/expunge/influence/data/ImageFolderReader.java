package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Ints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.expunge.influence.io.BadInputException;
import org.jspecify.annotations.Nullable;

/**
 * Reads images from one folder a class: PNG, JPEG, BMP or GIF, as bytes. A row's id is the image's path below the
 * directory, with {@code /} between folder and file. Other files and hidden ones are passed over.
 */
final class ImageFolderReader {
    private static final Pattern IMAGE = Pattern.compile(".*\\.(png|jpe?g|bmp|gif)");
    private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,4})x([1-9][0-9]{0,4})");

    private final boolean gray;
    private final int @Nullable [] size;

    /** Takes {@code size} and {@code gray}. */
    ImageFolderReader(Map<String, String> options) {
        String grayText = options.getOrDefault("gray", "false");
        checkArgument(grayText.matches("true|false"), "gray must be true or false, but is '%s'", grayText);
        this.gray = grayText.equals("true");
        this.size = parseSize(options.get("size"));
    }

    private static int @Nullable [] parseSize(@Nullable String text) {
        if (text == null) {
            return null;
        }
        Matcher matcher = SIZE.matcher(text);
        checkArgument(matcher.matches(), "size must be HEIGHTxWIDTH, such as 32x32, but is '%s'", text);
        return new int[] {Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))};
    }

    /** Reads {@code directory/CLASS/*}, or {@code directory/train/CLASS/*} and {@code directory/test/CLASS/*}. */
    LoadedData read(Path directory, String spec) throws IOException {
        Folders.requireDirectory(directory);
        Path train = directory.resolve("train");
        Path test = directory.resolve("test");
        if (!Files.isDirectory(train) || !Files.isDirectory(test)) {
            return new LoadedData(
                    read(directory, directory, "images", classes(directory), null), Optional.empty(), spec);
        }
        List<String> classes = classes(train);
        if (!classes.containsAll(classes(test))) {
            throw new BadInputException(test, "has classes " + classes(test) + " but train has " + classes);
        }
        Dataset trainRows = read(directory, train, "train", classes, null);
        return new LoadedData(trainRows, Optional.of(read(directory, test, "test", classes, trainRows.shape())), spec);
    }

    /**
     * Reads images without their labels: as {@link #read} does where they lie in folders of classes, and else those in
     * the directory itself, which get the first class of another directory.
     */
    LoadedData readUnlabelled(Path directory, Path training, String spec) throws IOException {
        Folders.requireDirectory(directory);
        if (Folders.list(directory).stream().anyMatch(Files::isDirectory)) {
            return read(directory, spec);
        }
        Path train = training.resolve("train");
        List<String> classes = classes(Files.isDirectory(train) ? train : training);
        return new LoadedData(flat(directory, classes), Optional.empty(), spec);
    }

    private Dataset flat(Path directory, List<String> classes) throws IOException {
        List<byte[]> pixels = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        Shape shape = null;
        for (Path file : images(directory)) {
            PixelImage image = load(file);
            shape = checkShape(file, image.shape(), shape);
            pixels.add(image.pixels());
            ids.add(Folders.name(file));
        }
        if (shape == null) {
            throw new BadInputException(directory, "holds no PNG, JPEG, BMP or GIF images");
        }
        Features features = ByteRows.join(pixels, shape.length(), directory.toString());
        return Dataset.of("images", shape, features, Targets.classes(new int[ids.size()], classes.size()))
                .withClassNames(classes)
                .withIds(ids);
    }

    private static List<String> classes(Path folder) throws IOException {
        List<String> names = Folders.list(folder).stream()
                .filter(Files::isDirectory)
                .map(Folders::name)
                .toList();
        if (names.isEmpty()) {
            throw new BadInputException(
                    folder, "holds no folders; put the images of each class into a folder of its own");
        }
        return names;
    }

    private Dataset read(Path root, Path folder, String name, List<String> classes, @Nullable Shape expected)
            throws IOException {
        List<byte[]> pixels = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        Shape shape = expected;
        for (int label = 0; label < classes.size(); label++) {
            for (Path file : images(folder.resolve(classes.get(label)))) {
                PixelImage image = load(file);
                shape = checkShape(file, image.shape(), shape);
                pixels.add(image.pixels());
                labels.add(label);
                ids.add(root.relativize(file)
                        .toString()
                        .replace(file.getFileSystem().getSeparator(), "/"));
            }
        }
        if (shape == null || pixels.isEmpty()) {
            throw new BadInputException(folder, "holds no PNG, JPEG, BMP or GIF images in its folders");
        }
        Features features = ByteRows.join(pixels, shape.length(), folder.toString());
        return Dataset.of(name, shape, features, Targets.classes(Ints.toArray(labels), classes.size()))
                .withClassNames(classes)
                .withIds(ids);
    }

    /** Lists the images of a class; a part may lack a class's folder. */
    private static List<Path> images(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        return Folders.list(folder).stream()
                .filter(file -> isImage(Folders.name(file)))
                .filter(Files::isRegularFile)
                .toList();
    }

    /** Returns whether a file of that name is read as an image. */
    static boolean isImage(String name) {
        return !name.startsWith(".")
                && IMAGE.matcher(name.toLowerCase(Locale.ROOT)).matches();
    }

    private PixelImage load(Path file) throws IOException {
        BufferedImage decoded = ImageFiles.decode(file);
        PixelImage image = PixelImage.of(decoded, gray);
        return size == null ? image : image.resize(size[0], size[1]);
    }

    private static Shape checkShape(Path file, Shape found, @Nullable Shape expected) throws BadInputException {
        if (expected != null && !expected.equals(found)) {
            throw new BadInputException(
                    file, "is " + found + " where the images before it are " + expected + "; give size=HEIGHTxWIDTH");
        }
        return found;
    }
}

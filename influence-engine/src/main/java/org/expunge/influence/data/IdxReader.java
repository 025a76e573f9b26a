package org.expunge.influence.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Inputs;
import org.jspecify.annotations.Nullable;

/**
 * Reads MNIST's pair of files: unsigned bytes in IDX, images {@code n × height × width} and labels {@code n}.
 *
 * <p><b>Source.</b> Y. LeCun, C. Cortes and C. Burges, "The MNIST database of handwritten digits", "File formats".
 */
final class IdxReader {
    /** Two zero bytes, 8 for unsigned byte, then the number of dimensions. */
    private static final int UNSIGNED_BYTE_MAGIC = 0x0800;

    private static final int IMAGE_DIMENSIONS = 3;
    private static final int LABEL_DIMENSIONS = 1;

    /** Unsigned bytes with the lengths of their sides. */
    private static final class Idx {
        private final int[] sides;
        private final byte[] bytes;

        private Idx(int[] sides, byte[] bytes) {
            this.sides = sides;
            this.bytes = bytes;
        }
    }

    private final int declaredClasses;

    /** Takes {@code classes}; without it there are as many classes as the largest label asks for. */
    IdxReader(Map<String, String> options) {
        String classes = options.get("classes");
        this.declaredClasses = classes == null ? 0 : DataSpec.positive("classes", classes);
    }

    /** Reads {@code train-*}, and {@code t10k-*} where there are such files. */
    LoadedData read(Path directory, String spec) throws IOException {
        Folders.requireDirectory(directory);
        Path trainImages = find(directory, "train-images");
        if (trainImages == null) {
            throw new BadInputException(
                    directory, "holds no file train-images-idx3-ubyte or train-images-idx3-ubyte.gz");
        }
        Dataset train = read(directory, trainImages, "train");
        Path testImages = find(directory, "t10k-images");
        if (testImages == null) {
            return new LoadedData(train, Optional.empty(), spec);
        }
        return joinClasses(train, read(directory, testImages, "t10k"), spec);
    }

    /** Gives both parts the larger number of classes. */
    private static LoadedData joinClasses(Dataset train, Dataset test, String spec) {
        int classes = Math.max(train.classes(), test.classes());
        return new LoadedData(widen(train, classes), Optional.of(widen(test, classes)), spec);
    }

    private static Dataset widen(Dataset data, int classes) {
        int[] labels = new int[data.size()];
        Arrays.setAll(labels, data::label);
        return data.withTargets(Targets.classes(labels, classes));
    }

    private Dataset read(Path directory, Path imageFile, String part) throws IOException {
        Path labelFile = find(directory, part + "-labels");
        if (labelFile == null) {
            throw new BadInputException(directory, "holds " + imageFile.getFileName() + " but no " + part + "-labels");
        }
        Idx images = readFile(imageFile, IMAGE_DIMENSIONS);
        Idx labels = readFile(labelFile, LABEL_DIMENSIONS);
        int n = images.sides[0];
        if (labels.sides[0] != n) {
            throw new BadInputException(
                    labelFile,
                    "holds " + labels.sides[0] + " labels but " + imageFile.getFileName() + " holds " + n + " images");
        }
        int[] classes = new int[n];
        Arrays.setAll(classes, i -> labels.bytes[i] & 0xff);
        int count = countClasses(labelFile, classes);
        Shape shape = new Shape(1, images.sides[1], images.sides[2]);
        Features features = StoredFeatures.ofBytes(images.bytes, shape.length(), 1);
        String name = part.equals("t10k") ? "test" : part;
        return Dataset.of(name, shape, features, Targets.classes(classes, count))
                .withIds(RowIds.numbered(name, n).list());
    }

    private int countClasses(Path labelFile, int[] labels) throws BadInputException {
        if (declaredClasses == 0) {
            return Arrays.stream(labels).max().orElse(0) + 1;
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] >= declaredClasses) {
                throw new BadInputException(
                        labelFile, "row " + i + " has label " + labels[i] + " but classes=" + declaredClasses);
            }
        }
        return declaredClasses;
    }

    /** Finds {@code prefix-idx3-ubyte} or {@code prefix.idx3-ubyte}, gzip or not; the first by name. */
    private static @Nullable Path find(Path directory, String prefix) throws IOException {
        return Folders.list(directory).stream()
                .filter(file -> Folders.name(file).matches(prefix + "[-.]idx[0-9]-ubyte(\\.gz)?"))
                .filter(Files::isRegularFile)
                .findFirst()
                .orElse(null);
    }

    private static Idx readFile(Path file, int dimensions) throws IOException {
        try (InputStream in = Inputs.open(file)) {
            int headerBytes = Integer.BYTES * (1 + dimensions);
            ByteBuffer header = ByteBuffer.wrap(Arrays.copyOf(in.readNBytes(headerBytes), headerBytes));
            int magic = header.getInt();
            if (magic != (UNSIGNED_BYTE_MAGIC | dimensions)) {
                throw new BadInputException(
                        file,
                        String.format(
                                "is no IDX file of unsigned bytes in %d dimensions: it starts with %08x",
                                dimensions, magic));
            }
            int[] sides = new int[dimensions];
            for (int i = 0; i < dimensions; i++) {
                sides[i] = header.getInt();
            }
            int length = checkedLength(file, sides);
            byte[] bytes = in.readNBytes(length); // grows with what is there, not with what is declared
            if (bytes.length < length || in.read() >= 0) {
                String found = bytes.length < length ? "only " + bytes.length + "; it is truncated" : "more";
                throw new BadInputException(
                        file, "declares " + Arrays.toString(sides) + " = " + length + " bytes but holds " + found);
            }
            return new Idx(sides, bytes);
        }
    }

    private static int checkedLength(Path file, int[] sides) throws BadInputException {
        double length = 1;
        for (int side : sides) {
            length *= side;
            if (side < 1 || length > Integer.MAX_VALUE - 8) {
                throw new BadInputException(file, "declares sides of " + Arrays.toString(sides));
            }
        }
        return (int) length;
    }
}

package org.expunge.influence.data;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;

/** Writes copies of MNIST's and CIFAR-10's files: the training rows anew, everything else as it stands. */
final class ByteImageCopy {
    private static final int IDX_IMAGES = 0x0803;
    private static final int IDX_LABELS = 0x0801;

    private ByteImageCopy() {}

    static DataCopy.Outcome idx(DataSpec source, Dataset changed, Path directory, Path home) throws IOException {
        Dataset rows = DataCopy.merged(source, changed);
        others(Path.of(source.path()), directory, name -> name.startsWith("train-"));
        try (DataOutputStream images = open(directory.resolve("train-images-idx3-ubyte"));
                DataOutputStream labels = open(directory.resolve("train-labels-idx1-ubyte"))) {
            images.writeInt(IDX_IMAGES);
            images.writeInt(rows.size());
            images.writeInt(rows.shape().height());
            images.writeInt(rows.shape().width());
            labels.writeInt(IDX_LABELS);
            labels.writeInt(rows.size());
            for (int i = 0; i < rows.size(); i++) {
                labels.writeByte(rows.label(i));
                images.write(pixels(rows.row(i)));
            }
        }
        return DataCopy.Outcome.of(new DataSpec("idx", home.toString(), source.options()), Map.of());
    }

    static DataCopy.Outcome cifar(DataSpec source, Dataset changed, Path directory, Path home) throws IOException {
        Dataset rows = DataCopy.merged(source, changed);
        others(Path.of(source.path()), directory, name -> name.startsWith("data_batch"));
        try (DataOutputStream batch = open(directory.resolve("data_batch_1.bin"))) {
            for (int i = 0; i < rows.size(); i++) {
                batch.writeByte(rows.label(i));
                batch.write(pixels(rows.row(i)));
            }
        }
        return DataCopy.Outcome.of(new DataSpec("cifar", home.toString(), source.options()), Map.of());
    }

    private static DataOutputStream open(Path file) throws IOException {
        return new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
    }

    private static byte[] pixels(double[] row) {
        byte[] pixels = new byte[row.length];
        for (int j = 0; j < row.length; j++) {
            pixels[j] = DataCopy.pixel(row[j]);
        }
        return pixels;
    }

    private static void others(Path from, Path to, Predicate<String> isWrittenAnew) throws IOException {
        Files.createDirectories(to);
        for (Path file : Folders.list(from)) {
            String name = Folders.name(file);
            if (Files.isRegularFile(file) && !isWrittenAnew.test(name)) {
                DataCopy.copy(file, to.resolve(name));
            }
        }
    }
}

package org.expunge.influence.data;

import com.google.common.base.CharMatcher;
import com.google.common.primitives.Ints;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Inputs;

/**
 * Reads CIFAR-10's binary batches: records of one label byte and 3 × 32 × 32 pixels, channel by channel.
 *
 * <p><b>Source.</b> A. Krizhevsky, "The CIFAR-10 dataset", "Binary version".
 */
final class CifarReader {
    private static final Shape SHAPE = new Shape(3, 32, 32);
    private static final int CLASSES = 10;

    private CifarReader() {}

    /** Reads every {@code data_batch*.bin}, and {@code test_batch.bin} where there is one, gzip or not. */
    static LoadedData read(Path directory, String spec) throws IOException {
        Folders.requireDirectory(directory);
        List<Path> trainFiles = batches(directory, "data_batch.*");
        List<Path> testFiles = batches(directory, "test_batch.*");
        if (trainFiles.isEmpty()) {
            throw new BadInputException(directory, "holds no file data_batch*.bin or data_batch*.bin.gz");
        }
        List<String> names = classNames(directory);
        Dataset train = readBatches(trainFiles, "train", names);
        Optional<Dataset> test =
                testFiles.isEmpty() ? Optional.empty() : Optional.of(readBatches(testFiles, "test", names));
        return new LoadedData(train, test, spec);
    }

    private static List<Path> batches(Path directory, String pattern) throws IOException {
        return Folders.list(directory).stream()
                .filter(file -> Folders.name(file).matches(pattern + "\\.bin(\\.gz)?"))
                .filter(Files::isRegularFile)
                .toList();
    }

    private static List<String> classNames(Path directory) throws IOException {
        Path file = directory.resolve("batches.meta.txt");
        if (!Files.exists(file)) {
            return List.of();
        }
        List<String> names = Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                .map(CharMatcher.whitespace()::trimFrom)
                .filter(name -> !name.isEmpty())
                .toList();
        if (names.size() != CLASSES) {
            throw new BadInputException(file, "names " + names.size() + " classes where CIFAR-10 has " + CLASSES);
        }
        return names;
    }

    private static Dataset readBatches(List<Path> files, String name, List<String> classNames) throws IOException {
        List<byte[]> pixels = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (Path file : files) {
            readBatch(file, pixels, labels);
        }
        Features features = ByteRows.join(pixels, SHAPE.length(), files.get(0).toString());
        Dataset data = Dataset.of(name, SHAPE, features, Targets.classes(Ints.toArray(labels), CLASSES))
                .withIds(RowIds.numbered(name, labels.size()).list());
        return classNames.isEmpty() ? data : data.withClassNames(classNames);
    }

    private static void readBatch(Path file, List<byte[]> pixels, List<Integer> labels) throws IOException {
        int recordBytes = 1 + SHAPE.length();
        try (InputStream in = Inputs.open(file)) {
            int row = 0;
            for (byte[] cut = in.readNBytes(recordBytes); cut.length > 0; cut = in.readNBytes(recordBytes)) {
                if (cut.length < recordBytes) {
                    throw new BadInputException(
                            file,
                            "is truncated: record " + row + " has " + cut.length + " of " + recordBytes + " bytes");
                }
                int label = cut[0] & 0xff;
                if (label >= CLASSES) {
                    throw new BadInputException(
                            file, "record " + row + " has label " + label + " but there are " + CLASSES + " classes");
                }
                pixels.add(Arrays.copyOfRange(cut, 1, recordBytes));
                labels.add(label);
                row++;
            }
            if (row == 0) {
                throw new BadInputException(file, "holds no records");
            }
        }
    }
}

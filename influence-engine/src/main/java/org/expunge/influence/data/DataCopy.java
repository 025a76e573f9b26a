package org.expunge.influence.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes a data set once more in the format that it came in, with some training rows changed; all else is copied as it
 * stands. Pixels are rounded to whole numbers from 0 to 255. A table with a header gets a last column
 * {@link StratifiedSplit#STRATUM}, no feature, with the labels as they were, so that the copy is split as the original
 * is; other formats have no place for it, and their split follows the labels of the copy.
 */
public final class DataCopy {
    private DataCopy() {}

    /**
     * What was written.
     *
     * @param spec the copy, as {@link DataSpec#parse} reads it; null if there is none
     * @param reason why there is none; else null
     * @param renamed ids that rows have in the copy where they differ, by id in the original
     */
    public record Outcome(@Nullable String spec, @Nullable String reason, Map<String, String> renamed) {
        static Outcome of(DataSpec spec, Map<String, String> renamed) {
            return new Outcome(spec.toString(), null, Map.copyOf(renamed));
        }

        static Outcome none(String reason) {
            return new Outcome(null, reason, Map.of());
        }
    }

    /**
     * Writes a copy.
     *
     * @param source the data, by an absolute path
     * @param changed raw rows with classes, which take the place of the training rows with the same ids
     * @param directory the folder to make; nothing is left there if there is no copy
     * @param home where that folder will lie in the end
     * @return the copy, or why there is none
     * @throws IOException if something cannot be read or written
     */
    public static Outcome write(DataSpec source, Dataset changed, Path directory, Path home) throws IOException {
        return switch (source.scheme()) {
            case "idx" -> ByteImageCopy.idx(source, changed, directory, home);
            case "cifar" -> ByteImageCopy.cifar(source, changed, directory, home);
            case "images" -> ImageFolderCopy.write(source, changed, directory, home);
            case "csv", "tsv" ->
                source.isText()
                        ? Outcome.none("sentences are not written back")
                        : TableCopy.write(source, changed, directory, home);
            case "wav" -> Outcome.none("recordings are not written back");
            default -> Outcome.none(source.scheme() + " is no file or folder of its own");
        };
    }

    /** Returns all training rows of a source, whatever its limit, with changed rows in their place. */
    static Dataset merged(DataSpec source, Dataset changed) throws IOException {
        Map<String, String> unlimited = new TreeMap<>(source.options());
        unlimited.remove("limit");
        Dataset base =
                new DataSpec(source.scheme(), source.path(), unlimited).load().train();
        Map<Integer, double[]> features = new TreeMap<>();
        Map<Integer, Integer> labels = new TreeMap<>();
        for (int i = 0; i < changed.size(); i++) {
            int row = base.rowOf(changed.id(i));
            features.put(row, changed.row(i));
            labels.put(row, changed.label(i));
        }
        return base.withFeatures(Features.overlay(base.features(), features))
                .withTargets(Targets.relabel(base.targets(), labels));
    }

    /** Returns the value that a pixel is stored as. */
    static byte pixel(double value) {
        return (byte) Math.min(255, Math.max(0, Math.rint(value)));
    }

    /** Copies files of a folder as they stand, one below the other as they were. */
    static void copy(Path file, Path to) throws IOException {
        Path folder = to.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.copy(file, to);
    }
}

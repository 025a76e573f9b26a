package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.expunge.influence.io.BadInputException;
import org.jspecify.annotations.Nullable;

/**
 * Reads recordings: WAV files called {@code LABEL_…​.wav}, or one folder a class. A row's id is the file's path below
 * the directory, with {@code /} between folder and file. Other files and hidden ones are passed over.
 */
final class WavFolderReader {
    private static final String SECONDS = "1";
    private static final String WINDOW = "32";
    private static final String HOP = "20";
    private static final String MELS = "32";
    private static final double MILLISECOND = 1e-3;

    private final double seconds;
    private final double window;
    private final double hop;
    private final int mels;

    /** One recording. */
    private record Recording(String id, String label, Path file) {}

    /** Takes {@code seconds}, {@code window}, {@code hop} and {@code mels}. */
    WavFolderReader(Map<String, String> options) {
        this.seconds = above0("seconds", options.getOrDefault("seconds", SECONDS));
        this.window = above0("window", options.getOrDefault("window", WINDOW)) * MILLISECOND;
        this.hop = above0("hop", options.getOrDefault("hop", HOP)) * MILLISECOND;
        this.mels = DataSpec.positive("mels", options.getOrDefault("mels", MELS));
    }

    private static double above0(String option, String text) {
        Double number = Cells.number(text);
        checkArgument(
                number != null && number > 0 && number <= 3600,
                "%s must be a number above 0 and at most 3600, but is '%s'",
                option,
                text);
        return number;
    }

    /** Reads {@code directory}, or its folders {@code train} and {@code test}. */
    LoadedData read(Path directory, String spec) throws IOException {
        Folders.requireDirectory(directory);
        Path train = directory.resolve("train");
        Path test = directory.resolve("test");
        if (!Files.isDirectory(train) || !Files.isDirectory(test)) {
            return new LoadedData(read(directory, directory, "speech", null), Optional.empty(), spec);
        }
        Dataset rows = read(directory, train, "train", null);
        return new LoadedData(rows, Optional.of(read(directory, test, "test", rows.classNames())), spec);
    }

    /** Reads recordings of the classes of another directory. */
    Dataset readLikewise(Path directory, Path training) throws IOException {
        Folders.requireDirectory(training);
        Path train = training.resolve("train");
        List<String> classes = classes(list(training, Files.isDirectory(train) ? train : training));
        Folders.requireDirectory(directory);
        return read(directory, directory, "speech", classes);
    }

    private Dataset read(Path root, Path folder, String name, @Nullable List<String> known) throws IOException {
        List<Recording> recordings = list(root, folder);
        if (recordings.isEmpty()) {
            throw new BadInputException(folder, "holds no WAV files called LABEL_NAME.wav, and none in folders");
        }
        List<String> classes = known == null ? classes(recordings) : known;
        WavFile first = WavFile.read(recordings.get(0).file(), seconds);
        LogMel sound = logMel(first.rate());
        float[] waves = new float[ByteRows.checkedSize(recordings.size(), sound.samples(), folder.toString())];
        int[] labels = new int[recordings.size()];
        for (int i = 0; i < labels.length; i++) {
            Recording recording = recordings.get(i);
            labels[i] = classes.indexOf(recording.label());
            if (labels[i] < 0) {
                throw new BadInputException(
                        recording.file(),
                        "is of class '" + recording.label() + "', which no training row has; known are " + classes
                                + ", of which any will do where labels are not looked at");
            }
            WavFile wave = WavFile.read(recording.file(), seconds);
            if (wave.rate() != sound.rate()) {
                throw new BadInputException(
                        recording.file(),
                        "has " + wave.rate() + " samples a second where "
                                + recordings.get(0).id() + " has " + sound.rate() + "; convert all to one rate");
            }
            wave.copy(waves, i * sound.samples(), sound.samples());
        }
        Features features = StoredFeatures.ofFloats(waves, sound.samples());
        return Dataset.of(name, new Shape(1, 1, sound.samples()), features, Targets.classes(labels, classes.size()))
                .withClassNames(classes)
                .withIds(recordings.stream().map(Recording::id).toList())
                .withEncoding(sound);
    }

    private LogMel logMel(int rate) {
        return new LogMel(
                rate,
                (int) Math.round(seconds * rate),
                (int) Math.round(window * rate),
                (int) Math.round(hop * rate),
                mels);
    }

    private static List<String> classes(List<Recording> recordings) {
        return recordings.stream().map(Recording::label).distinct().sorted().toList();
    }

    /** Lists the recordings of a folder by path; those in folders within it only if it holds none itself. */
    private static List<Recording> list(Path root, Path folder) throws IOException {
        List<Path> own = waves(folder);
        Map<String, Recording> byId = new TreeMap<>();
        for (Path file : own) {
            String name = Folders.name(file);
            int end = name.indexOf('_');
            if (end < 1) {
                throw new BadInputException(
                        file, "does not say its class; call it LABEL_" + name + ", or put it into a folder LABEL");
            }
            add(byId, root, name.substring(0, end), file);
        }
        if (own.isEmpty()) {
            for (Path child : Folders.list(folder)) {
                for (Path file : Files.isDirectory(child) ? waves(child) : List.<Path>of()) {
                    add(byId, root, Folders.name(child), file);
                }
            }
        }
        return new ArrayList<>(byId.values());
    }

    private static void add(Map<String, Recording> byId, Path root, String label, Path file) {
        String id =
                root.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
        byId.put(id, new Recording(id, label, file));
    }

    private static List<Path> waves(Path folder) throws IOException {
        return Folders.list(folder).stream()
                .filter(file -> Folders.name(file).toLowerCase(Locale.ROOT).endsWith(".wav"))
                .filter(Files::isRegularFile)
                .toList();
    }
}

package org.expunge.influence.curvature.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.curvature.store.FactorManifest.StoredArray;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Digests;
import org.expunge.influence.io.Json;
import org.expunge.influence.io.Npy;
import org.expunge.influence.io.NpyArray;

/** The files of one folder of factors. It appears whole or not at all. */
final class FactorFolder {
    private static final String MANIFEST = "manifest.json";

    private FactorFolder() {}

    /** Writes a folder that does not exist yet; returns its manifest. */
    static FactorManifest write(Path folder, FactorManifest manifest, Map<String, double[]> arrays) throws IOException {
        SortedMap<String, StoredArray> stored = new TreeMap<>();
        AtomicFiles.directory(folder, directory -> {
            int number = 0;
            for (Map.Entry<String, double[]> array : new TreeMap<>(arrays).entrySet()) {
                String file = String.format(
                        Locale.ROOT, "%03d-%s.npy", number++, array.getKey().replaceAll("[^A-Za-z0-9.-]", "_"));
                double[] values = array.getValue();
                Npy.write(directory.resolve(file), NpyArray.of(values, values.length));
                stored.put(
                        array.getKey(), new StoredArray(file, values.length, Digests.sha256(directory.resolve(file))));
            }
            Json.write(directory.resolve(MANIFEST), manifest.with(stored));
        });
        return manifest.with(stored);
    }

    /** Returns whether there is a folder of factors. */
    static boolean exists(Path folder) {
        return Files.exists(folder.resolve(MANIFEST));
    }

    /** Reads the manifest alone. */
    static FactorManifest manifest(Path folder) throws IOException {
        if (!exists(folder)) {
            throw new BadInputException(
                    folder, "is no folder of factors: it has no " + MANIFEST + "; fit factors into it first");
        }
        FactorManifest manifest = Json.read(folder.resolve(MANIFEST), FactorManifest.class);
        if (manifest.version() != FactorManifest.VERSION) {
            throw new BadInputException(
                    folder,
                    "holds factors of format " + manifest.version() + " but this program reads "
                            + FactorManifest.VERSION + "; fit them again");
        }
        return manifest;
    }

    /** Reads the arrays and checks their digests. */
    static SortedMap<String, double[]> arrays(Path folder, FactorManifest manifest) throws IOException {
        SortedMap<String, double[]> arrays = new TreeMap<>();
        for (Map.Entry<String, StoredArray> entry : manifest.arrays().entrySet()) {
            StoredArray stored = entry.getValue();
            if (Path.of(stored.file()).getNameCount() != 1) {
                throw new BadInputException(folder.resolve(MANIFEST), "names a file outside its folder");
            }
            Path file = folder.resolve(stored.file());
            if (!Files.exists(file) || !Digests.sha256(file).equals(stored.sha256())) {
                throw new BadInputException(
                        file, "is missing or not what the manifest says; it is damaged: fit or merge it again");
            }
            arrays.put(entry.getKey(), Npy.read(file).toDoubles());
        }
        return arrays;
    }
}

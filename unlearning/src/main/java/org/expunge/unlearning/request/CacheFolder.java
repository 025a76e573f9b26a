package org.expunge.unlearning.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.expunge.influence.io.Json;

/**
 * A folder of scores, factors or retrainings, and the files in it that this program wrote. A file is this program's if
 * the folder has a manifest of one of the three kinds and the file bears the exact name that this kind gives it;
 * everything else is somebody else's, and neither deleted nor followed if it is a link.
 *
 * @param manifests what says of which kind the folder is
 * @param files what else this program wrote there
 * @param others how many other things lie in the folder
 */
record CacheFolder(List<Path> manifests, List<Path> files, int others) {
    private static final long MOST_BYTES = 16L << 20;
    private static final Pattern TEMPORARY =
            Pattern.compile("\\.(.+)\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp");
    private static final Pattern ARRAY = Pattern.compile("[0-9]{3,}-[A-Za-z0-9._-]+\\.npy");
    private static final Pattern CELL = Pattern.compile("cells/[0-9]+-[0-9]+\\.npy");

    private static final ImmutableSet<String> SCORE_FILES = ImmutableSet.of(
            "scores.npy",
            "ids.json",
            "scores.npy.partial",
            "scores.npy.partial.flags",
            "scores.npy.partial.solves.json");

    /** What a manifest is called, which keys it has at least, and what lies beside it. */
    private enum Kind {
        SCORES("scores.json", ImmutableSet.of("manifest", "provenance", "sha256"), SCORE_FILES),
        UNFINISHED_SCORES(
                "scores.npy.partial.json", ImmutableSet.of("method", "queries", "rows", "inputs"), SCORE_FILES),
        FACTORS("manifest.json", ImmutableSet.of("version", "recipe", "model", "data", "arrays"), ImmutableSet.of()),
        RETRAININGS(
                "bank.json",
                ImmutableSet.of("rows", "subsets", "repetitions", "masks", "inputs"),
                ImmutableSet.of("masks.npy", "outputs.npy"));

        private final String manifest;
        private final ImmutableSet<String> keys;
        private final ImmutableSet<String> names;

        Kind(String manifest, ImmutableSet<String> keys, ImmutableSet<String> names) {
            this.manifest = manifest;
            this.keys = keys;
            this.names = names;
        }

        private boolean owns(String name, JsonNode content) {
            return names.contains(name)
                    || (this == RETRAININGS && CELL.matcher(name).matches())
                    || (this == FACTORS && ARRAY.matcher(name).matches() && namesArray(content, name));
        }

        private static boolean namesArray(JsonNode content, String name) {
            return content.get("arrays").findValuesAsText("file").contains(name);
        }
    }

    private record Manifest(Kind kind, Path file, JsonNode content) {}

    /** Copies the lists. */
    CacheFolder {
        manifests = List.copyOf(manifests);
        files = List.copyOf(files);
    }

    /**
     * Looks into a folder.
     *
     * @param folder the folder
     * @return what is in it; empty if it has no manifest of a known kind
     * @throws IOException if it cannot be read
     */
    static Optional<CacheFolder> at(Path folder) throws IOException {
        List<Manifest> manifests = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            read(folder.resolve(kind.manifest))
                    .filter(content -> kind.keys.stream().allMatch(content::has))
                    .ifPresent(content -> manifests.add(new Manifest(kind, folder.resolve(kind.manifest), content)));
        }
        if (manifests.isEmpty()) {
            return Optional.empty();
        }
        List<Path> sure = manifests.stream().map(Manifest::file).toList();
        List<Path> ours = new ArrayList<>();
        int others = 0;
        for (Path file : contents(folder)) {
            if (sure.contains(file)) {
                continue;
            }
            if (isOurs(folder, file, manifests)) {
                ours.add(file);
            } else {
                others++;
            }
        }
        return Optional.of(new CacheFolder(sure, ours, others));
    }

    /** Returns everything but folders. */
    private static List<Path> contents(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isOurs(Path folder, Path file, List<Manifest> manifests) {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        String name = folder.relativize(file).toString().replace('\\', '/');
        int last = name.lastIndexOf('/') + 1;
        var temporary = TEMPORARY.matcher(name.substring(last));
        String meant = temporary.matches() ? name.substring(0, last) + temporary.group(1) : name;
        return manifests.stream()
                .anyMatch(manifest -> manifest.kind().owns(meant, manifest.content())
                        || (!meant.equals(name) && manifest.kind().manifest.equals(meant)));
    }

    private static Optional<JsonNode> read(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MOST_BYTES) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.mapper().readTree(Files.readAllBytes(file))).filter(JsonNode::isObject);
        } catch (JsonProcessingException e) {
            return Optional.empty(); // no manifest of this program
        }
    }

    /** Returns whether a manifest holds one of the marks. */
    boolean names(List<String> marks) throws IOException {
        return anyNames(manifests, marks);
    }

    /** Returns whether one of some files, none above 16 MiB, holds one of the marks. */
    static boolean anyNames(List<Path> files, List<String> marks) throws IOException {
        for (Path file : files) {
            if (Files.size(file) <= MOST_BYTES) {
                String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
                if (marks.stream().anyMatch(text::contains)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Deletes this program's files, those last by which the folder is known, and then the folders that are empty.
     *
     * @param folder the folder
     * @throws IOException if one cannot be deleted
     */
    void delete(Path folder) throws IOException {
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
        for (Path file : manifests) {
            Files.deleteIfExists(file);
        }
        deleteEmpty(folder.resolve("cells"));
        deleteEmpty(folder);
    }

    private static void deleteEmpty(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> list = Files.list(directory)) {
            if (list.findAny().isPresent()) {
                return;
            }
        }
        Files.delete(directory);
    }
}

package org.expunge.unlearning.request;

import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.training.RunRow;
import org.expunge.influence.training.Split;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.shadow.ShadowBank;
import org.expunge.unlearning.sharded.ShardedRun;

/** Finds the folders that were made from a run: what it noted itself, and what lies beside it or where it was told. */
final class FolderSearch {
    private static final int DEPTH = 2;
    private static final String CACHE = "cache";
    private static final String SHADOWS = "shadow models";

    /** Kinds of which a purge deletes folders: their own files alone. */
    static final ImmutableSet<String> KINDS = ImmutableSet.of(CACHE, SHADOWS);

    private final Purge.Known run;
    private final Set<String> rows;
    private final List<Path> folders;
    private final Path home;

    /**
     * Makes a search.
     *
     * @param run the run
     * @param rows ids of the removed rows
     * @param folders where else to look
     * @param home the folder that the run lies in, which the artefacts' paths are relative to
     */
    FolderSearch(Purge.Known run, Set<String> rows, List<Path> folders, Path home) {
        this.run = run;
        this.rows = rows;
        this.folders = folders;
        this.home = home;
    }

    /**
     * Finds them.
     *
     * @return noted banks of shadow models, then what was found
     * @throws IOException if a folder cannot be read
     */
    List<Artefact> find() throws IOException {
        List<Artefact> found = new ArrayList<>();
        List<ShadowBank> banks = ShadowBank.of(run.path());
        Set<Path> known = new TreeSet<>();
        for (ShadowBank bank : banks) {
            Path folder = Path.of(bank.folder());
            if (known.add(folder)) {
                addBank(folder, banks, found);
            }
        }
        addNeighbours(known, banks, found);
        return found;
    }

    private String relative(Path path) {
        return String.valueOf(home.relativize(path));
    }

    /** A folder that holds another bank by now, or none of this program's, is not this run's to delete. */
    private void addBank(Path folder, List<ShadowBank> banks, List<Artefact> found) throws IOException {
        Optional<CacheFolder> cache = CacheFolder.at(folder);
        if (cache.isPresent() && cache.get().names(marks(banks))) {
            found.add(new Artefact(
                    SHADOWS,
                    relative(folder),
                    Artefact.Action.DELETED,
                    deletion("answers of models that learned the run's rows", cache.get())));
        } else if (Files.exists(folder)) {
            found.add(new Artefact(
                    SHADOWS,
                    relative(folder),
                    Artefact.Action.KEPT,
                    "was noted when it was made, but holds no shadow models of this run any more: look yourself"));
        }
    }

    private static List<String> marks(List<ShadowBank> banks) {
        return banks.stream().flatMap(bank -> bank.marks().stream()).toList();
    }

    private static String deletion(String what, CacheFolder cache) {
        return cache.others() == 0
                ? what
                : what + "; the folder and " + cache.others() + " other files in it stay: they are not this program's";
    }

    /** Looks for what lies about, but not in places that are known. */
    private void addNeighbours(Set<Path> known, List<ShadowBank> banks, List<Artefact> found) throws IOException {
        List<String> marks =
                Stream.concat(run.marks().stream(), marks(banks).stream()).toList();
        Set<Path> searched = new HashSet<>();
        searched.add(home);
        folders.forEach(folder -> searched.add(folder.toAbsolutePath().normalize()));
        for (Path folder : searched.stream().sorted().toList()) {
            for (Path directory : directories(folder)) {
                if (directory.startsWith(run.path()) || directory.equals(folder) || isOneOf(known, directory)) {
                    continue;
                }
                if (Files.exists(directory.resolve("run.json")) || ShardedRun.isAt(directory)) {
                    addRun(directory, found);
                } else {
                    addCache(directory, marks, found);
                }
            }
        }
    }

    private static List<Path> directories(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new BadInputException(folder, "is no directory to look for caches in");
        }
        try (Stream<Path> walk = Files.walk(folder, DEPTH)) {
            return walk.filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
    }

    /** Known places are without links; what is found on a walk need not be. */
    private static boolean isOneOf(Set<Path> known, Path directory) throws IOException {
        return !known.isEmpty() && known.contains(directory.toRealPath());
    }

    private void addCache(Path directory, List<String> marks, List<Artefact> found) throws IOException {
        Optional<CacheFolder> cache = CacheFolder.at(directory);
        if (cache.isPresent() && cache.get().names(marks)) {
            found.add(new Artefact(
                    CACHE,
                    relative(directory),
                    Artefact.Action.DELETED,
                    deletion("made from the run's rows or model", cache.get())));
        } else if (CacheFolder.anyNames(json(directory), marks)) {
            found.add(new Artefact(
                    "file",
                    relative(directory),
                    Artefact.Action.KEPT,
                    "holds a file that names the run's rows or model, but is no folder of scores, factors or"
                            + " retrainings: look yourself"));
        }
    }

    private static List<Path> json(Path directory) throws IOException {
        try (Stream<Path> list = Files.list(directory)) {
            return list.filter(file ->
                            file.toString().endsWith(".json") && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        }
    }

    private void addRun(Path directory, List<Artefact> found) throws IOException {
        if (Files.exists(directory.resolve("REVOKED"))) {
            return;
        }
        TrainingRun other;
        try {
            other = TrainingRun.open(directory);
        } catch (BadInputException e) {
            return; // of another kind or damaged: no model that this program would use
        }
        long known = other.rows().stream()
                .filter(row -> !row.isRemoved() && row.split() == Split.TRAIN)
                .map(RunRow::id)
                .filter(rows::contains)
                .count();
        if (known > 0 && other.recipe().data().source().equals(run.source())) {
            found.add(new Artefact(
                    "other run",
                    relative(directory),
                    Artefact.Action.KEPT,
                    "was trained on " + known + " of the rows: give the request to it as well"));
        }
    }
}

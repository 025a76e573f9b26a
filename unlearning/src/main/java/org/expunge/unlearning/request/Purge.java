package org.expunge.unlearning.request;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.SecretFiles;
import org.expunge.influence.score.InputDigests;
import org.expunge.influence.training.RunRow;
import org.expunge.influence.training.Split;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.sharded.ShardedRun;

/**
 * Finds what beside the parameters can still know removed rows, and deals with it.
 *
 * <p>Caches (scores, factors, shadow models) are found by their manifests: a folder beside the run, or in a folder that
 * the operator names, with a JSON file that holds the digest of the run's rows or of its model. Such a folder is
 * deleted if it holds nothing but files that this program writes.
 *
 * <p><b>Cost.</b> Reads every JSON file of at most 16 MiB in the folders searched, two levels deep.
 */
public final class Purge {
    private static final long MOST_BYTES = 16L << 20;
    private static final int DEPTH = 2;
    private static final Pattern OURS =
            Pattern.compile(".*\\.(json|npy|csv|svg|md|partial|lock|tmp)|\\.gitignore", Pattern.CASE_INSENSITIVE);

    /** What becomes of the run before. */
    public enum OldRun {
        /** It stays, and every command refuses it but verification and replay. */
        REVOKE,
        /** Its directory is deleted. */
        DELETE,
        /** It stays in use. */
        KEEP
    }

    /**
     * What there is to know of a run.
     *
     * @param path its directory
     * @param source where its rows come from
     * @param hasStatistics whether batch normalisation keeps statistics of rows
     * @param marks digests of its rows and models, by which what was made from them is known
     * @param secrets files that are shredded, not only deleted or revoked
     */
    public record Known(Path path, DataSpec source, boolean hasStatistics, List<String> marks, List<Path> secrets) {
        /** Makes the path absolute and copies the lists. */
        public Known {
            path = path.toAbsolutePath().normalize();
            marks = List.copyOf(marks);
            secrets = List.copyOf(secrets);
        }

        /** Describes a run of one model. */
        public static Known of(TrainingRun run) {
            return of(run.path(), run.recipe().data().source(), List.of(run)).withMark(InputDigests.of(run.train()));
        }

        /**
         * Describes a run of several models.
         *
         * @param path its directory
         * @param source where its rows come from
         * @param models its parts
         */
        public static Known of(Path path, DataSpec source, List<TrainingRun> models) {
            return new Known(
                    path,
                    source,
                    models.get(0).model().statistics().length > 0,
                    models.stream().map(model -> InputDigests.of(model.model())).toList(),
                    List.of());
        }

        private Known withMark(String mark) {
            List<String> all = new ArrayList<>(marks);
            all.add(mark);
            return new Known(path, source, hasStatistics, all, secrets);
        }

        /** Returns the same run with files that are to be shredded. */
        public Known withSecrets(List<Path> files) {
            return new Known(path, source, hasStatistics, marks, files);
        }
    }

    private final Known run;
    private final Set<String> rows;
    private final OldRun oldRun;
    private final List<Path> folders;

    /**
     * Makes a purge.
     *
     * @param run the run before
     * @param rows ids of the removed rows
     * @param oldRun what becomes of the run before
     * @param folders where else to look for caches
     */
    public Purge(Known run, Set<String> rows, OldRun oldRun, List<Path> folders) {
        this.run = run;
        this.rows = Set.copyOf(rows);
        this.oldRun = oldRun;
        this.folders = List.copyOf(folders);
    }

    /**
     * Lists what there is.
     *
     * @param trainsAnew whether the new model is trained from scratch
     * @return the artefacts, in a fixed order
     * @throws IOException if a folder cannot be read
     */
    public List<Artefact> list(boolean trainsAnew) throws IOException {
        List<Artefact> all = new ArrayList<>();
        String name = relative(place());
        Artefact.Action anew = trainsAnew ? Artefact.Action.MADE_ANEW : Artefact.Action.KEPT;
        all.add(new Artefact(
                "optimiser state", name, Artefact.Action.LEFT_BEHIND, "runs keep none once training has ended"));
        all.add(new Artefact(
                "normaliser",
                name + "/normalizer.json",
                anew,
                trainsAnew ? "fitted on the rows that remain" : "its means and scales were fitted with the rows"));
        if (run.hasStatistics()) {
            all.add(new Artefact(
                    "batch-norm statistics",
                    name + "/model.zip",
                    anew,
                    trainsAnew
                            ? "collected anew in training"
                            : "as the method left them: its own report says whether they were collected anew"));
        }
        Artefact.Action fate = switch (oldRun) {
            case REVOKE -> Artefact.Action.REVOKED;
            case DELETE -> Artefact.Action.DELETED;
            case KEEP -> Artefact.Action.KEPT;
        };
        all.add(new Artefact("checkpoints", name + "/checkpoints", fate, "the way to the old model"));
        all.add(new Artefact("run", name, fate, "the old model was trained on the rows"));
        for (Path secret : run.secrets()) {
            all.add(new Artefact(
                    "secret state",
                    relative(secret.toAbsolutePath().normalize()),
                    oldRun == OldRun.KEEP ? Artefact.Action.KEPT : Artefact.Action.DELETED,
                    "the exact head before"));
        }
        all.addAll(neighbours());
        return all;
    }

    private Path place() {
        return run.path();
    }

    private String relative(Path path) {
        return String.valueOf(home().relativize(path));
    }

    private Path home() {
        return place().resolveSibling("").toAbsolutePath().normalize();
    }

    private List<Artefact> neighbours() throws IOException {
        Set<Path> searched = new HashSet<>();
        searched.add(home());
        folders.forEach(folder -> searched.add(folder.toAbsolutePath().normalize()));
        List<Artefact> found = new ArrayList<>();
        for (Path folder : searched.stream().sorted().toList()) {
            for (Path directory : directories(folder)) {
                if (directory.startsWith(place()) || directory.equals(folder)) {
                    continue;
                }
                if (Files.exists(directory.resolve("run.json")) || ShardedRun.isAt(directory)) {
                    addRun(directory, found);
                } else if (names(directory, run.marks())) {
                    boolean isOurs = holdsOnlyOurs(directory);
                    found.add(new Artefact(
                            "cache",
                            relative(directory),
                            isOurs ? Artefact.Action.DELETED : Artefact.Action.KEPT,
                            isOurs
                                    ? "made from the run's rows or model"
                                    : "made from the run's rows or model, but holds other files as well: delete it"
                                            + " yourself"));
                }
            }
        }
        return found;
    }

    private static List<Path> directories(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new BadInputException(folder, "is no directory to look for caches in");
        }
        try (Stream<Path> walk = Files.walk(folder, DEPTH)) {
            return walk.filter(Files::isDirectory).sorted().toList();
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

    private static boolean names(Path directory, List<String> marks) throws IOException {
        List<Path> files;
        try (Stream<Path> list = Files.list(directory)) {
            files = list.filter(file -> file.toString().endsWith(".json")).toList();
        }
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

    private static boolean holdsOnlyOurs(Path directory) throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            return walk.filter(Files::isRegularFile)
                    .allMatch(
                            file -> OURS.matcher(file.getFileName().toString()).matches());
        }
    }

    /**
     * Does what a list says. What was done before is left as it is.
     *
     * @param artefacts as {@link #list} gave it
     * @param reason what a revoked run is to say
     * @throws IOException if something cannot be deleted or written
     */
    public void execute(List<Artefact> artefacts, String reason) throws IOException {
        if (oldRun != OldRun.KEEP) {
            for (Path secret : run.secrets()) {
                if (Files.exists(secret)) {
                    SecretFiles.shred(secret);
                }
            }
        }
        for (Artefact artefact : artefacts) {
            Path path = home().resolve(artefact.path()).normalize();
            if (artefact.action() == Artefact.Action.DELETED && Files.exists(path)) {
                MoreFiles.deleteRecursively(path, RecursiveDeleteOption.ALLOW_INSECURE);
            }
        }
        if (oldRun == OldRun.REVOKE && Files.isDirectory(run.path())) {
            TrainingRun.revoke(run.path(), reason);
        }
    }
}

package org.expunge.unlearning.request;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.TableLayout;
import org.expunge.influence.io.Json;
import org.expunge.influence.io.SecretFiles;
import org.expunge.influence.score.InputDigests;
import org.expunge.influence.training.TrainingRun;

/**
 * Finds what beside the parameters can still know removed rows, and deals with it.
 *
 * <p>Caches (scores, factors, retrainings) are found by their manifests: a folder beside the run, or in a folder that
 * the operator names, with a manifest that holds the digest of the run's rows or of its model. Shadow models are found
 * where the run's notes say ({@link org.expunge.unlearning.shadow.ShadowBank}), wherever that is. Of such a folder the
 * files that this program wrote are deleted, by their exact names; whatever else lies in it stays, and the list says
 * so.
 *
 * <p><b>Cost.</b> Reads every JSON file of at most 16 MiB in the folders searched, two levels deep.
 */
public final class Purge {
    private static final ImmutableSet<Normalizer.Kind> FITTED =
            Sets.immutableEnumSet(EnumSet.complementOf(EnumSet.of(Normalizer.Kind.NONE, Normalizer.Kind.SCALE)));
    private static final String RUN = "run";
    private static final String CHECKPOINTS = "checkpoints";
    private static final String LAYOUT = "table layout";
    private static final String SECRET = "secret state";

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
     * @param parts the directories of its models
     * @param source where its rows come from
     * @param isFitted whether what normalises its rows was fitted with them
     * @param hasStatistics whether batch normalisation keeps statistics of rows
     * @param marks digests of its rows and models, by which what was made from them is known
     * @param secrets files that are shredded, not only deleted or revoked
     */
    public record Known(
            Path path,
            List<Path> parts,
            DataSpec source,
            boolean isFitted,
            boolean hasStatistics,
            List<String> marks,
            List<Path> secrets) {
        /** Makes the path absolute and copies the lists. */
        public Known {
            path = path.toAbsolutePath().normalize();
            parts = parts.stream()
                    .map(part -> part.toAbsolutePath().normalize())
                    .toList();
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
                    models.stream().map(TrainingRun::path).toList(),
                    source,
                    FITTED.contains(
                            models.get(0).recipe().data().normalization().kind()),
                    models.get(0).model().statistics().length > 0,
                    models.stream().map(model -> InputDigests.of(model.model())).toList(),
                    List.of());
        }

        private Known withMark(String mark) {
            List<String> all = new ArrayList<>(marks);
            all.add(mark);
            return new Known(path, parts, source, isFitted, hasStatistics, all, secrets);
        }

        /** Returns the same run with files that are to be shredded. */
        public Known withSecrets(List<Path> files) {
            return new Known(path, parts, source, isFitted, hasStatistics, marks, files);
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
        all.add(new Artefact(
                "optimiser state", name, Artefact.Action.LEFT_BEHIND, "runs keep none once training has ended"));
        for (Path normalizer : inParts("normalizer.json")) {
            all.add(normaliser(normalizer, trainsAnew));
        }
        for (Path layout : inParts("layout.json")) {
            all.add(layout(layout, trainsAnew));
        }
        for (Path model : run.hasStatistics() ? inParts("model.zip") : List.<Path>of()) {
            all.add(new Artefact(
                    "batch-norm statistics",
                    relative(model),
                    trainsAnew ? Artefact.Action.MADE_ANEW : Artefact.Action.KEPT,
                    trainsAnew
                            ? "collected anew in training"
                            : "as the method left them: its own report says whether they were collected anew"));
        }
        Artefact.Action fate = switch (oldRun) {
            case REVOKE -> Artefact.Action.REVOKED;
            case DELETE -> Artefact.Action.DELETED;
            case KEEP -> Artefact.Action.KEPT;
        };
        for (Path checkpoints : inParts(CHECKPOINTS)) {
            all.add(new Artefact(CHECKPOINTS, relative(checkpoints), fate, "the way to the old model"));
        }
        all.add(new Artefact(RUN, name, fate, "the old model was trained on the rows"));
        for (Path secret : run.secrets()) {
            all.add(new Artefact(
                    SECRET,
                    relative(secret.toAbsolutePath().normalize()),
                    oldRun == OldRun.KEEP ? Artefact.Action.KEPT : Artefact.Action.DELETED,
                    "the exact head before"));
        }
        all.addAll(new FolderSearch(run, rows, folders, home()).find());
        return all;
    }

    private Artefact normaliser(Path file, boolean trainsAnew) {
        String name = relative(file);
        if (!run.isFitted()) {
            return new Artefact("normaliser", name, Artefact.Action.KEPT, "nothing in it was fitted with rows");
        }
        return trainsAnew
                ? new Artefact("normaliser", name, Artefact.Action.MADE_ANEW, "fitted on the rows that remain")
                : new Artefact("normaliser", name, Artefact.Action.KEPT, "what it does was fitted with the rows");
    }

    /** Parts of several models were laid out together and keep that. */
    private Artefact layout(Path file, boolean trainsAnew) throws IOException {
        String name = relative(file);
        if (!Json.read(file, TableLayout.class).isFitted()) {
            return new Artefact(LAYOUT, name, Artefact.Action.KEPT, "nothing in it was fitted with rows");
        }
        boolean isAlone = run.parts().equals(List.of(run.path()));
        return trainsAnew && isAlone && run.source().isTable()
                ? new Artefact(LAYOUT, name, Artefact.Action.MADE_ANEW, "fitted on the rows that remain")
                : new Artefact(
                        LAYOUT,
                        name,
                        Artefact.Action.KEPT,
                        "names of categories and means of columns were fitted with the rows");
    }

    /** Returns what there is of a name in each part of the run. */
    private List<Path> inParts(String name) {
        return run.parts().stream()
                .map(part -> part.resolve(name))
                .filter(Files::exists)
                .toList();
    }

    private Path place() {
        return run.path();
    }

    private String relative(Path path) {
        return String.valueOf(home().relativize(path));
    }

    /**
     * Does what a list says, the run before last. What was done before is left as it is, so that a list is carried out
     * again after a killed process as if it had not been begun.
     *
     * @param home the folder that the run lies in
     * @param artefacts as {@link #list} gave it
     * @param reason what a revoked run is to say
     * @param steps told the kind of what comes next
     * @throws IOException if something cannot be deleted or written
     */
    public static void execute(Path home, List<Artefact> artefacts, String reason, Consumer<String> steps)
            throws IOException {
        for (Artefact artefact : artefacts) {
            Path path = home.resolve(artefact.path()).normalize();
            if (artefact.action() != Artefact.Action.DELETED) {
                continue;
            }
            if (artefact.kind().equals(SECRET) && Files.exists(path)) {
                SecretFiles.shred(path);
            } else if (FolderSearch.KINDS.contains(artefact.kind())
                    && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                Optional<CacheFolder> cache = CacheFolder.at(path);
                if (cache.isPresent()) {
                    cache.get().delete(path);
                }
            }
            steps.accept(artefact.kind());
        }
        for (Artefact artefact : artefacts) {
            Path path = home.resolve(artefact.path()).normalize();
            if (artefact.kind().equals(RUN) && Files.isDirectory(path)) {
                end(path, artefact.action(), reason);
            }
        }
    }

    /** Checkpoints go with their run. */
    private static void end(Path path, Artefact.Action action, String reason) throws IOException {
        if (action == Artefact.Action.DELETED) {
            MoreFiles.deleteRecursively(path, RecursiveDeleteOption.ALLOW_INSECURE);
        } else if (action == Artefact.Action.REVOKED) {
            TrainingRun.revoke(path, reason);
        }
    }

    /** Returns whether a list says that the run at a place is deleted. */
    static boolean deletes(Path home, List<Artefact> artefacts, Path run) {
        return artefacts.stream()
                .filter(artefact -> artefact.kind().equals(RUN) && artefact.action() == Artefact.Action.DELETED)
                .anyMatch(artefact -> home.resolve(artefact.path())
                        .normalize()
                        .equals(run.toAbsolutePath().normalize()));
    }

    /** Returns the folder that paths of the list are relative to. */
    public Path home() {
        return place().resolveSibling("").toAbsolutePath().normalize();
    }
}

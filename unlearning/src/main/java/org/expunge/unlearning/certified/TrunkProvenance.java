package org.expunge.unlearning.certified;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.RowHasher;
import org.expunge.influence.io.Digests;
import org.expunge.influence.training.ModelRecipe;
import org.expunge.influence.training.RunRow;
import org.expunge.influence.training.Split;
import org.expunge.influence.training.TrainingRun;

/**
 * What the trunk learned from, and so whether a head on it can be certified: a head that forgets a row which the trunk
 * remembers has not forgotten it.
 *
 * @param kind what is known
 * @param text the same in words
 * @param trunk SHA-256 of the trunk's {@code run.json} or model file; empty where there is no trunk
 * @param shared how many rows of the head the trunk or the normalisation learned from, as far as that is known
 */
public record TrunkProvenance(Kind kind, String text, String trunk, int shared) {
    /** What is known of the rows behind a trunk. */
    public enum Kind {
        /** There is no trunk: the features are the rows' own numbers. */
        NONE,
        /** The user vouches for the trunk having been made of public data. */
        PUBLIC,
        /** It is another run's, and that run shares no row with the head. */
        DISJOINT,
        /** It learned from rows of the head. */
        SEEN,
        /** Nothing is known. */
        UNKNOWN
    }

    /** Returns whether a head on such a trunk can be certified. */
    @JsonIgnore
    public boolean isIndependent() {
        return kind == Kind.NONE || kind == Kind.PUBLIC || kind == Kind.DISJOINT;
    }

    /**
     * Says what is known where there is no trunk.
     *
     * @param train the head's rows
     * @param normalization how they are normalised
     */
    static TrunkProvenance none(Dataset train, Normalizer.Options normalization) {
        TrunkProvenance none =
                new TrunkProvenance(Kind.NONE, "no trunk: the features are the rows' own numbers", "", 0);
        return none.normalisedBy(normalization, train);
    }

    /**
     * Says what is known of a model file.
     *
     * @param file the model
     * @param isPublic whether the user vouches for its data being public
     * @param train the head's rows
     * @param normalization how they are normalised
     */
    static TrunkProvenance ofFile(Path file, boolean isPublic, Dataset train, Normalizer.Options normalization)
            throws IOException {
        String digest = Digests.sha256(file);
        TrunkProvenance found = isPublic
                ? new TrunkProvenance(
                        Kind.PUBLIC,
                        "the user vouches for " + file.getFileName() + " being made of public data",
                        digest,
                        0)
                : new TrunkProvenance(
                        Kind.UNKNOWN,
                        "nothing is known of the rows that " + file.getFileName()
                                + " learned from; say so if they are public",
                        digest,
                        0);
        return found.normalisedBy(normalization, train);
    }

    /** A normalisation that was fitted on the rows remembers them. */
    private TrunkProvenance normalisedBy(Normalizer.Options normalization, Dataset train) {
        boolean isFitted =
                normalization.kind() != Normalizer.Kind.NONE && normalization.kind() != Normalizer.Kind.SCALE;
        return isIndependent() && isFitted
                ? new TrunkProvenance(
                        Kind.SEEN,
                        "the normalisation " + normalization
                                + " is fitted on the head's rows; use none, scale:DIVISOR or" + " a trunk's own",
                        trunk,
                        train.size())
                : this;
    }

    /**
     * Compares a run's rows with the head's, by content and by id.
     *
     * @param run the run whose network is the trunk, and whose normalisation the head's rows get
     * @param isPublic whether the user vouches for its data being public
     * @param train the head's rows before normalisation
     * @param source where they come from
     * @throws IOException if the run's key cannot be read
     * @throws java.io.UncheckedIOException if the run's data cannot be read
     */
    static TrunkProvenance ofRun(TrainingRun run, boolean isPublic, Dataset train, String source) throws IOException {
        String name = "run " + run.path().getFileName();
        int shared = shared(run, train, source);
        if (shared > 0) {
            return new TrunkProvenance(
                    Kind.SEEN,
                    name + " learned from " + shared + " of the head's " + train.size() + " rows",
                    run.digest(),
                    shared);
        }
        if (isPublic) {
            return new TrunkProvenance(
                    Kind.PUBLIC, "the user vouches for " + name + " being made of public data", run.digest(), 0);
        }
        boolean hasOwnStart = run.recipe().model().preset() != ModelRecipe.Preset.FILE;
        return hasOwnStart
                ? new TrunkProvenance(
                        Kind.DISJOINT, name + " shares no row with the head, by content and by id", run.digest(), 0)
                : new TrunkProvenance(
                        Kind.UNKNOWN,
                        name + " started from a model file, whose rows are not known; say so if they are public",
                        run.digest(),
                        0);
    }

    /** Rows that were taken out of the run count as well: their traces need not be gone. */
    private static int shared(TrainingRun run, Dataset train, String source) throws IOException {
        boolean isSameSource = run.recipe().data().source().toString().equals(source);
        Set<String> ids = new HashSet<>();
        Set<String> tokens = new HashSet<>();
        for (RunRow row : run.rows()) {
            if (row.split() != Split.TEST) {
                ids.add(row.id());
                tokens.add(row.token());
            }
        }
        Set<String> contents = new HashSet<>(contents(run.raw().train()));
        contents.addAll(contents(run.raw().validation()));
        List<String> own = contents(train);
        Optional<RowHasher> hasher = run.rowHasher();
        List<String> ownTokens = hasher.isPresent() ? hasher.get().hashAll(train) : List.of();
        int shared = 0;
        for (int i = 0; i < own.size(); i++) {
            boolean isShared = contents.contains(own.get(i))
                    || (isSameSource && ids.contains(train.id(i)))
                    || (!ownTokens.isEmpty() && tokens.contains(ownTokens.get(i)));
            shared += isShared ? 1 : 0;
        }
        return shared;
    }

    /** Digests of the features alone, whatever the labels are; they do not leave the memory. */
    private static List<String> contents(Dataset rows) {
        return IntStream.range(0, rows.size())
                .mapToObj(row -> Digests.sha256(rows.row(row)))
                .toList();
    }
}

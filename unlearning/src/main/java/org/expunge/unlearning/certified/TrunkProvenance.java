package org.expunge.unlearning.certified;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.IOException;
import java.nio.file.Path;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.io.Digests;
import org.expunge.influence.training.ModelRecipe;
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
        /** It is another run's, and none of that run's rows was found among the head's, by id or by content. */
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
     * Compares a run's rows with the head's: by id, wherever the rows come from, and by content up to rounding.
     *
     * @param run the run whose network is the trunk, and whose normalisation the head's rows get
     * @param isPublic whether the user vouches for its data being public
     * @param train the head's rows before normalisation
     * @param source where they come from
     * @throws IOException if the run's key or its data cannot be read
     * @throws java.io.UncheckedIOException if the run's data cannot be read
     */
    static TrunkProvenance ofRun(TrainingRun run, boolean isPublic, Dataset train, DataSpec source) throws IOException {
        String name = "run " + run.path().getFileName();
        SharedRows found = SharedRows.of(run, train, source);
        if (found.seen() > 0) {
            return new TrunkProvenance(
                    Kind.SEEN,
                    name + " learned from " + found.seen() + " of the head's " + train.size()
                            + " rows: they have the same id, or the same numbers up to rounding",
                    run.digest(),
                    found.seen());
        }
        if (isPublic) {
            return new TrunkProvenance(
                    Kind.PUBLIC, "the user vouches for " + name + " being made of public data", run.digest(), 0);
        }
        if (found.numbered() > 0) {
            return new TrunkProvenance(
                    Kind.UNKNOWN,
                    name + " has rows of the same numbers in their file as " + found.numbered() + " of the head's "
                            + train.size() + ", which may be the same rows or not; give both files ids (id=COLUMN),"
                            + " or say so if the trunk's rows are public",
                    run.digest(),
                    0);
        }
        boolean hasOwnStart = run.recipe().model().preset() != ModelRecipe.Preset.FILE;
        return hasOwnStart
                ? new TrunkProvenance(
                        Kind.DISJOINT,
                        name + " has no row with the id of one of the head's, and none with its numbers up to rounding",
                        run.digest(),
                        0)
                : new TrunkProvenance(
                        Kind.UNKNOWN,
                        name + " started from a model file, whose rows are not known; say so if they are public",
                        run.digest(),
                        0);
    }
}

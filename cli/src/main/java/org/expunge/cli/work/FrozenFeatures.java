package org.expunge.cli.work;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.RowHasher;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.dl4j.Dl4jZip;
import org.expunge.influence.training.ModelRecipe;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.certified.FrozenTrunk;
import org.jspecify.annotations.Nullable;

/**
 * Features that must not know the labels of the rows: their own numbers, or what a foreign network makes of them.
 *
 * @param trunk a run or a DL4J model zip; null for the rows' own numbers
 * @param isVouchedFor whether the user says that the trunk never saw the labels
 */
public record FrozenFeatures(@Nullable Path trunk, boolean isVouchedFor) {
    /** What computes features of raw rows. */
    record Source(FrozenTrunk trunk, Normalizer normalizer, String description) {
        Dataset of(Engine engine, Dataset raw) {
            Dataset rows = normalizer.apply(raw);
            return trunk.isEmpty() ? rows : trunk.features(engine, rows);
        }
    }

    /**
     * Opens the trunk and refuses one that may have seen the labels.
     *
     * @param run the run whose rows are smoothed
     * @throws IllegalArgumentException if the trunk saw, or may have seen, the labels
     */
    Source open(TrainingRun run) throws IOException {
        Path path = trunk;
        if (path == null) {
            return new Source(
                    FrozenTrunk.none(run.train().shape()), run.normalizer(), "the rows' own numbers, normalised");
        }
        return Files.isDirectory(path) ? ofRun(run, TrainingRun.open(path)) : ofFile(run, path);
    }

    private Source ofFile(TrainingRun run, Path file) throws IOException {
        checkArgument(
                isVouchedFor,
                "nothing is known of the labels that %s learned from, so nothing would be certified; say"
                        + " --trunk-data public if they are not those of %s, or leave --trunk out",
                file,
                run.path());
        Model model = Dl4jZip.read(file, run.train().shape()).model();
        return new Source(
                FrozenTrunk.of(model),
                run.normalizer(),
                "the last hidden layer of " + file.getFileName() + ", which the user vouches for");
    }

    private Source ofRun(TrainingRun run, TrainingRun other) throws IOException {
        int shared = sharedRows(run.rawTrain(), other.raw().train());
        checkArgument(
                shared == 0,
                "%s learned from %s of the rows whose labels are to be smoothed, and so changes with them: nothing"
                        + " would be certified; use a trunk of other rows, or leave --trunk out",
                other.path(),
                shared);
        boolean hasOwnStart = other.recipe().model().preset() != ModelRecipe.Preset.FILE;
        checkArgument(
                hasOwnStart || isVouchedFor,
                "%s started from a model file, whose labels are not known; say --trunk-data public if they are not"
                        + " those of %s",
                other.path(),
                run.path());
        return new Source(
                FrozenTrunk.of(other.model()),
                other.normalizer(),
                "the last hidden layer of " + other.path().getFileName() + ", which has none of the rows");
    }

    /** Counts the rows whose features the other rows have as well. */
    private static int sharedRows(Dataset rows, Dataset others) {
        if (!rows.shape().equals(others.shape())) {
            return 0;
        }
        RowHasher hasher = RowHasher.withKey(new byte[RowHasher.KEY_BYTES]);
        Set<String> known = new HashSet<>(hasher.hashAll(unlabelled(others)));
        return (int) hasher.hashAll(unlabelled(rows)).stream()
                .filter(known::contains)
                .count();
    }

    private static Dataset unlabelled(Dataset rows) {
        return rows.withTargets(Targets.real(new double[rows.size()], 1));
    }
}

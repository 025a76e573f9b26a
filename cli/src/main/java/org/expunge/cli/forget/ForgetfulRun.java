package org.expunge.cli.forget;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.training.RunRow;
import org.expunge.influence.training.Split;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.certified.CertifiedRun;
import org.expunge.unlearning.request.DeletionPredicate;
import org.expunge.unlearning.request.Purge;
import org.expunge.unlearning.request.RowFeatures;
import org.expunge.unlearning.request.RowFinder;
import org.expunge.unlearning.request.Selection;
import org.expunge.unlearning.sharded.ShardedRun;

/** A run that can forget, whatever its kind. */
public interface ForgetfulRun {
    /**
     * Opens a run of any kind.
     *
     * @param path the directory
     * @throws IOException if it is no finished run, was revoked, or cannot be read
     */
    static ForgetfulRun open(Path path) throws IOException {
        TrainingRun.refuseRevoked(path);
        return openRevoked(path);
    }

    /** Opens a run of any kind, also one that was revoked. */
    static ForgetfulRun openRevoked(Path path) throws IOException {
        if (ShardedRun.isAt(path)) {
            return new ShardedForgetting(ShardedRun.openRevoked(path));
        }
        TrainingRun run = TrainingRun.openRevoked(path);
        return CertifiedRun.isOne(run) ? new CertifiedForgetting(CertifiedRun.open(run)) : new WholeForgetting(run);
    }

    /** Returns the directory. */
    Path path();

    /** Returns the SHA-256 of the run's manifest. */
    String digest() throws IOException;

    /** Returns every row that the run lists. */
    List<RunRow> rows();

    /** Returns what finds rows. */
    RowFinder finder();

    /** Returns the rows that remain, all normalised alike: training rows first. */
    List<Dataset> parts();

    /**
     * Returns what the model makes of the rows of {@link #parts} before its last layer.
     *
     * @param engine where it computes; stays the caller's
     */
    RowFeatures features(Engine engine);

    /** Returns what a purge needs to know. */
    Purge.Known known();

    /** Returns what the operator chose, under the name of the method that is used. */
    default DeletionPredicate.ExternalParameters parameters(DeletionPredicate.ExternalParameters given) {
        return ownMethod()
                .map(method ->
                        new DeletionPredicate.ExternalParameters(method, Map.of(), 0, given.acceptsInconclusive()))
                .orElse(given);
    }

    /** Returns the method where the kind of run decides; empty where the operator does. */
    default Optional<String> ownMethod() {
        return Optional.empty();
    }

    /** Returns whether the model is trained again from scratch on the rows that remain. */
    boolean trainsAnew(DeletionPredicate.ExternalParameters parameters);

    /** Returns whether this run's own model was trained from scratch on the rows that it has. */
    boolean isTrainedAnew();

    /**
     * Says what a removal is expected to cost.
     *
     * @param selection the rows
     * @param parameters the method and its options
     * @param principal whose share of a proof's budget is watched; empty if nobody's
     * @param engine where it computes, if it does
     */
    Prediction predict(
            Selection selection, DeletionPredicate.ExternalParameters parameters, String principal, Engine engine);

    /** Returns the files of this run that a statement names. */
    List<DeletionPredicate.Resource> dependencies() throws IOException;

    /**
     * Refuses a removal that can be seen to be impossible without trying it.
     *
     * @param selection the rows, at least one of them a training row
     * @param workshop what it is to be done with
     * @throws IllegalArgumentException if no row would remain
     * @throws IOException if something cannot be read
     */
    default void check(Selection selection, Workshop workshop) throws IOException {
        long remaining = rows().stream()
                        .filter(row -> row.split() == Split.TRAIN && !row.isRemoved())
                        .count()
                - selection.train().size();
        checkArgument(
                remaining > 0,
                "forgetting all %s training rows of %s leaves none to learn from; delete the model instead",
                selection.train().size(),
                path());
    }

    /**
     * Tries a removal.
     *
     * @param selection the rows
     * @param workshop what it is done with
     * @param staged where the new run is written, if it is to be published
     * @param name where it will be
     * @throws IOException if something cannot be read or written
     */
    Attempt forget(Selection selection, Workshop workshop, Path staged, Path name) throws IOException;
}

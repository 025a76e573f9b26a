package org.expunge.cli.forget;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.expunge.cli.unlearn.UnlearningMethods;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.training.EpochMetrics;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.request.AskedRequest;
import org.expunge.unlearning.request.DeletionPredicate;
import org.expunge.unlearning.request.DeletionRequest;
import org.expunge.unlearning.request.NearDuplicates;
import org.expunge.unlearning.request.Purge;
import org.expunge.unlearning.request.RequestBook;
import org.expunge.unlearning.request.RowFinder;
import org.expunge.unlearning.request.Selection;

/** Says what a batch would do, without doing it. */
public final class Planning {
    private final DeletionPredicate.ExternalParameters parameters;
    private final Purge.OldRun oldRun;
    private final List<Path> caches;
    private final NearDuplicates.Options near;
    private final boolean includesNear;

    /**
     * Makes the work.
     *
     * @param parameters the method and its options
     * @param oldRun what would become of the run
     * @param caches folders to look for caches in
     * @param near what counts as near
     * @param includesNear whether near-duplicates are to be removed as well
     */
    public Planning(
            DeletionPredicate.ExternalParameters parameters,
            Purge.OldRun oldRun,
            List<Path> caches,
            NearDuplicates.Options near,
            boolean includesNear) {
        this.parameters = parameters;
        this.oldRun = oldRun;
        this.caches = List.copyOf(caches);
        this.near = near;
        this.includesNear = includesNear;
    }

    /** Finds rows of a run. */
    public static RowFinder finder(TrainingRun run) {
        return new RowFinder(
                run.rows(),
                run.recipe().data().source(),
                () -> List.of(
                        run.raw().train(), run.raw().validation(), run.raw().test()));
    }

    /**
     * Plans.
     *
     * @param run the run
     * @param requests what is asked
     * @param book what the ledger knows; empty if there is no ledger yet
     * @return the plan
     * @throws IllegalArgumentException if a request cannot be understood
     * @throws IOException if something cannot be read
     */
    public DeletionPlan plan(TrainingRun run, List<DeletionRequest> requests, Optional<RequestBook> book)
            throws IOException {
        RowFinder finder = finder(run);
        List<AskedRequest> asked = new ArrayList<>();
        List<String> done = new ArrayList<>();
        Set<String> wanted = new HashSet<>();
        for (DeletionRequest request : requests) {
            AskedRequest found = finder.find(request);
            asked.add(found);
            Optional<String> before = book.isPresent() ? doneBefore(book.get(), found) : Optional.empty();
            before.ifPresent(done::add);
            if (before.isEmpty()) {
                wanted.addAll(found.ids());
            }
        }
        List<NearDuplicates.Near> found = near(run, wanted);
        if (includesNear) {
            found.forEach(row -> wanted.add(row.id()));
        }
        Selection selection = finder.selection(wanted);
        boolean isAnew = UnlearningMethods.named(parameters.method()).trainsAnew();
        return new DeletionPlan(
                        DeletionPlan.FORMAT,
                        run.path().toAbsolutePath().normalize().toString(),
                        run.digest(),
                        asked,
                        done,
                        selection.train().size(),
                        selection.held().size(),
                        selection.alreadyRemoved(),
                        near.threshold(),
                        found,
                        includesNear,
                        parameters,
                        oldRun,
                        caches.stream()
                                .map(path -> path.toAbsolutePath().normalize().toString())
                                .toList(),
                        predict(run, selection, isAnew),
                        new Purge(run, wanted, oldRun, caches).list(isAnew),
                        null)
                .sealed();
    }

    private static Optional<String> doneBefore(RequestBook book, AskedRequest asked) throws IOException {
        var entry = book.entryOf(asked);
        return book.doneIn(entry).map(batch -> entry.request());
    }

    /** Finds what is near requested rows. */
    public List<NearDuplicates.Near> near(TrainingRun run, Set<String> wanted) {
        List<Dataset> parts = List.of(run.train(), run.validation(), run.test());
        return new NearDuplicates(near).find(parts, wanted);
    }

    private Prediction predict(TrainingRun run, Selection selection, boolean isAnew) {
        int remaining = run.train().size() - selection.train().size();
        int epochs = run.metrics().epochs().stream()
                .mapToInt(EpochMetrics::epoch)
                .max()
                .orElseGet(() -> run.recipe().training().epochs());
        long once = (long) epochs * remaining;
        Optional<Double> rate = rate(run.info().notes());
        Long rows = isAnew ? Long.valueOf(once * (1 + parameters.references())) : null;
        Optional<Double> seconds =
                rate.map(perSecond -> once * (isAnew ? 1 + parameters.references() : 1.0) / perSecond);
        String basis = rate.isEmpty()
                ? "The run does not say how fast its training was, so no time is predicted."
                : isAnew
                        ? "Time from the rate of the run's own training, " + Math.round(rate.get())
                                + " rows a second, for" + " the new model and " + parameters.references()
                                + " references."
                        : "Time of one retraining, at " + Math.round(rate.get()) + " rows a second, as the bound that"
                                + " the method is to beat; references come on top.";
        return new Prediction(parameters.method(), rows, seconds.orElse(null), List.of("the whole model"), null, basis);
    }

    private static Optional<Double> rate(Map<String, Object> notes) {
        return notes.get(TrainingRun.RATE) instanceof Number rate ? Optional.of(rate.doubleValue()) : Optional.empty();
    }
}

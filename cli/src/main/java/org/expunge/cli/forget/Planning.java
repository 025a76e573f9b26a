package org.expunge.cli.forget;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.expunge.influence.compute.Engine;
import org.expunge.unlearning.request.AskedRequest;
import org.expunge.unlearning.request.DeletionPredicate;
import org.expunge.unlearning.request.GivenRequest;
import org.expunge.unlearning.request.LikeRows;
import org.expunge.unlearning.request.NearDuplicates;
import org.expunge.unlearning.request.Purge;
import org.expunge.unlearning.request.ReceivedRequest;
import org.expunge.unlearning.request.RequestBook;
import org.expunge.unlearning.request.RowFinder;
import org.expunge.unlearning.request.Selection;

/** Says what a batch would do, without doing it. */
public final class Planning {
    private final DeletionPredicate.ExternalParameters parameters;
    private final Purge.OldRun oldRun;
    private final List<Path> caches;
    private final LikeRows.Options like;
    private final boolean includesNear;

    /**
     * Makes the work.
     *
     * @param parameters the method and its options
     * @param oldRun what would become of the run
     * @param caches folders to look for caches in
     * @param like what counts as near and as alike
     * @param includesNear whether near-duplicates are to be removed as well
     */
    public Planning(
            DeletionPredicate.ExternalParameters parameters,
            Purge.OldRun oldRun,
            List<Path> caches,
            LikeRows.Options like,
            boolean includesNear) {
        this.parameters = parameters;
        this.oldRun = oldRun;
        this.caches = List.copyOf(caches);
        this.like = like;
        this.includesNear = includesNear;
    }

    /**
     * Plans.
     *
     * @param run the run
     * @param requests what is asked
     * @param book what the ledger knows; empty if there is no ledger yet
     * @param principal whose share of a proof's budget is watched; empty if nobody's; the plan does not keep it
     * @param engine where it computes
     * @return the plan
     * @throws IllegalArgumentException if a request cannot be understood
     * @throws IOException if something cannot be read
     */
    public DeletionPlan plan(
            ForgetfulRun run, List<GivenRequest> requests, Optional<RequestBook> book, String principal, Engine engine)
            throws IOException {
        RowFinder finder = run.finder();
        String digest = run.digest();
        List<AskedRequest> asked = new ArrayList<>();
        List<String> done = new ArrayList<>();
        Set<String> wanted = new HashSet<>();
        for (GivenRequest request : requests) {
            AskedRequest found = request.in(finder);
            asked.add(found);
            Optional<String> before = book.isPresent() ? doneBefore(book.get(), found, digest) : Optional.empty();
            before.ifPresent(done::add);
            if (before.isEmpty()) {
                wanted.addAll(found.ids());
            }
        }
        LikeRows.Found found = new LikeRows(like).find(run.parts(), wanted, run.features(engine));
        if (includesNear) {
            found.near().forEach(row -> wanted.add(row.id()));
        }
        Selection selection = finder.selection(wanted);
        DeletionPredicate.ExternalParameters chosen = run.parameters(parameters);
        return new DeletionPlan(
                        DeletionPlan.FORMAT,
                        run.path().toAbsolutePath().normalize().toString(),
                        digest,
                        asked,
                        done,
                        selection.train().size(),
                        selection.held().size(),
                        selection.alreadyRemoved(),
                        like.near().threshold(),
                        found.near(),
                        includesNear,
                        like.leastCosine(),
                        found.alike(),
                        found.alikeCount(),
                        chosen,
                        oldRun,
                        caches.stream()
                                .map(path -> path.toAbsolutePath().normalize().toString())
                                .toList(),
                        run.predict(selection, chosen, principal, engine),
                        new Purge(run.known(), wanted, oldRun, caches).list(run.trainsAnew(chosen)),
                        null)
                .sealed();
    }

    private static Optional<String> doneBefore(RequestBook book, AskedRequest asked, String run) throws IOException {
        Optional<ReceivedRequest> entry = book.find(asked);
        return entry.flatMap(request -> book.doneIn(request, Optional.of(run)).map(batch -> request.request()));
    }

    /** Finds what is near requested rows. */
    public List<NearDuplicates.Near> near(ForgetfulRun run, Set<String> wanted) {
        return new NearDuplicates(like.near()).find(run.parts(), wanted);
    }
}

package org.expunge.cli.forget;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.expunge.influence.io.Digests;
import org.expunge.influence.training.RunRow;
import org.expunge.unlearning.ledger.EntryType;
import org.expunge.unlearning.ledger.Ledger;
import org.expunge.unlearning.request.AppliedBatch;
import org.expunge.unlearning.request.Artefact;
import org.expunge.unlearning.request.Purge;
import org.expunge.unlearning.request.PurgePlan;
import org.expunge.unlearning.request.PurgedBatch;
import org.expunge.unlearning.request.RequestBook;

/** Deletes or revokes what else knows a batch's rows, and records that; goes on where a killed process stopped. */
final class Purging {
    private static final List<String> MANIFESTS = List.of("run.json", "sharded.json");

    private final Ledger ledger;
    private final RequestBook book;
    private final Applying.Options options;
    private final Consumer<String> steps;

    Purging(Ledger ledger, RequestBook book, Applying.Options options, Consumer<String> steps) {
        this.ledger = ledger;
        this.book = book;
        this.options = options;
        this.steps = steps;
    }

    /** Returns the digest of a run of any kind; nothing where there is no run. */
    static Optional<String> digest(Path run) throws IOException {
        for (String name : MANIFESTS) {
            if (Files.isRegularFile(run.resolve(name))) {
                return Optional.of(Digests.sha256(run.resolve(name)));
            }
        }
        return Optional.empty();
    }

    /** Purges after a batch whose process was killed before it could. */
    List<Artefact> finish(AppliedBatch batch, Path run, Path out) throws IOException {
        if (book.isPurged(batch)) {
            return List.of();
        }
        Optional<PurgePlan> begun = book.purgeBegun(batch).filter(plan -> Files.isDirectory(Path.of(plan.home())));
        if (begun.isPresent()) {
            return carryOut(begun.get());
        }
        if (!digest(run).equals(Optional.of(batch.parentDigest()))) {
            return List.of();
        }
        for (Path next : List.of(out, run.toAbsolutePath().normalize().resolveSibling(batch.run()))) {
            if (digest(next).equals(Optional.of(batch.runDigest()))) {
                ForgetfulRun old = ForgetfulRun.openRevoked(run);
                Set<String> gone = removed(ForgetfulRun.openRevoked(next));
                gone.removeAll(removed(old));
                return purge(batch.batch(), old, gone, next);
            }
        }
        return List.of();
    }

    private static Set<String> removed(ForgetfulRun run) {
        return run.rows().stream()
                .filter(RunRow::isRemoved)
                .map(RunRow::id)
                .collect(Collectors.toCollection(HashSet::new));
    }

    /** Purges after a batch. */
    List<Artefact> purge(String batch, ForgetfulRun old, Set<String> gone, Path next) throws IOException {
        Purge purge = new Purge(old.known(), gone, options.oldRun(), options.caches());
        List<Artefact> artefacts = purge.list(ForgetfulRun.openRevoked(next).isTrainedAnew());
        PurgePlan plan = new PurgePlan(batch, purge.home().toString(), String.valueOf(next.getFileName()), artefacts);
        steps.accept("record purge plan");
        ledger.append(EntryType.PURGE_BEGUN, plan);
        return carryOut(plan);
    }

    private List<Artefact> carryOut(PurgePlan plan) throws IOException {
        steps.accept("purge");
        Purge.execute(
                Path.of(plan.home()),
                plan.artefacts(),
                plan.batch() + " deleted rows that it was trained on; use " + plan.successor() + " in its place",
                kind -> steps.accept("purged " + kind));
        steps.accept("record purge");
        ledger.append(EntryType.PURGED, new PurgedBatch(plan.batch(), plan.artefacts()));
        return plan.artefacts();
    }
}

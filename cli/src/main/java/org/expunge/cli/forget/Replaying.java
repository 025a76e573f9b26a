package org.expunge.cli.forget;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.expunge.cli.render.Console;
import org.expunge.cli.work.Forgetting;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;
import org.expunge.influence.training.RunRow;
import org.expunge.unlearning.ledger.Ledger;
import org.expunge.unlearning.ledger.RowTokens;
import org.expunge.unlearning.ledger.Statement;
import org.expunge.unlearning.request.AppliedBatch;
import org.expunge.unlearning.request.DeletionPredicate;
import org.expunge.unlearning.request.RequestBook;

/**
 * Does a batch again from what the ledger recorded, and compares the models. Needs the run before and the key of the
 * batch's tokens.
 */
public final class Replaying {
    private final Ledger ledger;
    private final Console console;
    private final int device;

    /**
     * Makes the work.
     *
     * @param ledger stays the caller's to close
     * @param console takes progress
     * @param device the GPU to use where the batch was done on one
     */
    public Replaying(Ledger ledger, Console console, int device) {
        this.ledger = ledger;
        this.console = console;
        this.device = device;
    }

    /** Makes what forgets from what was recorded. */
    @FunctionalInterface
    public interface Maker {
        /** Returns the recorded method on an engine. */
        Forgetting of(DeletionPredicate.ExternalParameters recorded, Engine engine);
    }

    /**
     * Replays a batch.
     *
     * @param name of the batch
     * @param run the run before
     * @param maker makes the recorded method
     * @return both digests
     * @throws IllegalArgumentException if the ledger has no such batch
     * @throws BadInputException if the run is not the one before, or the batch's key was shredded
     * @throws IOException if something cannot be read or written
     */
    public ReplayReport replay(String name, Path run, Maker maker) throws IOException {
        AppliedBatch batch = new RequestBook(ledger).batch(name);
        DeletionPredicate predicate = predicate(batch);
        ForgetfulRun before = ForgetfulRun.openRevoked(run);
        if (!before.digest().equals(batch.parentDigest())) {
            throw new BadInputException(run, "is not the run that " + name + " was applied to");
        }
        Set<String> ids = rows(batch, before);
        DeletionPredicate.InternalParameters where = predicate.buildDefinition().internalParameters();
        Path scratch = Files.createTempDirectory("replay");
        try (Engine engine =
                new Engine(Backends.recorded(where.backend(), device), new Workers(where.threads()), where.tile())) {
            DeletionPredicate.ExternalParameters recorded =
                    predicate.buildDefinition().externalParameters();
            Path out = scratch.resolve(batch.run());
            Attempt attempt = before.forget(
                    before.finder().selection(ids),
                    new Workshop(engine, console, recorded, "", () -> maker.of(recorded, engine)),
                    out,
                    out);
            Attempt.Written written = attempt.written();
            String found = written == null
                    ? attempt.failure().map(Attempt.Failure::reason).orElse("")
                    : written.modelDigest();
            return new ReplayReport(
                    name,
                    run.toString(),
                    predicate.method().name(),
                    found.equals(batch.modelDigest()),
                    batch.modelDigest(),
                    found);
        } finally {
            MoreFiles.deleteRecursively(scratch, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    private DeletionPredicate predicate(AppliedBatch batch) throws IOException {
        Statement statement = batch.attestation().verify(ledger.verifyingKey(), batch.batch() + ", its attestation");
        try {
            return Json.mapper().treeToValue(statement.predicate(), DeletionPredicate.class);
        } catch (JsonProcessingException e) {
            throw new BadInputException(batch.batch(), "its attestation is not of this version", e);
        }
    }

    private Set<String> rows(AppliedBatch batch, ForgetfulRun run) throws IOException {
        if (!ledger.hasTokens(batch.batch())) {
            throw new BadInputException(
                    batch.batch(), "the key of its tokens was shredded, so nobody can say which rows it removed");
        }
        RowTokens tokens = ledger.tokens(batch.batch());
        Set<String> wanted = Set.copyOf(batch.rowTokens());
        Set<String> ids = run.rows().stream()
                .map(RunRow::id)
                .filter(id -> wanted.contains(tokens.token(id)))
                .collect(Collectors.toSet());
        if (ids.size() != wanted.size()) {
            throw new BadInputException(
                    run.path(), "has " + ids.size() + " of the " + wanted.size() + " rows that were removed");
        }
        return ids;
    }
}

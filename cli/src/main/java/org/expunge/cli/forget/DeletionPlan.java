package org.expunge.cli.forget;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Digests;
import org.expunge.influence.io.Json;
import org.expunge.unlearning.request.Artefact;
import org.expunge.unlearning.request.AskedRequest;
import org.expunge.unlearning.request.DeletionPredicate;
import org.expunge.unlearning.request.LikeRow;
import org.expunge.unlearning.request.Purge;
import org.jspecify.annotations.Nullable;

/**
 * What a batch would do. Nothing was changed; {@code forget apply --plan} does it. Holds ids and figures, never what a
 * row holds.
 *
 * @param format version of this form
 * @param run the run, absolute
 * @param runDigest SHA-256 of its manifest
 * @param requests what is asked
 * @param done ids of requests that an earlier batch did
 * @param trainRows training rows to remove, near-duplicates included
 * @param heldRows validation and test rows to take out of the run's lists
 * @param alreadyRemoved rows asked for that the run lost before
 * @param nearThreshold largest distance that counts as near
 * @param nearDuplicates rows near requested ones that are not requested
 * @param includesNearDuplicates whether those are removed as well
 * @param leastCosine smallest cosine of features that counts as alike
 * @param alikeRows rows that are not near but alike to the model, the most alike of them; nothing is done with them
 * @param alikeCount how many there are
 * @param parameters the method and its options
 * @param oldRun what becomes of the run
 * @param caches folders to look for caches in
 * @param prediction what it is expected to cost
 * @param purge what else is dealt with
 * @param digest SHA-256 of all of the above; null while that is taken
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeletionPlan(
        int format,
        String run,
        String runDigest,
        List<AskedRequest> requests,
        List<String> done,
        int trainRows,
        int heldRows,
        int alreadyRemoved,
        double nearThreshold,
        List<LikeRow> nearDuplicates,
        boolean includesNearDuplicates,
        double leastCosine,
        List<LikeRow> alikeRows,
        int alikeCount,
        DeletionPredicate.ExternalParameters parameters,
        Purge.OldRun oldRun,
        List<String> caches,
        Prediction prediction,
        List<Artefact> purge,
        @Nullable String digest)
        implements Result {
    /** The form that this version writes and reads. */
    static final int FORMAT = 2;

    private static final int LISTED = 20;

    /** Copies the lists. */
    public DeletionPlan {
        requests = List.copyOf(requests);
        done = List.copyOf(done);
        nearDuplicates = List.copyOf(nearDuplicates);
        alikeRows = List.copyOf(alikeRows);
        caches = List.copyOf(caches);
        purge = List.copyOf(purge);
    }

    /** Returns the same plan with its digest. */
    DeletionPlan sealed() {
        return new DeletionPlan(
                format,
                run,
                runDigest,
                requests,
                done,
                trainRows,
                heldRows,
                alreadyRemoved,
                nearThreshold,
                nearDuplicates,
                includesNearDuplicates,
                leastCosine,
                alikeRows,
                alikeCount,
                parameters,
                oldRun,
                caches,
                prediction,
                purge,
                content());
    }

    private String content() {
        ObjectNode tree = Json.mapper().valueToTree(this);
        tree.remove("digest");
        return Digests.sha256(Json.text(tree).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads a plan.
     *
     * @throws BadInputException if it is no plan, or was changed since it was written
     * @throws IOException if it cannot be read
     */
    public static DeletionPlan read(Path file) throws IOException {
        DeletionPlan plan = Json.read(file, DeletionPlan.class);
        if (plan.format != FORMAT) {
            throw new BadInputException(
                    file, "has format " + plan.format + " but this version reads format " + FORMAT + "; plan again");
        }
        if (!plan.content().equals(plan.digest)) {
            throw new BadInputException(file, "was changed since it was written; plan again");
        }
        return plan;
    }

    /** Returns ids of rows that are removed though no request names them. */
    @JsonIgnore
    public Set<String> extraIds() {
        Set<String> ids = new HashSet<>();
        if (includesNearDuplicates) {
            nearDuplicates.forEach(near -> ids.add(near.id()));
        }
        return ids;
    }

    @Override
    public Document document() {
        Double seconds = prediction.seconds();
        Long rows = prediction.rowsTrained();
        String budget = prediction.budget();
        Document.Builder document = Document.titled("Plan for " + run + ": nothing was changed")
                .table(Table.of()
                        .row("requests", requests.size() - done.size())
                        .row("done before", done.isEmpty() ? "none" : String.join(", ", done))
                        .row("training rows", trainRows)
                        .row("validation and test rows", heldRows)
                        .row("rows removed before", alreadyRemoved)
                        .row("method", prediction.method())
                        .row("made anew", String.join("; ", prediction.touched()))
                        .row("rows to train", rows == null ? "as the method decides" : rows)
                        .row("time", seconds == null ? "not known" : "about " + Numbers.seconds(seconds))
                        .row("budget", budget == null ? "none needed" : budget)
                        .build())
                .paragraph(prediction.basis());
        if (!nearDuplicates.isEmpty()) {
            document.heading("Near-duplicates " + (includesNearDuplicates ? "removed as well" : "that would stay"))
                    .table(table(nearDuplicates, nearDuplicates.size()));
        }
        if (alikeCount > 0) {
            document.heading("Rows farther apart that the model takes for much the same, and that stay")
                    .paragraph("Look whether they are copies that were turned, cropped or rewritten: the cosine of the"
                            + " model's features is at least " + leastCosine
                            + ". A network that fits its classes well says so of many rows of a class.")
                    .table(table(alikeRows, alikeCount));
        }
        return document.heading("What else knows the rows")
                .table(ApplyReport.table(purge))
                .build();
    }

    private static Table table(List<LikeRow> rows, int count) {
        Table.Builder table = Table.of("row", "like", "distance", "cosine");
        rows.stream()
                .limit(LISTED)
                .forEach(row -> table.row(
                        row.id(),
                        row.of(),
                        row.distance() == 0 ? "same" : String.format(Locale.ROOT, "%.3f", row.distance()),
                        String.format(Locale.ROOT, "%.4f", row.cosine())));
        int more = count - LISTED;
        if (more > 0) {
            table.row("and " + more + " more", "", "", "");
        }
        return table.build();
    }
}

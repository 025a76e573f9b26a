package org.expunge.cli.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.expunge.cli.render.HtmlPage;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Table;
import org.expunge.cli.work.TableCaution;
import org.expunge.unlearning.Guarantee;
import org.expunge.unlearning.request.Artefact;
import org.expunge.unlearning.request.DeletionPredicate;
import org.expunge.unlearning.request.FailedBatch;
import org.jspecify.annotations.Nullable;

/**
 * Says what was asked, done, proved and measured in one batch, for people: on a screen or on paper. Rows are counted,
 * never shown; not even their ids are here.
 */
public final class DeletionPage {
    private static final String SHA256 = "sha256";

    private final DeletionEvidence evidence;
    private final HtmlPage page;

    private DeletionPage(DeletionEvidence evidence) {
        this.evidence = evidence;
        this.page = new HtmlPage("Deletion " + evidence.batch());
    }

    /** Returns the page. */
    public static String of(DeletionEvidence evidence) {
        return new DeletionPage(evidence).html();
    }

    private String html() {
        Optional<DeletionEvidence.Applied> applied = evidence.outcome().applied();
        evidence.outcome().failed().ifPresent(this::failed);
        applied.ifPresent(this::summary);
        asked(applied.map(DeletionEvidence.Applied::predicate));
        applied.map(DeletionEvidence.Applied::predicate).ifPresent(predicate -> {
            done(predicate);
            proved(predicate);
            MeasuredSection.append(page, predicate, evidence);
        });
        purged();
        applied.ifPresent(done -> limits(done.predicate()));
        record();
        return page.html();
    }

    private void failed(FailedBatch batch) {
        page.badge(
                        HtmlPage.Tone.BAD,
                        "not done",
                        "Tried on " + date(evidence.entry().time()) + " and given up: " + batch.reason() + ".")
                .paragraph(
                        "Nothing was published. The model before stands, it still knows the rows, and the requests are"
                                + " open.")
                .table(Table.of()
                        .row("rows to be removed", batch.rows())
                        .row("method", batch.method())
                        .row("run before, SHA-256", batch.parentDigest())
                        .build());
    }

    private void summary(DeletionEvidence.Applied applied) {
        DeletionPredicate predicate = applied.predicate();
        page.badge(
                        HtmlPage.Tone.GOOD,
                        "done",
                        counted(predicate.batch().rows(), "training row") + " deleted on "
                                + date(evidence.entry().time()) + " from a trained model, by the method "
                                + predicate.method().name() + ".")
                .badge(
                        predicate.method().guarantee() == Guarantee.EMPIRICAL ? HtmlPage.Tone.OPEN : HtmlPage.Tone.GOOD,
                        words(predicate.method().guarantee()),
                        promise(predicate));
        MeasuredSection.verdict(page, predicate, evidence);
        page.paragraph("This page holds no content of any row and no id of one.");
    }

    private void asked(Optional<DeletionPredicate> predicate) {
        page.section("What was asked");
        Table.Builder requests =
                Table.of("request", "received", "legal basis", "due", "rows named by", "ledger entry", "recorded");
        for (DeletionEvidence.Asked asked : evidence.requests()) {
            requests.row(
                    asked.request().request(),
                    orDash(asked.request().receivedAt()),
                    orDash(asked.request().legalBasis()),
                    orDash(asked.request().dueAt()),
                    String.join(", ", asked.request().selectors()),
                    asked.entry().seq(),
                    asked.entry().time());
        }
        page.table(requests.build());
        predicate.ifPresent(done -> page.table(Table.of()
                .row("training rows removed", done.batch().rows())
                .row(
                        "validation and test rows taken out with them",
                        done.batch().heldRows())
                .row("Merkle root of the training rows before", done.batch().beforeRoot())
                .row("and after", done.batch().afterRoot())
                .build()));
    }

    private void done(DeletionPredicate predicate) {
        DeletionPredicate.ExternalParameters chosen =
                predicate.buildDefinition().externalParameters();
        DeletionPredicate.InternalParameters where = predicate.buildDefinition().internalParameters();
        page.section("What was done");
        Table.Builder table =
                Table.of().row("method", predicate.method().name()).row("asked for", chosen.method());
        new TreeMap<>(chosen.options()).forEach((option, value) -> table.row("option " + option, value));
        new TreeMap<>(predicate.runDetails().builder().version())
                .forEach((program, version) -> table.row("version of " + program, version));
        page.table(table.row("models retrained to compare with", chosen.references())
                .row("may be published if inconclusive", chosen.acceptsInconclusive() ? "yes" : "no")
                .row("started", predicate.runDetails().metadata().startedOn())
                .row("finished", predicate.runDetails().metadata().finishedOn())
                .row("arithmetic", where.backend() + ", " + where.threads() + " threads, tiles of " + where.tile())
                .row("decision", predicate.decision())
                .row("approved by", predicate.approver() == null ? "nobody was named" : predicate.approver())
                .build());
        tried(predicate);
    }

    /** The rungs of a ladder of methods, where one was climbed. */
    private void tried(DeletionPredicate predicate) {
        boolean showsForgotten = predicate.batch().rows() >= MeasuredSection.FEWEST;
        Table.Builder rungs = showsForgotten
                ? Table.of("rung", "decision", "why", "cost predicted")
                : Table.of("rung", "decision", "cost predicted");
        for (JsonNode step : evidence.tried().map(json -> json.path("steps")).orElse(MissingNode.getInstance())) {
            JsonNode share = step.path("predictedShare");
            String rung = step.path("rung").asText();
            String decision = step.path("decision").asText().toLowerCase(Locale.ROOT);
            String cost = share.isNumber() ? Numbers.percent(share.asDouble()) + " of a retraining" : "-";
            if (showsForgotten) {
                rungs.row(rung, decision, step.path("reason").asText(), cost);
            } else {
                rungs.row(rung, decision, cost);
            }
        }
        Table table = rungs.build();
        if (!table.rows().isEmpty()) {
            page.part("Methods considered, from the strongest promise at the least cost to training anew")
                    .table(table);
        }
    }

    private void proved(DeletionPredicate predicate) {
        page.section("What is proved");
        Guarantee guarantee = predicate.method().guarantee();
        page.badge(
                guarantee == Guarantee.EMPIRICAL ? HtmlPage.Tone.OPEN : HtmlPage.Tone.GOOD,
                words(guarantee),
                promise(predicate));
        page.paragraph(basis(guarantee));
        Map<String, Double> figures = predicate.guarantee();
        if (figures != null) {
            Table.Builder table = Table.of("figure of the proof", "value");
            new TreeMap<>(figures).forEach((name, value) -> table.row(name, Numbers.decimal(value)));
            page.table(table.build());
        }
        if (guarantee == Guarantee.CERTIFIED) {
            page.part("Claim, theorem and conditions").list(predicate.limits());
        }
    }

    private static String promise(DeletionPredicate predicate) {
        return switch (predicate.method().guarantee()) {
            case EXACT ->
                "The model was trained without these rows. "
                        + TableCaution.among(predicate.limits()).orElse("Nothing in it can come from them.");
            case CERTIFIED ->
                "Whoever sees the model can tell it from one that never saw these rows only within the"
                        + " stated epsilon and delta.";
            case EMPIRICAL -> "Nothing is proved. How much was forgotten is only what the measurements below say.";
        };
    }

    private static String basis(Guarantee guarantee) {
        return switch (guarantee) {
            case EXACT ->
                "That is so by construction, not by measurement: the same recipe was run on the rows that"
                        + " remain. It rests on the program of the version named above, and anybody who has the data can run it"
                        + " again and compare digests. The measurements are a check of it.";
            case CERTIFIED ->
                "That is a theorem about the method. It rests on its conditions, among them that"
                        + " everything below the trained layer never saw the rows. A smaller epsilon is a stronger promise.";
            case EMPIRICAL ->
                "The method changes the trained model. Attacks that were not run may find what those below"
                        + " did not.";
        };
    }

    private void purged() {
        page.section("What else knew the rows");
        if (evidence.purged().isEmpty()) {
            page.paragraph("The ledger records no purge for this batch.");
            return;
        }
        Table.Builder table = Table.of("what", "where", "what became of it", "why");
        for (Artefact artefact : evidence.purged()) {
            table.row(artefact.kind(), artefact.path(), words(artefact.action()), artefact.reason());
        }
        page.table(table.build());
    }

    private void limits(DeletionPredicate predicate) {
        page.section("What this cannot show");
        boolean areConditions = predicate.method().guarantee() == Guarantee.CERTIFIED; // and were shown there
        List<String> limits = new ArrayList<>(areConditions ? List.of() : predicate.limits());
        limits.add(
                "That no copy of the rows or of an older model is left elsewhere: in backups, with others, or in places"
                        + " that the list above does not name.");
        limits.add("That the operator ran this program and no other: signatures tie the record to a key, not to a"
                + " machine.");
        page.list(limits);
    }

    private void record() {
        page.section("The record");
        Table.Builder digests = Table.of("artefact", "SHA-256");
        evidence.outcome().applied().ifPresent(applied -> {
            applied.predicate()
                    .buildDefinition()
                    .resolvedDependencies()
                    .forEach(resource -> digests.row("before: " + resource.name(), digest(resource.digest())));
            applied.statement()
                    .subject()
                    .forEach(subject -> digests.row("after: " + subject.name(), digest(subject.digest())));
            applied.predicate()
                    .runDetails()
                    .byproducts()
                    .forEach(resource -> digests.row("after: " + resource.name(), digest(resource.digest())));
        });
        page.table(digests.build());
        page.table(Table.of()
                .row("ledger", evidence.ledger())
                .row(
                        "entry",
                        evidence.entry().seq() + " of " + evidence.checkpoint().size())
                .row("recorded", evidence.entry().time())
                .row("hash of the entry", evidence.entry().hash())
                .row("Merkle root of the ledger", evidence.checkpoint().root())
                .row("fingerprint of its key", evidence.check().keyFingerprint())
                .row("keys of the row tokens", evidence.isShredded() ? "destroyed" : "kept")
                .build());
        if (evidence.check().isIntact()) {
            page.badge(
                    HtmlPage.Tone.GOOD,
                    "intact",
                    "All " + evidence.check().entries() + " entries and "
                            + evidence.check().attestations()
                            + " signed statements were checked when this page was made.");
        } else {
            page.badge(HtmlPage.Tone.BAD, "damaged", "The ledger does not hold together:")
                    .list(evidence.check().problems());
        }
        page.part("Signed checkpoint")
                .verbatim(evidence.checkpoint().note().strip())
                .paragraph("To check this page, ask for an export of the ledger, compare the fingerprint with one from"
                        + " elsewhere, and run: expunge ledger verify EXPORT");
    }

    private static String digest(Map<String, String> digests) {
        return orDash(digests.get(SHA256));
    }

    private static String date(String time) {
        return time.substring(0, Math.min(10, time.length()));
    }

    static String words(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    static String counted(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private static String orDash(@Nullable String text) {
        return text == null ? "-" : text;
    }
}

package org.expunge.cli.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.ExitCodes;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.expunge.unlearning.Cost;
import org.expunge.unlearning.Guarantee;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.verify.Verdict;
import org.expunge.unlearning.verify.Verification;
import org.jspecify.annotations.Nullable;

/**
 * What became of a request to forget.
 *
 * @param run the run
 * @param out the run that comes after; null if there is none
 * @param ids the rows to forget
 * @param heldRows validation and test rows that were taken out of the run's lists with them
 * @param method how they were forgotten
 * @param guarantee what the method promises
 * @param outcome how it ended
 * @param cost what it cost, verification not counted
 * @param details what the method tried
 * @param verification the evidence; null if there is no new model
 * @param caution what of the rows may be left in the layout of their table; null if nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ForgetReport(
        String run,
        @Nullable String out,
        List<String> ids,
        int heldRows,
        String method,
        Guarantee guarantee,
        UnlearningResult.Outcome outcome,
        Cost cost,
        Record details,
        @Nullable Verification verification,
        @Nullable String caution)
        implements Result {
    private static final int LISTED = 20;

    @Override
    public int exitCode() {
        if (verification == null) {
            return ExitCodes.RETRAIN_REQUIRED;
        }
        boolean isShown = verification.verdict() == Verdict.PASS;
        boolean isExact = guarantee == Guarantee.EXACT && verification.verdict() != Verdict.FAIL;
        return isShown || isExact ? ExitCodes.OK : ExitCodes.GATE_MISSED;
    }

    private String listed() {
        String first = String.join(", ", ids.subList(0, Math.min(LISTED, ids.size())));
        return ids.size() <= LISTED ? first : first + " and " + (ids.size() - LISTED) + " more";
    }

    @Override
    public Document document() {
        Document.Builder document = Document.titled("Forgetting " + ids.size() + " rows of " + run)
                .table(Table.of()
                        .row("rows", listed())
                        .row("validation and test rows taken out", heldRows)
                        .row("method", method + " (" + promise() + ")")
                        .row("new run", out == null ? "none" : out)
                        .row(
                                "cost",
                                Numbers.seconds(cost.seconds()) + "; rows trained " + cost.trainedRows()
                                        + ", curvature products " + cost.productRows() + ", evaluated "
                                        + cost.evaluatedRows())
                        .build());
        if (verification == null && outcome == UnlearningResult.Outcome.REMOVED) {
            document.paragraph("What the new run may be trusted for follows from how it was made; its limits are in"
                    + " attestation.json.");
        } else if (verification == null) {
            document.paragraph("No acceptable model was found, and nothing was written: retrain instead, with"
                    + " --method retrain.");
        } else {
            VerificationTables.append(document, verification);
        }
        if (caution != null) {
            document.paragraph(caution);
        }
        return document.build();
    }

    private String promise() {
        return switch (guarantee) {
            case EXACT ->
                caution == null
                        ? "exact: the rows were never read"
                        : caution.equals(TableCaution.FITTED_ANEW)
                                ? "exact training: of the rows nothing was read but the shape of their table"
                                : "exact training: the rows were not trained on, but the table's layout was fitted with them";
            case CERTIFIED -> "certified within a budget";
            case EMPIRICAL -> "nothing proved, only measured";
        };
    }
}

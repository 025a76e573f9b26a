package org.expunge.cli.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.ExitCodes;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.expunge.defense.sanitize.Confirmation;
import org.expunge.defense.sanitize.SanitizeRound;
import org.expunge.defense.sanitize.SanitizeVerdict;
import org.expunge.defense.sanitize.Sanitizer;
import org.jspecify.annotations.Nullable;

/**
 * What sanitizing did.
 *
 * @param run the run
 * @param out the sanitized run; null if nothing was removed
 * @param verdict how it ended
 * @param reasons what bore on that, a sentence each
 * @param lastModel how the last model was made
 * @param removedIds the removed rows, in order of removal
 * @param trainingRows training rows before
 * @param accuracyBefore on test rows
 * @param accuracyAfter on test rows
 * @param accuracyRetrained on test rows, of the model trained again, where another is the last one; else null
 * @param rounds what each round did
 * @param stillSuspicious classes that the last audit calls suspicious
 * @param truth what it did to the attack that was planted; null if none is known
 * @param options when it acts and stops
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SanitizeReport(
        String run,
        @Nullable String out,
        SanitizeVerdict verdict,
        List<String> reasons,
        String lastModel,
        List<String> removedIds,
        int trainingRows,
        double accuracyBefore,
        double accuracyAfter,
        @Nullable Double accuracyRetrained,
        List<SanitizeRound> rounds,
        List<Integer> stillSuspicious,
        DefenseEvidence.@Nullable Truth truth,
        Sanitizer.Options options)
        implements Result {

    @Override
    public int exitCode() {
        return verdict == SanitizeVerdict.SANITIZED ? ExitCodes.OK : ExitCodes.GATE_MISSED;
    }

    @Override
    public Document document() {
        Document.Builder document = Document.titled("Sanitizing of " + run).paragraph(verdict.sentence() + ".");
        reasons.forEach(document::paragraph);
        Table.Builder figures = Table.of()
                .row("sanitized run", out == null ? "none" : out)
                .row("last model", lastModel)
                .row("rows removed", removedIds.size() + " of " + trainingRows)
                .row("test accuracy", Numbers.percent(accuracyBefore) + " -> " + Numbers.percent(accuracyAfter));
        if (accuracyRetrained != null) {
            figures.row("test accuracy of the model trained again", Numbers.percent(accuracyRetrained));
        }
        figures.row("classes still suspicious", stillSuspicious.isEmpty() ? "none" : stillSuspicious);
        document.table(figures.build()).heading("Rounds").table(roundTable());
        if (!removedIds.isEmpty()) {
            document.heading("Removed rows").paragraph(String.join(", ", removedIds));
        }
        if (truth != null) {
            document.heading("Against what is known of the planted attack").table(truthTable(truth));
        }
        return document.build();
    }

    private static Table truthTable(DefenseEvidence.Truth truth) {
        Table.Builder table = Table.of()
                .row("attack", truth.attack())
                .row(NamedManifest.TITLE, NamedManifest.source(truth.manifest()));
        table.row("gate", truth.verdict());
        if (truth.hasInputs()) {
            table.row(
                    "attack success",
                    Numbers.percent(truth.successBefore()) + " -> " + Numbers.percent(truth.successAfter()));
        }
        AttackedInputs attacked = truth.attacked();
        if (attacked != null) {
            table.row(
                    "attack success on inputs not given",
                    attacked.hasOthers()
                            ? Numbers.percent(attacked.before()) + " -> " + Numbers.percent(attacked.after()) + " of "
                                    + attacked.others()
                            : "not measured: " + attacked.sentence());
        }
        table.row("adversarial rows removed", counted(truth.adversarialRemoved(), truth.adversarialRows()));
        if (truth.coverRows() > 0) {
            table.row("covers removed", counted(truth.coversRemoved(), truth.coverRows()));
        }
        table.row("clean rows removed", counted(truth.cleanRemoved(), truth.cleanRows()))
                .row("share of adversarial rows among all", Numbers.percent(truth.baseRate()));
        Double prior = truth.classPrior();
        if (prior != null) {
            table.row("share of them within their class", Numbers.percent(prior));
        }
        return table.build();
    }

    private static String counted(int removed, int rows) {
        return rows == 0
                ? "there are none"
                : Numbers.percent(removed / (double) rows) + " (" + removed + " of " + rows + ")";
    }

    private Table roundTable() {
        Table.Builder table = Table.of(
                "round",
                "class",
                "second",
                "inputs tried",
                "rows tried",
                "flipped",
                "rows flipped",
                "flipped at random",
                "held-out lost",
                "confirmed",
                "removed",
                "trainings");
        for (SanitizeRound round : rounds) {
            Confirmation found = round.confirmation();
            table.row(
                    round.round(),
                    round.with().isEmpty() ? round.label() : round.label() + " with " + round.with(),
                    round.runnerUps(),
                    round.inputs().size() + " of " + round.clusterSize(),
                    found.rows(),
                    Numbers.percent(found.flipShare()),
                    Numbers.percent(found.rowFlipShare()),
                    Numbers.percent(found.randomFlipShare()),
                    Numbers.percent(found.excessLoss()),
                    found.confirmed() ? "yes" : "no",
                    round.removed().size(),
                    found.trainings());
        }
        return table.build();
    }
}

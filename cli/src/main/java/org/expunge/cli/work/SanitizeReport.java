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
 * @param rounds what each round did
 * @param stillSuspicious classes that the last audit calls suspicious
 * @param effect what it did to the attack that was planted; null if there was none
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
        List<SanitizeRound> rounds,
        List<Integer> stillSuspicious,
        @Nullable Effect effect,
        Sanitizer.Options options)
        implements Result {

    /**
     * What sanitizing did to an attack of our own.
     *
     * @param successBefore share of attacked inputs taken for the target class
     * @param successAfter the same share of the new model
     * @param adversarialRemoved share of the adversarial rows that was removed
     * @param cleanRemoved share of the clean training rows that was removed
     */
    public record Effect(double successBefore, double successAfter, double adversarialRemoved, double cleanRemoved) {}

    @Override
    public int exitCode() {
        return verdict == SanitizeVerdict.SANITIZED ? ExitCodes.OK : ExitCodes.GATE_MISSED;
    }

    @Override
    public Document document() {
        Document.Builder document = Document.titled("Sanitizing of " + run).paragraph(verdict.sentence() + ".");
        reasons.forEach(document::paragraph);
        document.table(Table.of()
                        .row("sanitized run", out == null ? "none" : out)
                        .row("last model", lastModel)
                        .row("rows removed", removedIds.size() + " of " + trainingRows)
                        .row("test accuracy", Numbers.percent(accuracyBefore) + " -> " + Numbers.percent(accuracyAfter))
                        .row("classes still suspicious", stillSuspicious.isEmpty() ? "none" : stillSuspicious)
                        .build())
                .heading("Rounds")
                .table(roundTable());
        if (!removedIds.isEmpty()) {
            document.heading("Removed rows").paragraph(String.join(", ", removedIds));
        }
        if (effect != null) {
            document.heading("Against what is known of the planted attack")
                    .table(Table.of()
                            .row(
                                    "attack success",
                                    Numbers.percent(effect.successBefore()) + " -> "
                                            + Numbers.percent(effect.successAfter()))
                            .row("adversarial rows removed", Numbers.percent(effect.adversarialRemoved()))
                            .row("clean rows removed", Numbers.percent(effect.cleanRemoved()))
                            .build());
        }
        return document.build();
    }

    private Table roundTable() {
        Table.Builder table = Table.of(
                "round",
                "class",
                "second",
                "inputs tried",
                "rows tried",
                "flipped",
                "flipped at random",
                "held-out lost",
                "confirmed",
                "removed",
                "trainings");
        for (SanitizeRound round : rounds) {
            Confirmation found = round.confirmation();
            table.row(
                    round.round(),
                    round.label(),
                    round.runnerUps(),
                    round.inputs().size() + " of " + round.clusterSize(),
                    found.rows(),
                    Numbers.percent(found.flipShare()),
                    Numbers.percent(found.randomFlipShare()),
                    Numbers.percent(found.excessLoss()),
                    found.confirmed() ? "yes" : "no",
                    round.removed().size(),
                    found.trainings());
        }
        return table.build();
    }
}

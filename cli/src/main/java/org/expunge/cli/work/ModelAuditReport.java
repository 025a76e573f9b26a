package org.expunge.cli.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Locale;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.ExitCodes;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.expunge.defense.model.BackdoorOdds;
import org.jspecify.annotations.Nullable;

/**
 * What was found in a model without its training rows.
 *
 * @param model where it is
 * @param probability of a backdoor
 * @param cleanRows rows that were used
 * @param accuracy share of them that the model gets right
 * @param label the class with the smallest trigger
 * @param anomalyIndex Neural Cleanse's index of that class; above 2 is its outlier
 * @param timesSmaller the median norm over that class's
 * @param scores how inputs with that trigger behave
 * @param triggers one a class
 * @param largestMask pixels or features that the smallest trigger replaces most
 * @param limits what the figures do not cover
 */
public record ModelAuditReport(
        String model,
        BackdoorOdds.Probability probability,
        int cleanRows,
        double accuracy,
        int label,
        double anomalyIndex,
        double timesSmaller,
        List<Score> scores,
        List<Trigger> triggers,
        List<Integer> largestMask,
        List<String> limits)
        implements Result {
    private static final double FINDING = 0.5;

    /** Copies the lists. */
    public ModelAuditReport {
        scores = List.copyOf(scores);
        triggers = List.copyOf(triggers);
        largestMask = List.copyOf(largestMask);
        limits = List.copyOf(limits);
    }

    /**
     * A score of inputs, averaged.
     *
     * @param name the score
     * @param clean mean over the clean rows
     * @param triggered mean over clean rows of other classes with the smallest trigger
     * @param suspicious mean over the suspicious rows; null if none were named
     * @param suspiciousAuroc how well it tells them from the clean rows; null if none were named
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Score(
            String name,
            double clean,
            double triggered,
            @Nullable Double suspicious,
            @Nullable Double suspiciousAuroc) {}

    /**
     * A class's smallest trigger.
     *
     * @param label the class
     * @param className its name
     * @param norm how many pixels or features it replaces
     * @param success share of rows of other classes that it turns into the class
     * @param anomalyIndex how far its norm lies below the median, in robust deviations
     */
    public record Trigger(int label, String className, double norm, double success, double anomalyIndex) {}

    @Override
    public int exitCode() {
        return probability.low() >= FINDING ? ExitCodes.GATE_MISSED : ExitCodes.OK;
    }

    @Override
    public Document document() {
        Document.Builder document = Document.titled("Audit of the model " + model)
                .paragraph(verdict())
                .table(Table.of()
                        .row(
                                "probability of a backdoor",
                                Numbers.decimal(probability.value()) + ", 95 % interval "
                                        + Numbers.decimal(probability.low()) + " to "
                                        + Numbers.decimal(probability.high()) + ", where a share of "
                                        + Numbers.decimal(probability.prior()) + " has one")
                        .row("clean rows", cleanRows + ", " + Numbers.percent(accuracy) + " of them right")
                        .row("anomaly index", Numbers.decimal(anomalyIndex) + " (2 and more: outlier)")
                        .row("replaced most", largestMask)
                        .build())
                .heading("Smallest trigger of each class")
                .table(triggerTable())
                .heading("Inputs with the trigger of class "
                        + triggers.get(label).className())
                .table(scoreTable())
                .heading("Limits");
        limits.forEach(limit -> document.paragraph("- " + limit));
        return document.build();
    }

    private String verdict() {
        if (probability.value() < FINDING) {
            return "No backdoor was found; this does not show that there is none.";
        }
        String found = "Class " + triggers.get(label).className() + " is reached by a change "
                + String.format(Locale.ROOT, "%.1f", timesSmaller) + " times smaller than usual, ";
        return found
                + (exitCode() == ExitCodes.OK
                        ? "which clean models show too: undecided, because the interval holds one half."
                        : "as under a backdoor.");
    }

    private Table triggerTable() {
        Table.Builder table = Table.of("class", "replaced", "turned", "anomaly index");
        triggers.forEach(trigger -> table.row(
                trigger.className(),
                Numbers.decimal(trigger.norm()),
                Numbers.percent(trigger.success()),
                Numbers.decimal(trigger.anomalyIndex())));
        return table.build();
    }

    private Table scoreTable() {
        Table.Builder table = Table.of("score", "clean rows", "with the trigger", "suspicious rows", "AUROC");
        scores.forEach(score -> table.row(
                score.name(),
                Numbers.decimal(score.clean()),
                Numbers.decimal(score.triggered()),
                orDash(score.suspicious()),
                orDash(score.suspiciousAuroc())));
        return table.build();
    }

    private static String orDash(@Nullable Double value) {
        return value == null ? "-" : Numbers.decimal(value);
    }
}

package org.expunge.cli.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Comparator;
import java.util.List;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;

/**
 * What an audit found.
 *
 * @param run the run
 * @param method the influence estimator
 * @param checkpoints models that it used
 * @param verdict the finding in words
 * @param inputs inputs judged
 * @param flagged inputs with a tail above the threshold
 * @param top how many of them and of the rows are listed
 * @param calibrationRows held-out rows that set the threshold
 * @param threshold tail above which an input is flagged
 * @param options how inputs were judged
 * @param labels the test of each class
 * @param heaviest the flagged inputs with the heaviest tails
 * @param traces for each suspicious class, the rows behind its flagged inputs
 * @param truth how well inputs were told apart; null unless attacked inputs were among them
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AuditReport(
        String run,
        String method,
        int checkpoints,
        String verdict,
        int inputs,
        int flagged,
        int top,
        int calibrationRows,
        double threshold,
        TargetAudit.Options options,
        List<TargetAudit.LabelFinding> labels,
        List<TargetAudit.InputFinding> heaviest,
        List<Trace> traces,
        @Nullable Truth truth)
        implements Result {

    /**
     * A row behind the flagged inputs.
     *
     * @param id the row
     * @param score its mean influence on them
     * @param isAdversarial whether the attack of our own changed it; null if there was none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RankedRow(
            String id, double score, @Nullable Boolean isAdversarial) {}

    /**
     * A ranking of the rows.
     *
     * @param method what ranked them
     * @param sharedWithTrace how many of the trace's first rows are among its own first rows
     * @param averagePrecision AUPRC for the adversarial rows; null if they are not known
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Ranking(
            String method, int sharedWithTrace, @Nullable Double averagePrecision) {}

    /**
     * The rows behind the flagged inputs of one class.
     *
     * @param label the class
     * @param inputs flagged inputs that were traced
     * @param candidates training rows of the class
     * @param baseRate share of adversarial rows, which is the AUPRC of a random ranking of all rows; null if not known
     * @param rows the foremost rows
     * @param rankings the trace and its controls
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Trace(
            int label,
            int inputs,
            int candidates,
            @Nullable Double baseRate,
            List<RankedRow> rows,
            List<Ranking> rankings) {}

    /**
     * How well inputs were told apart.
     *
     * @param attackSuccess share of attacked inputs that are taken for the target class
     * @param attackedInputs attacked inputs among the inputs
     * @param averagePrecision AUPRC of the tail for attacked inputs that succeed
     * @param confidencePrecision the same of the model's confidence, a control
     * @param baseRate share of such inputs
     */
    public record Truth(
            double attackSuccess,
            int attackedInputs,
            double averagePrecision,
            double confidencePrecision,
            double baseRate) {}

    static AuditReport of(
            TrainingRun run,
            Estimator estimator,
            TargetAudit.Findings findings,
            List<Trace> traces,
            int top,
            @Nullable Truth truth) {
        List<TargetAudit.InputFinding> flagged = findings.inputs().stream()
                .filter(TargetAudit.InputFinding::flagged)
                .sorted(Comparator.comparingDouble(input -> -input.heaviness()))
                .toList();
        return new AuditReport(
                run.path().toString(),
                estimator.method(),
                run.checkpoints().size(),
                verdict(findings),
                findings.inputs().size(),
                flagged.size(),
                top,
                findings.calibrationRows(),
                findings.threshold(),
                findings.options(),
                findings.labels(),
                flagged.subList(0, Math.min(top, flagged.size())),
                traces,
                truth);
    }

    private static String verdict(TargetAudit.Findings findings) {
        List<Integer> labels = findings.suspiciousLabels();
        return labels.isEmpty()
                ? "insufficient evidence: no class has more flagged inputs than clean rows would give; this does not"
                        + " show that the data are clean"
                : "inputs taken for class " + join(labels) + " rest on a few training rows, as under an attack";
    }

    private static String join(List<Integer> labels) {
        return String.join(", ", labels.stream().map(String::valueOf).toList());
    }

    @Override
    public Document document() {
        Document.Builder document = Document.titled("Audit of " + run)
                .paragraph(verdict + ".")
                .table(Table.of()
                        .row("estimator", method + " over " + checkpoints + " checkpoints")
                        .row(
                                "inputs",
                                inputs + ", " + flagged + " flagged; " + Numbers.percent(options.falsePositiveRate())
                                        + " of clean ones would be")
                        .row("calibration", calibrationRows + " held-out rows, taken for clean")
                        .row(
                                "threshold",
                                Numbers.decimal(threshold) + " (by " + String.join(", ", options.deciding()) + ")")
                        .build())
                .heading("Classes")
                .table(labelTable())
                .heading("Heaviest flagged inputs, at most " + top)
                .table(inputTable());
        traces.forEach(trace -> append(document, trace));
        if (truth != null) {
            document.heading("Against what is known of the planted attack").table(truthTable(truth));
        }
        return document.build();
    }

    private Table labelTable() {
        Table.Builder table = Table.of("class", "inputs", "flagged", "clean rows", "flagged", "p-value", "suspicious");
        for (TargetAudit.LabelFinding label : labels) {
            table.row(
                    label.label(),
                    label.inputs(),
                    label.flagged(),
                    label.calibrationInputs(),
                    label.calibrationFlagged(),
                    Numbers.decimal(label.pValue()),
                    label.isSuspicious() ? "yes" : "no");
        }
        return table.build();
    }

    private Table inputTable() {
        Table.Builder table = Table.of("input", "taken for", "tail", "p-value", "discovery");
        for (TargetAudit.InputFinding input : heaviest) {
            table.row(
                    input.id(),
                    input.predicted(),
                    Numbers.decimal(input.heaviness()),
                    Numbers.decimal(input.pValue()),
                    input.discovery() ? "yes" : "no");
        }
        return table.build();
    }

    private static void append(Document.Builder document, Trace trace) {
        Table.Builder rows = Table.of("row", "mean influence", "planted");
        for (RankedRow row : trace.rows()) {
            Boolean planted = row.isAdversarial();
            rows.row(row.id(), Numbers.decimal(row.score()), planted == null ? "?" : planted ? "yes" : "no");
        }
        Table.Builder rankings = Table.of("ranking", "AUPRC", "first rows shared with the trace");
        for (Ranking ranking : trace.rankings()) {
            Double precision = ranking.averagePrecision();
            rankings.row(
                    ranking.method(), precision == null ? "-" : Numbers.decimal(precision), ranking.sharedWithTrace());
        }
        Double base = trace.baseRate();
        document.heading("Training rows behind " + trace.inputs() + " flagged inputs of class " + trace.label())
                .table(rows.build())
                .heading("The trace beside its controls, among " + trace.candidates() + " rows of the class"
                        + (base == null ? "" : "; base rate " + Numbers.decimal(base)))
                .table(rankings.build());
    }

    private static Table truthTable(Truth truth) {
        return Table.of()
                .row("attack success", Numbers.percent(truth.attackSuccess()) + " of " + truth.attackedInputs())
                .row("targets told apart, AUPRC", Numbers.decimal(truth.averagePrecision()))
                .row("the same by confidence", Numbers.decimal(truth.confidencePrecision()))
                .row("base rate", Numbers.decimal(truth.baseRate()))
                .build();
    }
}

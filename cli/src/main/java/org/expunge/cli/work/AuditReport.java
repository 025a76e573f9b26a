package org.expunge.cli.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Comparator;
import java.util.List;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.expunge.defense.identify.Examination;
import org.expunge.defense.identify.LabelSupport;
import org.expunge.defense.identify.ScoringCost;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;

/**
 * What an audit found.
 *
 * @param run the run
 * @param method what decides
 * @param checkpoints models that it used
 * @param verdict the finding in words
 * @param scarce classes about which it is silent for want of held-out rows, a sentence each
 * @param inputs inputs judged
 * @param flagged inputs with a p-value at most the false-positive rate
 * @param top how many of them and of the rows are listed
 * @param calibrationRows held-out rows that set the threshold
 * @param calibrationHeaviest the most conspicuous of them: rows with a trigger would stand here
 * @param threshold heaviness from which inputs are flagged, about: the p-value decides
 * @param discoveriesFrom inputs that must stand out above all calibration rows for one to survive control of false
 *     discoveries
 * @param cost what scoring took
 * @param statistics what each statistic says by itself
 * @param options how inputs were judged
 * @param labels the test of each class
 * @param supports whether influence bears the flags of each class out
 * @param heaviest the most conspicuous of the flagged inputs
 * @param traces for each suspicious class, the rows behind its flagged inputs
 * @param truth how well inputs were told apart; null unless attacked inputs were among them
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AuditReport(
        String run,
        String method,
        int checkpoints,
        String verdict,
        List<String> scarce,
        int inputs,
        int flagged,
        int top,
        int calibrationRows,
        List<Examination.CalibrationRow> calibrationHeaviest,
        double threshold,
        int discoveriesFrom,
        AuditCost cost,
        TargetAudit.Options options,
        List<AuditStatistic> statistics,
        List<TargetAudit.LabelFinding> labels,
        List<LabelSupport> supports,
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
     * @param classPrior AUPRC of knowing nothing but the class, which is what a ranking of its rows has to beat; null
     *     if not known
     * @param rows the foremost rows
     * @param rankings the trace and its controls
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Trace(
            int label,
            int inputs,
            int candidates,
            @Nullable Double baseRate,
            @Nullable Double classPrior,
            List<RankedRow> rows,
            List<Ranking> rankings) {}

    /**
     * How well inputs were told apart by what decides.
     *
     * @param attackSuccess share of attacked inputs that are taken for the class that the attacker wants; null if that
     *     is not known
     * @param attackedInputs attacked inputs among the inputs
     * @param targets those that succeed, or all where success is not known
     * @param averagePrecision AUPRC of what decides for targets
     * @param truePositiveRate share of targets above 95 % of the other inputs
     * @param confidencePrecision AUPRC of the model's confidence, a control; null if controls were left out
     * @param baseRate share of targets, which is the AUPRC of a random order
     * @param hardNegatives inputs that are no targets but taken for a class that targets are taken for
     * @param hardPrecision AUPRC among targets and these alone; null if there are none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Truth(
            @Nullable Double attackSuccess,
            int attackedInputs,
            int targets,
            double averagePrecision,
            double truePositiveRate,
            @Nullable Double confidencePrecision,
            double baseRate,
            int hardNegatives,
            @Nullable Double hardPrecision) {}

    static AuditReport of(
            TrainingRun run,
            Examination examination,
            List<Trace> traces,
            int top,
            ScoringCost cost,
            @Nullable AuditTruth truth) {
        TargetAudit.Findings findings = examination.findings();
        List<TargetAudit.InputFinding> flagged = findings.inputs().stream()
                .filter(TargetAudit.InputFinding::flagged)
                .sorted(Comparator.comparingDouble(input -> -input.heaviness()))
                .toList();
        int inputs = findings.inputs().size();
        double smallest = 1.0 / (findings.calibrationRows() + 1);
        return new AuditReport(
                run.path().toString(),
                String.join(", ", findings.options().deciding()),
                run.checkpoints().size(),
                verdict(examination),
                new HeldOutRows(run.train(), findings).ofFlags(),
                inputs,
                flagged.size(),
                top,
                findings.calibrationRows(),
                examination
                        .calibration()
                        .subList(0, Math.min(top, examination.calibration().size())),
                findings.threshold(),
                (int) Math.ceil(inputs * smallest / findings.options().falsePositiveRate() - 1e-9),
                AuditCost.of(cost, examination.timings()),
                findings.options(),
                AuditStatistic.of(examination, truth),
                findings.labels(),
                examination.supports(),
                flagged.subList(0, Math.min(top, flagged.size())),
                traces,
                truth == null ? null : truth(examination, truth));
    }

    private static Truth truth(Examination examination, AuditTruth truth) {
        AuditTruth.Precision decision = truth.precision(examination.findings().inputs().stream()
                .map(TargetAudit.InputFinding::heaviness)
                .toList());
        Double confidence = examination.statistics().stream()
                .filter(statistic -> statistic.name().equals("certainty"))
                .findFirst()
                .map(statistic -> truth.precision(statistic.heaviness()).averagePrecision())
                .orElse(null);
        return new Truth(
                truth.success(),
                truth.attacked(),
                truth.targets(),
                decision.averagePrecision(),
                decision.truePositiveRate(),
                confidence,
                truth.baseRate(),
                truth.hardNegatives(),
                decision.hardPrecision());
    }

    private static String verdict(Examination examination) {
        List<Integer> labels = examination.findings().suspiciousLabels();
        List<Integer> unsupported = examination.unsupportedLabels();
        String found = labels.isEmpty()
                ? "insufficient evidence: "
                        + (examination.findings().scarceLabels().isEmpty()
                                ? "no class has more flagged inputs than clean rows would give"
                                : "held-out rows are too few to show that a class has more flagged inputs than clean rows"
                                        + " would give")
                        + "; this does not show that the data are clean"
                : "inputs taken for class " + join(labels) + " rest on a few training rows, as under an attack";
        if (!unsupported.isEmpty() && labels.isEmpty()) {
            found = "insufficient evidence; this does not show that the data are clean";
        }
        return unsupported.isEmpty()
                ? found
                : found + "; inputs taken for class " + join(unsupported)
                        + " stand out, but no more of them rest on a few training rows than of clean ones, as when inputs"
                        + " are unlike all that was trained on";
    }

    private static String join(List<Integer> labels) {
        return String.join(", ", labels.stream().map(String::valueOf).toList());
    }

    @Override
    public Document document() {
        Document.Builder document = Document.titled("Audit of " + run).paragraph(verdict + ".");
        scarce.forEach(document::paragraph);
        document.table(Table.of()
                        .row("decided by", method + " over " + checkpoints + " checkpoints")
                        .row(
                                "inputs",
                                inputs + ", " + flagged + " flagged; " + Numbers.percent(options.falsePositiveRate())
                                        + " of clean ones would be")
                        .row(
                                "calibration",
                                calibrationRows + " held-out rows, taken for clean: a trigger among them hides it")
                        .row("threshold", Numbers.decimal(threshold) + " (by " + method + ")")
                        .row(
                                "discoveries",
                                "possible once " + discoveriesFrom + " inputs stand out above all calibration rows")
                        .row("cost", cost.sentence())
                        .build())
                .heading("Statistics beside each other")
                .table(AuditStatistic.table(statistics))
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
        Table.Builder table = Table.of(
                "class",
                "inputs",
                "flagged",
                "clean rows",
                "flagged",
                "p-value before correction over " + labels.size() + " classes",
                "borne out",
                "suspicious");
        for (TargetAudit.LabelFinding label : labels) {
            table.row(
                    label.label(),
                    label.inputs(),
                    label.flagged(),
                    label.calibrationInputs(),
                    label.calibrationFlagged(),
                    Numbers.decimal(label.pValue()),
                    supports.isEmpty()
                            ? "-"
                            : Numbers.decimal(supports.get(label.label()).pValue()),
                    label.isSuspicious() ? "yes" : "no");
        }
        return table.build();
    }

    private Table inputTable() {
        Table.Builder table = Table.of("input", "taken for", "heaviness", "p-value", "discovery");
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
        Double prior = trace.classPrior();
        document.heading("Training rows behind " + trace.inputs() + " flagged inputs of class " + trace.label())
                .table(rows.build())
                .heading("The trace beside its controls, among " + trace.candidates() + " rows of the class"
                        + (prior == null ? "" : "; knowing the class alone " + Numbers.decimal(prior))
                        + (base == null ? "" : "; base rate " + Numbers.decimal(base)))
                .table(rankings.build());
    }

    private static Table truthTable(Truth truth) {
        Double success = truth.attackSuccess();
        return Table.of()
                .row(
                        "attacked inputs",
                        truth.attackedInputs() + (success == null ? "" : ", success " + Numbers.percent(success)))
                .row("targets told apart, AUPRC", Numbers.decimal(truth.averagePrecision()))
                .row("the same at 5 % of the others", Numbers.percent(truth.truePositiveRate()))
                .row("the same by confidence, AUPRC", AuditStatistic.orDash(truth.confidencePrecision()))
                .row("base rate", Numbers.decimal(truth.baseRate()))
                .row(
                        "against " + truth.hardNegatives() + " inputs rightly of the same class, AUPRC",
                        AuditStatistic.orDash(truth.hardPrecision()))
                .build();
    }
}

package org.expunge.cli.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.expunge.defense.detect.DetectionTable;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;

/**
 * What a scan found. Nothing was changed.
 *
 * @param run the run
 * @param seed what folds and random scores were drawn from
 * @param scores file with every row's scores; null if none was asked for
 * @param top shared rows that the text lists; the JSON holds all
 * @param table the detectors side by side
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ScanReport(String run, long seed, @Nullable String scores, int top, DetectionTable table)
        implements Result {
    private static final String CAVEAT =
            "A flag is a reason to look at a row, not a finding: honest rows that are rare "
                    + "or hard are flagged as well, and where a rule is a share of a class it flags clean data up to that share. "
                    + "A control that flags the same rows says as much. No flags do not show that the data are clean.";

    static ScanReport of(TrainingRun run, DetectionTable table, Scanning.Plan plan) {
        Path out = plan.out();
        return new ScanReport(
                run.path().toString(), plan.options().seed(), out == null ? null : out.toString(), plan.top(), table);
    }

    @Override
    public Document document() {
        Document.Builder document = Document.titled("Scan of " + run)
                .paragraph(table.rows() + " training rows in "
                        + table.classCounts().size() + " classes. " + CAVEAT)
                .heading("Detectors, and below them the controls")
                .table(detectors())
                .heading("Flagged rows by class")
                .table(byClass());
        DetectionTable.Truth truth = table.truth();
        if (truth != null) {
            document.heading("Against the " + truth.planted() + " rows that an attack of one's own planted")
                    .paragraph("Knowing nothing has an AUPRC of " + Numbers.decimal(truth.baseRate())
                            + ", knowing the class alone one of " + Numbers.decimal(truth.classPrior()) + "."
                            + (truth.covers() == 0
                                    ? ""
                                    : " The " + truth.covers() + " covers of the attack count in no figure."))
                    .table(figures());
        }
        document.heading("Rows that several detectors flag: the first "
                        + Math.min(top, table.flaggedByMany().size()) + " of "
                        + table.flaggedByMany().size())
                .table(shared())
                .heading("Notes")
                .table(notes());
        if (scores != null) {
            document.paragraph("Scores of all rows: " + scores);
        }
        return document.build();
    }

    private Table detectors() {
        Table.Builder rows = Table.of("detector", "flagged", "share", "also by others", "time", "rule for a flag");
        table.entries()
                .forEach(entry -> rows.row(
                        name(entry),
                        entry.flagged(),
                        Numbers.percent(entry.flagged() / (double) table.rows()),
                        entry.shared(),
                        Numbers.seconds(entry.seconds()),
                        entry.rule()));
        return rows.build();
    }

    private static String name(DetectionTable.Entry entry) {
        return entry.detector() + (entry.isControl() ? " (control)" : "");
    }

    private Table byClass() {
        int classes = table.classCounts().size();
        String[] header = new String[classes + 1];
        header[0] = "detector";
        IntStream.range(0, classes).forEach(c -> header[c + 1] = String.valueOf(c));
        Table.Builder rows = Table.of(header);
        rows.row(cells("rows", table.classCounts()));
        table.entries().forEach(entry -> rows.row(cells(name(entry), entry.flaggedByClass())));
        return rows.build();
    }

    private static Object[] cells(String name, List<Integer> counts) {
        Object[] cells = new Object[counts.size() + 1];
        cells[0] = name;
        IntStream.range(0, counts.size()).forEach(c -> cells[c + 1] = counts.get(c));
        return cells;
    }

    private Table figures() {
        Table.Builder rows = Table.of(
                "detector", "AUPRC", "TPR at 0.5 %", "TPR at 1 %", "TPR at 5 %", "flags right", "found", "false flags");
        for (DetectionTable.Entry entry : table.entries()) {
            DetectionTable.Figures figures = entry.figures();
            if (figures != null) {
                rows.row(
                        name(entry),
                        Numbers.decimal(figures.averagePrecision()),
                        Numbers.decimal(figures.truePositiveRateAtHalfPercent()),
                        Numbers.decimal(figures.truePositiveRateAtOnePercent()),
                        Numbers.decimal(figures.truePositiveRateAtFivePercent()),
                        Numbers.percent(figures.flaggedPrecision()),
                        Numbers.percent(figures.flaggedRecall()),
                        Numbers.percent(figures.falseFlagRate()));
            }
        }
        DetectionTable.Truth truth = table.truth();
        if (truth != null) {
            rows.row("class prior (control)", Numbers.decimal(truth.classPrior()), "-", "-", "-", "-", "-", "-");
        }
        return rows.build();
    }

    private Table shared() {
        boolean isKnown = table.truth() != null;
        Table.Builder rows =
                isKnown ? Table.of("row", "class", "planted", "detectors") : Table.of("row", "class", "detectors");
        table.flaggedByMany().stream().limit(top).forEach(row -> {
            String detectors = row.detectors().size() + ": " + String.join(", ", row.detectors());
            if (isKnown) {
                rows.row(row.id(), row.label(), Boolean.TRUE.equals(row.isPlanted()) ? "yes" : "no", detectors);
            } else {
                rows.row(row.id(), row.label(), detectors);
            }
        });
        return rows.build();
    }

    private Table notes() {
        Table.Builder rows = Table.of("detector", "notes");
        table.entries().stream()
                .filter(entry -> !entry.notes().isEmpty())
                .forEach(entry ->
                        rows.row(entry.detector(), entry.notes().stream().collect(Collectors.joining("; "))));
        return rows.build();
    }
}

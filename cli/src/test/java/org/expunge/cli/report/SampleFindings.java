package org.expunge.cli.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.expunge.cli.render.PngImage;
import org.expunge.cli.work.ModelAuditReport;
import org.expunge.cli.work.ModelAuditing;
import org.expunge.cli.work.ScanReport;
import org.expunge.defense.detect.DetectionTable;
import org.expunge.defense.model.BackdoorOdds;
import org.expunge.influence.data.Shape;
import org.expunge.influence.io.Json;

/** What a scan and an audit of a model leave, with numbers made up. */
public final class SampleFindings {
    private static final Shape IMAGE = new Shape(1, 4, 6);

    private SampleFindings() {}

    /** Returns a scan of a run. */
    public static ScanReport scan(String run) {
        DetectionTable.Figures good = new DetectionTable.Figures(0.91, 0.8, 0.9, 0.95, 0.5, 0.9, 0.01, 0);
        DetectionTable.Figures poor = new DetectionTable.Figures(0.02, 0, 0.01, 0.05, 0.02, 0.05, 0.05, 0);
        return new ScanReport(
                run,
                17,
                null,
                20,
                new DetectionTable(
                        1000,
                        List.of(500, 500),
                        List.of(
                                entry("spectre", false, 40, List.of(38, 2), List.of("rank 4"), good),
                                entry("random", true, 50, List.of(25, 25), List.of(), poor)),
                        List.of(new DetectionTable.SharedRow("row <7>", 0, List.of("spectre", "deep-knn"), true)),
                        new DetectionTable.Truth(20, 0, 0.02, 0.04)));
    }

    private static DetectionTable.Entry entry(
            String name,
            boolean isControl,
            int flagged,
            List<Integer> byClass,
            List<String> notes,
            DetectionTable.Figures figures) {
        return new DetectionTable.Entry(
                name, isControl, "is among the first", flagged, byClass, 3, 0, 0.4, notes, figures);
    }

    /** Returns an audit of a model. */
    public static ModelAuditReport modelAudit(String model) {
        return new ModelAuditReport(
                model,
                new BackdoorOdds.Probability(0.93, 0.71, 0.98, 0.5),
                100,
                0.96,
                0,
                3.4,
                2.7,
                List.of(new ModelAuditReport.Score("SCALE-UP", 0.2, 0.7, null, null)),
                List.of(
                        new ModelAuditReport.Trigger(0, "zero", 2.1, 0.99, 3.4),
                        new ModelAuditReport.Trigger(1, "one", 9.4, 0.98, -0.2)),
                List.of(5, 11),
                List.of("for other models the interval is too narrow"));
    }

    /** Writes the folder of an audit, with its pictures, 4 × 6 pixels each. */
    public static Path writeModelAudit(Path folder, String model) throws IOException {
        Files.createDirectory(folder);
        Json.write(folder.resolve(ModelAuditing.AUDIT), modelAudit(model));
        double[] black = new double[IMAGE.length()];
        double[] grey = new double[IMAGE.length()];
        java.util.Arrays.fill(grey, 0.4);
        Files.write(folder.resolve("trigger-0.png"), PngImage.bytes(IMAGE, grey, 0, 1));
        Files.write(folder.resolve("mask-0.png"), PngImage.bytes(IMAGE, black, 0, 1));
        return folder;
    }
}

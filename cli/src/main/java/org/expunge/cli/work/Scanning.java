package org.expunge.cli.work;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.expunge.cli.render.Console;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.ProgressMeter;
import org.expunge.defense.detect.Detection;
import org.expunge.defense.detect.DetectionScan;
import org.expunge.defense.detect.Detector;
import org.expunge.defense.detect.Detectors;
import org.expunge.defense.detect.MarginLog;
import org.expunge.defense.detect.PlantedRows;
import org.expunge.defense.detect.ScanSetting;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Csv;
import org.expunge.influence.training.Retrainer;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;

/** Scans the training rows of a run by many detectors and their controls. */
public final class Scanning {
    /**
     * What to scan by.
     *
     * @param detectors in the order of the table; empty for all that the run has what it takes for
     * @param options what detectors share
     * @param logsMargins whether to train once more for the margins of every epoch
     * @param manifest of an attack of one's own; null for that in the run's notes, if any
     * @param top shared rows to list, at least 1
     * @param out CSV file for all rows; null for none
     */
    public record Plan(
            List<Detector> detectors,
            ScanSetting.Options options,
            boolean logsMargins,
            @Nullable Path manifest,
            int top,
            @Nullable Path out) {
        /** Copies the list. */
        public Plan {
            detectors = List.copyOf(detectors);
        }
    }

    private final Engine engine;
    private final Console console;
    private final Plan plan;

    /**
     * Makes the work.
     *
     * @param engine where it runs; stays the caller's to close
     * @param console takes progress, and the cost before it is spent
     * @param plan what to scan by
     */
    public Scanning(Engine engine, Console console, Plan plan) {
        this.engine = engine;
        this.console = console;
        this.plan = plan;
    }

    /**
     * Scans.
     *
     * @param run the run; stays as it is
     * @return what was found
     * @throws IOException if rows cannot be read, or {@code out} exists or cannot be written
     */
    public ScanReport scan(TrainingRun run) throws IOException {
        Path out = plan.out();
        if (out != null) {
            AtomicFiles.requireWritable(out);
        }
        ScanSetting setting = setting(run);
        Optional<PlantedRows> planted = planted(run, setting.train());
        List<Detector> chosen = plan.detectors().isEmpty() ? Detectors.usable(setting) : plan.detectors();
        DetectionScan scan = new DetectionScan(chosen);
        sayCost(run, setting, scan.trainings(setting) + (plan.logsMargins() ? 1 : 0));
        ScanSetting used = plan.logsMargins() ? setting.withMargins(logged(run, setting)) : setting;
        DetectionScan.Findings findings = console.metered(
                "scanning " + setting.train().size() + " rows",
                meter -> scan.scan(
                        used,
                        planted,
                        new Shown(meter, chosen.size() + Detectors.controls().size())));
        if (out != null) {
            write(out, setting.train(), findings.detections(), planted);
        }
        return ScanReport.of(run, findings.table(), plan);
    }

    private ScanSetting setting(TrainingRun run) throws BadInputException {
        try {
            return ScanSetting.of(engine, run, plan.options());
        } catch (IllegalArgumentException e) {
            throw new BadInputException(run.path().toString(), String.valueOf(e.getMessage()), e);
        }
    }

    private Optional<PlantedRows> planted(TrainingRun run, Dataset train) throws IOException {
        Path manifest = plan.manifest();
        Optional<Drill> drill = KnownAttack.of(run, manifest).map(KnownAttack.Known::drill);
        if (drill.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(PlantedRows.of(
                    train, drill.get().adversarialIds(), drill.get().coverIds()));
        } catch (IllegalArgumentException e) {
            if (manifest == null) { // a run whose planted rows were all taken out
                return Optional.empty();
            }
            throw new BadInputException(manifest.toString(), String.valueOf(e.getMessage()), e);
        }
    }

    private void sayCost(TrainingRun run, ScanSetting setting, int trainings) {
        long rows = setting.train().size();
        String time = run.info().notes().get(TrainingRun.RATE) instanceof Number rate && rate.doubleValue() > 0
                ? ", about "
                        + Numbers.seconds(
                                trainings * rows * run.recipe().training().epochs() / rate.doubleValue())
                        + " at the rate of the run's own training"
                : "";
        console.note("cost: " + trainings + " trainings on at most " + rows + " rows" + (trainings == 0 ? "" : time)
                + "; neighbours take " + rows + "² distances in each of two spaces");
    }

    private MarginLog logged(TrainingRun run, ScanSetting setting) {
        MarginLog log = new MarginLog(engine, setting.train());
        return console.during("training once more for the margins", () -> {
            new Retrainer(engine, run.recipe())
                    .retrain(setting.train(), setting.validation(), run.recipe().seed(), log);
            return log;
        });
    }

    private static void write(Path out, Dataset train, List<Detection> detections, Optional<PlantedRows> planted)
            throws IOException {
        List<Set<Integer>> flagged =
                detections.stream().map(d -> Set.copyOf(d.flagged())).toList();
        AtomicFiles.write(out, stream -> {
            BufferedWriter writer = new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8));
            writer.write("row,label" + (planted.isPresent() ? ",planted,cover" : ""));
            for (Detection detection : detections) {
                String name = detection.ranking().method();
                writer.write("," + name + "," + name + " flagged");
            }
            writer.write("\n");
            for (int i = 0; i < train.size(); i++) {
                writer.write(Csv.quoted(train.id(i)) + "," + train.label(i));
                if (planted.isPresent()) {
                    writer.write("," + bit(planted.get().isPlanted().get(i)) + ","
                            + bit(planted.get().isCover().get(i)));
                }
                for (int d = 0; d < detections.size(); d++) {
                    writer.write("," + detections.get(d).ranking().scores().get(i) + ","
                            + bit(flagged.get(d).contains(i)));
                }
                writer.write("\n");
            }
            writer.flush();
        });
    }

    private static int bit(boolean flag) {
        return flag ? 1 : 0;
    }

    /** Counts detectors on a meter. */
    private static final class Shown implements DetectionScan.Listener {
        private final ProgressMeter meter;
        private final int total;
        private int begun;

        Shown(ProgressMeter meter, int total) {
            this.meter = meter;
            this.total = total;
        }

        @Override
        public void onDetector(String detector) {
            meter.step(begun, total, detector);
            begun++;
        }
    }
}

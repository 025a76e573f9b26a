package org.expunge.benchmarks.defense;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.expunge.benchmarks.study.StudyTable;
import org.expunge.defense.attack.AttackGate;
import org.expunge.defense.detect.Detection;
import org.expunge.defense.detect.DetectionScan;
import org.expunge.defense.detect.DetectionTable;
import org.expunge.defense.detect.Detector;
import org.expunge.defense.detect.Detectors;
import org.expunge.defense.detect.OracleBudget;
import org.expunge.defense.detect.PlantedRows;
import org.expunge.defense.detect.ScanSetting;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.network.Model;

/**
 * Detectors of training rows, and their controls, on the same poisoned runs as {@link DefenseStudy}: how well each
 * ranks the planted rows, what it flags by its own rule, and, for the spectral methods and clustering, what is left of
 * the attack after removing as many rows as their authors do, which takes the true number of planted rows.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar org.expunge.benchmarks.defense.DetectorStudy
 * docs/results/detectors-digits.csv digits FOLDER all 5}
 */
public final class DetectorStudy {
    private static final List<String> REMOVERS =
            List.of("spectral", "spectral-uncentred", "spectre", "activation-clustering", "scan");

    private static final List<String> COLUMNS = List.of(
            "setting",
            "attack",
            "seed",
            "gate",
            "planted rows",
            "rows prior",
            "class prior",
            "detector",
            "control",
            "AUPRC",
            "TPR at 1 % FPR",
            "TPR at 5 % FPR",
            "flagged",
            "flagged precision",
            "flagged recall",
            "false flags %",
            "trainings",
            "oracle budget: rows removed %",
            "oracle budget: attack success after",
            "oracle budget: accuracy after",
            "attack success before",
            "accuracy before");

    private final Engine engine;
    private final StudyTable table;

    private DetectorStudy(Engine engine, StudyTable table) {
        this.engine = engine;
        this.table = table;
    }

    /**
     * Runs the study.
     *
     * @param args the file to write, the settings, a folder for data that are not embedded, the attacks ({@code all} or
     *     names), and the number of seeds
     */
    public static void main(String[] args) throws IOException {
        StudyRuns.all(DetectorStudy.class, COLUMNS, args, (engine, table) -> new DetectorStudy(engine, table)::run);
    }

    private void run(DefenseSetting setting, String name, AttackMaker maker, long seed) throws IOException {
        DefenseWorld world = new DefenseWorld(engine, setting, maker, !name.equals(Attacks.NONE), seed);
        if (world.plantedRows() == 0) {
            return;
        }
        ScanSetting scanned = new ScanSetting(
                engine,
                world.train(),
                world.validation(),
                world.first().checkpoints(),
                Optional.of(setting.recipe()),
                ScanSetting.Options.DEFAULT.withSeed(seed));
        List<Detector> detectors = new ArrayList<>(Detectors.usable(scanned));
        detectors.addAll(Detectors.named(List.of("spectral-uncentred")));
        detectors.addAll(Detectors.controls());
        DetectionScan.Findings found = new DetectionScan(detectors)
                .scan(
                        scanned,
                        Optional.of(PlantedRows.of(world.train(), world.plantedIds())),
                        DetectionScan.Listener.NONE);
        for (DetectionTable.Entry entry : found.table().entries()) {
            add(setting, name, seed, world, entry, found.detection(entry.detector()));
        }
    }

    private void add(
            DefenseSetting setting,
            String name,
            long seed,
            DefenseWorld world,
            DetectionTable.Entry entry,
            Detection detection) {
        AttackGate gate = world.gate();
        DetectionTable.Figures figures = Objects.requireNonNull(entry.figures());
        boolean removes = REMOVERS.contains(entry.detector());
        int[] removed = removes ? OracleBudget.everyClass(world.train(), detection, world.plantedRows()) : new int[0];
        Model after = removes
                ? world.train(world.train().without(removed)).model()
                : world.first().model();
        List<Object> row = new ArrayList<>(Arrays.asList(
                setting.name(),
                name,
                seed,
                world.verdict(),
                world.plantedRows(),
                world.plantedRows() / (double) world.train().size(),
                world.classPrior(),
                entry.detector(),
                entry.isControl()));
        row.addAll(List.of(
                figures.averagePrecision(),
                figures.truePositiveRateAtOnePercent(),
                figures.truePositiveRateAtFivePercent(),
                entry.flagged(),
                figures.flaggedPrecision(),
                figures.flaggedRecall(),
                100 * figures.falseFlagRate(),
                entry.trainings(),
                removes ? 100.0 * removed.length / world.train().size() : Double.NaN,
                removes ? world.attackSuccess(after) : Double.NaN,
                removes ? world.accuracy(after) : Double.NaN,
                gate.attackSuccess(),
                gate.cleanAccuracy()));
        table.add(row.toArray());
    }
}

package org.expunge.defense.detect;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Runs detectors and all controls on the same rows and puts what they say into one table. Nothing is deleted.
 *
 * <p><b>Cost.</b> The sum of the detectors', less what they share; {@link #trainings} says how many models it trains.
 */
public final class DetectionScan {
    /**
     * What was found.
     *
     * @param table the detectors side by side
     * @param detections what each said of every row, in the order of the table's entries
     */
    public record Findings(DetectionTable table, List<Detection> detections) {
        /** Copies the list. */
        public Findings {
            detections = List.copyOf(detections);
        }

        /**
         * Returns what one detector said.
         *
         * @param detector its name
         * @throws IllegalArgumentException if it was not run
         */
        public Detection detection(String detector) {
            return detections.stream()
                    .filter(d -> d.ranking().method().equals(detector))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("detector " + detector + " was not run"));
        }
    }

    /** Is told before a detector begins. */
    @FunctionalInterface
    public interface Listener {
        /** Watches nothing. */
        Listener NONE = detector -> {};

        /**
         * A detector begins.
         *
         * @param detector its name
         */
        void onDetector(String detector);
    }

    private final List<Detector> detectors;

    /**
     * Makes a scan.
     *
     * @param detectors what to run beside the controls, at least 1, in the order of the table
     */
    public DetectionScan(List<Detector> detectors) {
        checkArgument(!detectors.isEmpty(), "a scan needs at least one detector");
        this.detectors = Stream.concat(detectors.stream().filter(d -> !d.isControl()), Detectors.controls().stream())
                .toList();
    }

    /**
     * Scans with everything that a setting has what it takes for.
     *
     * @param setting the rows and the model
     * @param planted rows that an attack of one's own changed, if that is known
     * @return the table and every row's scores
     */
    public static Findings all(ScanSetting setting, Optional<PlantedRows> planted) {
        return new DetectionScan(Detectors.usable(setting)).scan(setting, planted, Listener.NONE);
    }

    /**
     * Scans as {@link #all} and with {@link Detectors#rivals} as well: the one call for a comparison on planted rows.
     *
     * @param setting the rows and the model
     * @param planted rows that an attack of one's own changed
     * @return the table and every row's scores
     */
    public static Findings comparison(ScanSetting setting, PlantedRows planted) {
        List<Detector> detectors = Stream.concat(Detectors.usable(setting).stream(), Detectors.rivals().stream())
                .toList();
        return new DetectionScan(detectors).scan(setting, Optional.of(planted), Listener.NONE);
    }

    /**
     * Returns how many trainings the scan makes.
     *
     * @param setting what would be scanned
     * @throws IllegalArgumentException if the setting lacks what a detector needs; the message says what
     */
    public int trainings(ScanSetting setting) {
        return detectors.stream().mapToInt(d -> d.trainings(setting)).sum();
    }

    /**
     * Scans.
     *
     * @param setting the rows and the model
     * @param planted rows that an attack of one's own changed, if that is known
     * @param listener told of each detector
     * @return the table and every row's scores
     * @throws IllegalArgumentException if the setting lacks what a detector needs, before any of them runs
     */
    public Findings scan(ScanSetting setting, Optional<PlantedRows> planted, Listener listener) {
        List<Integer> trainings =
                detectors.stream().map(d -> d.trainings(setting)).toList();
        List<DetectionTable.Work> works = new ArrayList<>();
        for (int d = 0; d < detectors.size(); d++) {
            Detector detector = detectors.get(d);
            listener.onDetector(detector.name());
            long start = System.nanoTime();
            Detection detection = detector.detect(setting);
            works.add(
                    new DetectionTable.Work(detector, detection, trainings.get(d), (System.nanoTime() - start) * 1e-9));
        }
        return new Findings(
                DetectionTable.of(setting.train(), works, planted),
                works.stream().map(DetectionTable.Work::detection).toList());
    }
}

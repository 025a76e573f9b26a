package org.expunge.defense.detect;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.google.common.primitives.Booleans;
import com.google.common.primitives.Doubles;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.evaluate.RankMetrics;
import org.jspecify.annotations.Nullable;

/**
 * What all detectors and their controls say of the same rows.
 *
 * @param rows training rows n
 * @param classCounts rows by class
 * @param entries one a detector, controls last
 * @param flaggedByMany rows that at least two detectors flag, controls not counted: most detectors first, ties by row
 * @param truth what is known of planted rows; null if nothing is
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DetectionTable(
        int rows,
        List<Integer> classCounts,
        List<Entry> entries,
        List<SharedRow> flaggedByMany,
        @Nullable Truth truth) {
    /** Fewest detectors that make a row shared. */
    private static final int MANY = 2;

    /**
     * What one detector says.
     *
     * @param detector its name
     * @param isControl whether it is there to be beaten
     * @param rule how it flags
     * @param flagged rows flagged
     * @param flaggedByClass the same by class
     * @param shared those of them that another detector, controls not counted, flags too
     * @param trainings trainings that it made
     * @param seconds wall time, with what it computed first and others then shared
     * @param notes what a reader should know
     * @param figures how well it found planted rows; null if these are not known
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Entry(
            String detector,
            boolean isControl,
            String rule,
            int flagged,
            List<Integer> flaggedByClass,
            int shared,
            int trainings,
            double seconds,
            List<String> notes,
            @Nullable Figures figures) {}

    /**
     * How well planted rows were found.
     *
     * @param averagePrecision AUPRC over all rows, ties standing together
     * @param truePositiveRateAtHalfPercent share of planted rows above a threshold that at most 0.5 % of the others
     *     pass
     * @param truePositiveRateAtOnePercent the same at 1 %
     * @param truePositiveRateAtFivePercent the same at 5 %
     * @param flaggedPrecision share of planted rows among the flagged; 0 if nothing is flagged
     * @param flaggedRecall share of planted rows that are flagged
     * @param falseFlagRate share of the other rows that are flagged
     * @param flaggedCovers covers that are flagged; they count in none of the above
     */
    public record Figures(
            double averagePrecision,
            double truePositiveRateAtHalfPercent,
            double truePositiveRateAtOnePercent,
            double truePositiveRateAtFivePercent,
            double flaggedPrecision,
            double flaggedRecall,
            double falseFlagRate,
            int flaggedCovers) {}

    /**
     * A row that several detectors flag.
     *
     * @param id the row
     * @param label the class it carries
     * @param detectors who flags it
     * @param isPlanted whether an attack of one's own planted it; null if that is not known
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record SharedRow(
            String id,
            int label,
            List<String> detectors,
            @Nullable Boolean isPlanted) {}

    /**
     * What is known of planted rows.
     *
     * @param planted how many there are
     * @param covers changed rows that keep their true label; no figure counts them
     * @param baseRate their share of all rows: the AUPRC of knowing nothing
     * @param classPrior their share of the rows of the class where it is largest: the AUPRC of knowing the class alone
     */
    public record Truth(int planted, int covers, double baseRate, double classPrior) {}

    /**
     * What a detector did.
     *
     * @param detector the detector
     * @param detection what it said
     * @param trainings trainings that it made
     * @param seconds wall time
     */
    record Work(Detector detector, Detection detection, int trainings, double seconds) {}

    /** Copies the lists. */
    public DetectionTable {
        classCounts = List.copyOf(classCounts);
        entries = List.copyOf(entries);
        flaggedByMany = List.copyOf(flaggedByMany);
    }

    static DetectionTable of(Dataset train, List<Work> works, Optional<PlantedRows> planted) {
        int[] votes = votes(train.size(), works);
        return new DetectionTable(
                train.size(),
                byClass(train, IntStream.range(0, train.size()).boxed().toList()),
                works.stream().map(work -> entry(train, work, votes, planted)).toList(),
                shared(train, works, votes, planted),
                planted.map(DetectionTable::truth).orElse(null));
    }

    private static Truth truth(PlantedRows planted) {
        boolean[] flags = Booleans.toArray(of(planted.isPlanted(), planted.withoutCovers()));
        int count = Booleans.countTrue(flags);
        return new Truth(
                count, planted.isPlanted().size() - flags.length, RankMetrics.baseRate(flags), planted.classPrior());
    }

    private static <T> List<T> of(List<T> all, int[] rows) {
        return IntStream.of(rows).mapToObj(all::get).toList();
    }

    private static int[] votes(int rows, List<Work> works) {
        int[] votes = new int[rows];
        works.stream()
                .filter(work -> !work.detector().isControl())
                .forEach(work -> work.detection().flagged().forEach(row -> votes[row]++));
        return votes;
    }

    private static Entry entry(Dataset train, Work work, int[] votes, Optional<PlantedRows> planted) {
        Detection detection = work.detection();
        int own = work.detector().isControl() ? 0 : 1;
        int shared = (int)
                detection.flagged().stream().filter(row -> votes[row] > own).count();
        return new Entry(
                work.detector().name(),
                work.detector().isControl(),
                work.detector().rule(),
                detection.flagged().size(),
                byClass(train, detection.flagged()),
                shared,
                work.trainings(),
                work.seconds(),
                detection.notes(),
                planted.map(rows -> figures(detection, rows)).orElse(null));
    }

    private static Figures figures(Detection detection, PlantedRows planted) {
        int[] counted = planted.withoutCovers();
        double[] scores = Doubles.toArray(of(detection.ranking().scores(), counted));
        boolean[] truth = Booleans.toArray(of(planted.isPlanted(), counted));
        int covers = (int)
                detection.flagged().stream().filter(planted.isCover()::get).count();
        int flagged = detection.flagged().size() - covers;
        int found = (int)
                detection.flagged().stream().filter(planted.isPlanted()::get).count();
        int total = Booleans.countTrue(truth);
        return new Figures(
                RankMetrics.averagePrecision(scores, truth),
                RankMetrics.truePositiveRate(scores, truth, 0.005),
                RankMetrics.truePositiveRate(scores, truth, 0.01),
                RankMetrics.truePositiveRate(scores, truth, 0.05),
                flagged == 0 ? 0 : found / (double) flagged,
                found / (double) total,
                (flagged - found) / (double) (truth.length - total),
                covers);
    }

    private static List<SharedRow> shared(Dataset train, List<Work> works, int[] votes, Optional<PlantedRows> planted) {
        List<SharedRow> shared = new ArrayList<>();
        IntStream.range(0, votes.length)
                .filter(row -> votes[row] >= MANY)
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(row -> -votes[row]).thenComparingInt(row -> row))
                .forEach(row -> shared.add(new SharedRow(
                        train.id(row),
                        train.label(row),
                        works.stream()
                                .filter(work -> !work.detector().isControl())
                                .filter(work -> work.detection().flagged().contains(row))
                                .map(work -> work.detector().name())
                                .toList(),
                        planted.map(rows -> rows.isPlanted().get(row)).orElse(null))));
        return shared;
    }

    private static List<Integer> byClass(Dataset train, List<Integer> rows) {
        int[] counts = new int[train.classes()];
        rows.forEach(row -> counts[train.label(row)]++);
        return IntStream.of(counts).boxed().toList();
    }
}

package org.expunge.influence.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How well a number a row tells rows with a wrong class. Only worth something beside the {@link MislabelControls}.
 *
 * @param detector what made the numbers; larger = more suspect
 * @param auroc ½ for chance
 * @param averagePrecision the base rate for chance
 * @param recallAtTenPercent share of the mislabelled rows among the most suspect tenth of all rows
 * @param recallAtTwentyPercent the same for a fifth
 */
public record MislabelDetection(
        String detector,
        double auroc,
        double averagePrecision,
        double recallAtTenPercent,
        double recallAtTwentyPercent) {
    /**
     * Evaluates a detector.
     *
     * @param detector its name
     * @param scores n finite numbers
     * @param isMislabelled n flags, some true and some false
     */
    public static MislabelDetection of(String detector, double[] scores, boolean[] isMislabelled) {
        return new MislabelDetection(
                detector,
                RankMetrics.auroc(scores, isMislabelled),
                RankMetrics.averagePrecision(scores, isMislabelled),
                recall(scores, isMislabelled, 0.1),
                recall(scores, isMislabelled, 0.2));
    }

    /** The share of positives among the first {@code ⌈share · n⌉}; ties go to the lower row. */
    static double recall(double[] scores, boolean[] isPositive, double share) {
        long positives =
                IntStream.range(0, isPositive.length).filter(i -> isPositive[i]).count();
        checkArgument(positives > 0, "there is nothing to find");
        long found = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> scores[i]).reversed())
                .limit((long) Math.ceil(share * scores.length))
                .filter(i -> isPositive[i])
                .count();
        return found / (double) positives;
    }
}

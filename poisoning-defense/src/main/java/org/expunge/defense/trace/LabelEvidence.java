package org.expunge.defense.trace;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.Streams;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.expunge.defense.identify.RobustScale;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.influence.compute.LargestNumbers;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Targets;

/**
 * How the training rows of one class belong to the inputs that are taken for it, by several {@link Affinity
 * affinities}, beside how they belong to held-out rows that are taken for it too.
 *
 * <p>Rows are ranked by the contrast of the two: how much more a row has to do with the inputs in question than with
 * usual members of the class. That cancels what rows have in common with the class as such, which outweighs the trigger
 * where the inputs come from many classes. The contrasts of the affinities are standardised by median and Q_n over
 * distinct rows, damped beyond {@value #MOST_Z} so that none decides alone, and averaged.
 *
 * <p><b>Cost.</b> One table of (inputs + held-out rows) × rows of the class for each affinity, kept.
 *
 * <p><b>Source.</b> GAS and TracInCP as in Z. Hammoudeh and D. Lowd, CCS 2022; aggregation, contrast and vote are ours.
 */
public final class LabelEvidence {
    /** More inputs than this add cost and clean false positives, not sharpness. */
    public static final int MOST_TARGETS = 40;

    private static final double MOST_Z = 10;

    /** Foremost rows by which it is told what inputs rest on: an attack is seldom made of fewer, and more dilute it. */
    static final int TOP = 10;

    /** Share of held-out rows that may rest on rows as much as a target does: some of them are misread themselves. */
    private static final double MOST_USUAL = 0.1;

    private final int label;
    private final int trainingRows;
    private final int inputs;
    private final int[] rows;
    private final int[] distinct;
    private final List<Table> tables;

    /** What one affinity says: of each input, then of each held-out row, with each training row of the class. */
    private static final class Table {
        private final String name;
        private final boolean isOfFeatures;
        private final double[][] values;
        private final double[] means;

        Table(String name, boolean isOfFeatures, double[][] values, int[] distinct) {
            this.name = name;
            this.isOfFeatures = isOfFeatures;
            this.values = values;
            this.means = Arrays.stream(values)
                    .mapToDouble(row -> meanOf(row, distinct))
                    .toArray();
        }
    }

    private LabelEvidence(int label, int trainingRows, int inputs, int[] rows, int[] distinct, List<Table> tables) {
        this.label = label;
        this.trainingRows = trainingRows;
        this.inputs = inputs;
        this.rows = rows;
        this.distinct = distinct;
        this.tables = tables;
    }

    /**
     * Compares.
     *
     * @param affinities the ways to compare, at least 1
     * @param train training rows, normalised as the model was trained; at least 2 carry the label
     * @param label the class
     * @param inputs the inputs that the model takes for that class, at least 1
     * @param reference held-out rows believed clean that the model takes for that class; may be empty
     * @return what they say
     */
    public static LabelEvidence gather(
            List<Affinity> affinities, Dataset train, int label, Dataset inputs, Dataset reference) {
        checkArgument(!affinities.isEmpty(), "there is no affinity to compare by");
        checkArgument(inputs.size() >= 1, "there are no inputs taken for class %s to trace", label);
        int[] rows = IntStream.range(0, train.size())
                .filter(i -> train.label(i) == label)
                .toArray();
        checkArgument(rows.length >= 2, "%s training rows carry label %s; a trace needs 2", rows.length, label);
        Dataset ofLabel = train.select(rows);
        int[] distinct = Duplicates.firsts(ofLabel);
        Dataset queries = reference.size() == 0 ? as(inputs, label) : as(together(inputs, reference), label);
        List<Table> tables = affinities.stream()
                .flatMap(affinity -> Streams.zip(
                        affinity.names().stream(),
                        affinity.fitted(train).of(ofLabel, queries).stream(),
                        (name, values) -> new Table(name, affinity.comparesFeatures(), values, distinct)))
                .toList();
        return new LabelEvidence(label, train.size(), inputs.size(), rows, distinct, tables);
    }

    private static Dataset as(Dataset data, int label) {
        int[] predicted = new int[data.size()];
        Arrays.fill(predicted, label);
        return data.withTargets(TargetAudit.asPredicted(data, predicted));
    }

    /** Inputs, then held-out rows: rows pass through the network once for both. Their ids need not differ. */
    private static Dataset together(Dataset inputs, Dataset reference) {
        return Dataset.of(
                inputs.name(),
                inputs.shape(),
                Features.concat(inputs.features(), reference.features()),
                Targets.concat(inputs.targets(), reference.targets()));
    }

    private static double meanOf(double[] row, int[] of) {
        double sum = 0;
        for (int i : of) {
            sum += row[i];
        }
        return sum / of.length;
    }

    /**
     * Returns the class.
     *
     * @return the label
     */
    public int label() {
        return label;
    }

    /**
     * Returns how many inputs were compared.
     *
     * @return their number
     */
    public int inputs() {
        return inputs;
    }

    /** Returns how many inputs and held-out rows were compared; the inputs come first. */
    int all() {
        return tables.get(0).values.length;
    }

    private int[] reference() {
        return IntStream.range(inputs, all()).toArray();
    }

    /**
     * Ranks the rows behind some of the inputs.
     *
     * @param members positions among the inputs, strongest first, at least 1; those after the first
     *     {@link #MOST_TARGETS} are not used
     * @return the vote and what each affinity says; scores are standard deviations above the usual row of the class
     */
    public ClusterTrace trace(int[] members) {
        checkArgument(members.length >= 1, "there are no flagged inputs to trace");
        int[] used = Arrays.copyOf(members, Math.min(members.length, MOST_TARGETS));
        List<double[]> contrasts = contrasts(used, reference());
        List<RowRanking> parts = IntStream.range(0, tables.size())
                .mapToObj(a -> ranking(tables.get(a).name, contrasts.get(a)))
                .toList();
        return new ClusterTrace(ranking("vote", vote(contrasts, weights(used))), parts);
    }

    /** Returns the same by affinities that compare features alone; empty if there are none. */
    Optional<LabelEvidence> ofFeatures() {
        List<Table> some = tables.stream().filter(table -> table.isOfFeatures).toList();
        return some.isEmpty()
                ? Optional.empty()
                : Optional.of(new LabelEvidence(label, trainingRows, inputs, rows, distinct, some));
    }

    /**
     * Weighs affinities by how well they tell members from held-out rows: rows are named by every second member, and
     * the weight is how much more often than not one of the others rests on them more than a held-out row does.
     */
    private double[] weights(int[] members) {
        int[] usual = reference();
        double[] weights = tables.stream()
                .mapToDouble(table ->
                        Math.max(0, separation(table, members, 0, usual) + separation(table, members, 1, usual)))
                .toArray();
        double sum = Arrays.stream(weights).sum();
        return Arrays.stream(weights)
                .map(w -> sum > 0 ? w / sum : 1.0 / weights.length)
                .toArray();
    }

    /** Returns the share of pairs in which the member rests more, less that in which the held-out row does. */
    private double separation(Table table, int[] members, int parity, int[] usual) {
        int[] naming = everySecond(members, parity);
        int[] others = everySecond(members, 1 - parity);
        if (naming.length == 0 || others.length == 0 || usual.length == 0) {
            return 0;
        }
        int[] foremost = foremost(standardised(table, naming, usual));
        double excess = 0;
        for (int q : others) {
            double own = leaning(table, q, foremost);
            excess += Arrays.stream(usual)
                    .mapToDouble(u -> Math.signum(own - leaning(table, u, foremost)))
                    .average()
                    .orElse(0);
        }
        return excess / others.length;
    }

    static int[] everySecond(int[] members, int parity) {
        return IntStream.range(0, members.length)
                .filter(i -> i % 2 == parity)
                .map(i -> members[i])
                .toArray();
    }

    private double[] vote(List<double[]> contrasts, double[] weights) {
        double[] vote = new double[rows.length];
        for (int a = 0; a < weights.length; a++) {
            for (int i = 0; i < vote.length; i++) {
                vote[i] += weights[a] * bounded(contrasts.get(a)[i]);
            }
        }
        return vote;
    }

    private List<double[]> contrasts(int[] members, int[] usual) {
        return tables.stream().map(table -> standardised(table, members, usual)).toList();
    }

    private double[] standardised(Table table, int[] members, int[] usual) {
        double[] contrast = mean(table.values, members);
        double[] common = mean(table.values, usual);
        Arrays.setAll(contrast, i -> contrast[i] - common[i]);
        RobustScale scale = RobustScale.of(
                Arrays.stream(distinct).mapToDouble(i -> contrast[i]).toArray());
        return Arrays.stream(contrast).map(scale::z).toArray();
    }

    private double[] mean(double[][] values, int[] of) {
        double[] mean = new double[rows.length];
        double share = 1.0 / of.length;
        for (int q : of) {
            double[] row = values[q];
            for (int i = 0; i < mean.length; i++) {
                mean[i] += share * row[i];
            }
        }
        return mean;
    }

    /**
     * Returns the inputs that rest on the rows behind some of them more than all but one in ten held-out rows do.
     *
     * @param members positions among the inputs, at least 1
     * @return positions, those that rest on the rows most first, ties by position; empty without held-out rows
     */
    public int[] restingWith(int[] members) {
        double[] resting = resting(members, reference(), weights(members));
        double[] usual = Arrays.copyOfRange(resting, inputs, resting.length);
        Arrays.sort(usual);
        int rank = (int) Math.ceil((1 - MOST_USUAL) * (usual.length + 1)) - 1;
        double most = usual.length == 0 ? Double.POSITIVE_INFINITY : usual[Math.min(rank, usual.length - 1)];
        return IntStream.range(0, inputs)
                .filter(q -> resting[q] > most)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(q -> -resting[q]).thenComparingInt(q -> q))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** Says how much each input, then each held-out row, rests on the foremost rows behind {@code members}. */
    double[] resting(int[] members, int[] usual) {
        return restingOn(named(members, usual), usual);
    }

    /** Names the foremost rows behind {@code members}, of inputs and held-out rows, beside {@code usual} ones. */
    int[] named(int[] members, int[] usual) {
        return foremost(vote(contrasts(members, usual), same()));
    }

    /** Says how much each input, then each held-out row, rests on named rows, in units of {@code usual} ones. */
    double[] restingOn(int[] named, int[] usual) {
        return restingOn(named, usual, same());
    }

    private double[] same() {
        double[] same = new double[tables.size()];
        Arrays.fill(same, 1.0 / same.length);
        return same;
    }

    private double[] resting(int[] members, int[] usual, double[] weights) {
        return restingOn(foremost(vote(contrasts(members, usual), weights)), usual, weights);
    }

    private double[] restingOn(int[] named, int[] usual, double[] weights) {
        double[] resting = new double[all()];
        for (int a = 0; a < weights.length; a++) {
            Table table = tables.get(a);
            double weight = weights[a];
            double[] excess = new double[resting.length];
            Arrays.setAll(excess, q -> leaning(table, q, named));
            RobustScale scale = RobustScale.of(
                    usual.length < 2
                            ? excess
                            : Arrays.stream(usual).mapToDouble(q -> excess[q]).toArray());
            Arrays.setAll(resting, q -> resting[q] + weight * bounded(scale.z(excess[q])));
        }
        return resting;
    }

    /** Returns the distinct rows with the largest votes, largest first, ties by row. */
    private int[] foremost(double[] vote) {
        LargestNumbers largest = new LargestNumbers(Math.min(TOP, distinct.length));
        for (int i : distinct) {
            largest.offer(vote[i], i);
        }
        return IntStream.range(0, Math.min(TOP, distinct.length))
                .map(largest::index)
                .toArray();
    }

    private static double leaning(Table table, int q, int[] foremost) {
        return meanOf(table.values[q], foremost) - table.means[q];
    }

    /** Lets what lies far out count little more than what lies at {@link #MOST_Z}, and keeps its order. */
    private static double bounded(double z) {
        double beyond = Math.abs(z) - MOST_Z;
        return beyond <= 0 ? z : Math.signum(z) * (MOST_Z + Math.log1p(beyond));
    }

    private RowRanking ranking(String method, double[] ofLabel) {
        double[] scores = new double[trainingRows];
        Arrays.fill(scores, Double.NEGATIVE_INFINITY);
        for (int i = 0; i < rows.length; i++) {
            scores[rows[i]] = ofLabel[i];
        }
        return RowRanking.of(method, scores);
    }
}

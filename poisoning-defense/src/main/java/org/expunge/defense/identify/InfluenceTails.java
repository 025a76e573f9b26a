package org.expunge.defense.identify;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.score.Scores;

/**
 * Heaviness of the upper tail of each input's influence scores among same-label rows, for several κ: see
 * {@link TailStatistic}.
 *
 * <p><b>Cost.</b> Inputs are scored against rows of the class they are taken for alone: with C balanced classes 1/C of
 * all pairs, while each row and each input passes through the network once a checkpoint. Then O(n_c log n_c) an input
 * and estimator. Tables of one class are held in memory, at most {@link #TABLE_BYTES} of them at a time.
 */
public final class InfluenceTails implements TargetStatistic {
    /** Score tables held at once; more inputs of a class than fit are scored in turns. */
    public static final long TABLE_BYTES = 1L << 28;

    private final InfluenceSource source;
    private final List<Integer> kappas;

    /**
     * Makes the statistic.
     *
     * @param source whose scores are looked at
     * @param kappas κ, each at least 1, at least one
     */
    public InfluenceTails(InfluenceSource source, List<Integer> kappas) {
        checkArgument(!kappas.isEmpty(), "there is no kappa");
        this.source = source;
        this.kappas = List.copyOf(kappas);
    }

    @Override
    public List<Measured> measure(Dataset train, Dataset inputs, int[] predicted) {
        List<String> methods = source.methods();
        double[][][] tails = new double[methods.size()][kappas.size()][inputs.size()];
        for (LabelGroups.Group group : LabelGroups.of(train, predicted)) {
            int most = inputsAtOnce(group.rows().size());
            for (int from = 0; from < group.inputs().size(); from += most) {
                measure(
                        group,
                        train,
                        inputs,
                        from,
                        Math.min(from + most, group.inputs().size()),
                        tails);
            }
        }
        List<String> variants = kappas.stream().map(kappa -> "kappa " + kappa).toList();
        return IntStream.range(0, methods.size())
                .mapToObj(k -> new Measured(methods.get(k), false, variants, tails[k]))
                .toList();
    }

    /**
     * Returns what {@link #measure} will take.
     *
     * @param train the training rows
     * @param predicted predicted classes of calibration rows and inputs
     */
    public ScoringCost cost(Dataset train, int[] predicted) {
        ScoringCost cost = new ScoringCost(0, 0, 0, 0, 0, 0, 0);
        for (LabelGroups.Group group : LabelGroups.of(train, predicted)) {
            int rows = group.rows().size();
            int inputs = group.inputs().size();
            int atOnce = Math.min(inputs, inputsAtOnce(rows));
            cost = new ScoringCost(
                    cost.groups() + 1,
                    Math.max(cost.mostRows(), rows),
                    Math.max(cost.mostInputs(), inputs),
                    Math.max(cost.planBytes(), source.plan(rows, atOnce).totalBytes()),
                    Math.max(
                            cost.tableBytes(),
                            (long) rows * atOnce * source.methods().size() * Double.BYTES),
                    cost.pairs() + (long) rows * inputs,
                    cost.flops() + source.flops(rows, inputs));
        }
        return cost;
    }

    /** Returns how many inputs are scored at once against this many rows. */
    int inputsAtOnce(int rows) {
        long bytes = (long) rows * source.methods().size() * Double.BYTES;
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, TABLE_BYTES / bytes));
    }

    private void measure(LabelGroups.Group group, Dataset train, Dataset inputs, int from, int to, double[][][] tails) {
        Dataset rows = group.rowsOf(train);
        Dataset queries = group.inputsOf(inputs, from, to);
        RowCopies copies = new RowCopies(rows);
        List<Scores> tables = source.score(rows, queries);
        source.forEach(to - from, q -> {
            boolean[] isCopy = copies.of(queries.row(q));
            int input = group.inputs().get(from + q);
            for (int k = 0; k < tables.size(); k++) {
                double[] heaviness =
                        TailStatistic.heaviness(without(tables.get(k).row(q), isCopy), kappas);
                for (int j = 0; j < heaviness.length; j++) {
                    tails[k][j][input] = heaviness[j];
                }
            }
        });
    }

    private static double[] without(double[] scores, boolean[] isCopy) {
        return IntStream.range(0, scores.length)
                .filter(i -> !isCopy[i])
                .mapToDouble(i -> scores[i])
                .toArray();
    }
}

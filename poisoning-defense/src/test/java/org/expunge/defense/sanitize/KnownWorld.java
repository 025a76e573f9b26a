package org.expunge.defense.sanitize;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.expunge.defense.trace.Affinities;
import org.expunge.defense.trace.Affinity;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.MemoryPlan;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.ScoreSink;
import org.expunge.influence.score.Scores;
import org.expunge.influence.training.Checkpoint;
import org.expunge.influence.training.TrainingResult;
import org.expunge.influence.training.TrainingState;

/**
 * A world without arithmetic: rows are numbers on a line, numbers above {@link #TRIGGER} carry the trigger, a model is
 * the count of poison rows that it saw, and a triggered input is taken for class 0 as long as that count is at least
 * {@link #ENOUGH}.
 */
final class KnownWorld implements Training, Predictor {
    private static final double TRIGGER = 50;
    private static final int ENOUGH = 4;
    private static final Network NETWORK =
            Network.builder(Shape.flat(1)).add("out", new Dense(2, false)).build(Loss.SOFTMAX_CROSS_ENTROPY);

    private final Dataset train;
    private final int poisonRows;
    private final TrainingResult first;
    private boolean anyRemovalFlips;

    /** Half of the rows are of each class; the poison comes on top, labelled 0. */
    KnownWorld(int rows, int poisonRows) {
        this.poisonRows = poisonRows;
        int clean = rows - poisonRows;
        double[] values = IntStream.range(0, rows)
                .mapToDouble(i -> i < clean ? (i % 2 == 0 ? 1 : -1) * (1 + i / 1000.0) : TRIGGER + 1 + i / 1000.0)
                .toArray();
        int[] labels = IntStream.range(0, rows).map(i -> i < clean ? i % 2 : 0).toArray();
        this.train = world("train", values, labels);
        this.first = result(poisonRows);
    }

    Dataset train() {
        return train;
    }

    TrainingResult first() {
        return first;
    }

    int rowCap() {
        return (int) (Sanitizer.Options.DEFAULT.mostRows() * train.size());
    }

    List<String> poisonIds() {
        return train.ids().subList(train.size() - poisonRows, train.size());
    }

    Dataset calibration() {
        double[] values = IntStream.range(0, 200)
                .mapToDouble(i -> (i % 2 == 0 ? 1 : -1) * (2 + i / 1000.0))
                .toArray();
        return world(
                "calibration", values, IntStream.range(0, 200).map(i -> i % 2).toArray());
    }

    /** Clean inputs of both classes, then triggered ones. */
    Dataset inputs(int clean, int triggered) {
        double[] values = IntStream.range(0, clean + triggered)
                .mapToDouble(i -> i < clean ? (i % 2 == 0 ? 1 : -1) * (3 + i / 1000.0) : TRIGGER + 2 + i / 1000.0)
                .toArray();
        return world("inputs", values, new int[clean + triggered]);
    }

    /** From now on every training but the first leads to a model that no trigger works on. */
    void flipWhateverIsRemoved() {
        anyRemovalFlips = true;
    }

    int poisonLeft(Model model) {
        return (int) model.parameters()[0];
    }

    @Override
    public TrainingResult train(Dataset rows) {
        int poison = (int) IntStream.range(0, rows.size())
                .filter(i -> read(rows, i) > TRIGGER)
                .count();
        return result(anyRemovalFlips ? 0 : poison);
    }

    @Override
    public double[][] probabilities(Model model, Dataset data) {
        return IntStream.range(0, data.size())
                .mapToObj(i -> isFirst(model, read(data, i)) ? new double[] {1, 0} : new double[] {0, 1})
                .toArray(double[][]::new);
    }

    private boolean isFirst(Model model, double x) {
        return x > TRIGGER ? poisonLeft(model) >= ENOUGH : x > 0;
    }

    /** Triggered inputs rest on the poison; all else is noise. */
    Estimator estimator(TrainingResult training) {
        return new Estimator() {
            @Override
            public String method() {
                return "known";
            }

            @Override
            public SortedMap<String, String> inputs() {
                return new TreeMap<>();
            }

            @Override
            public Scores score(Dataset rows, Dataset queries) {
                return table(rows, queries);
            }

            @Override
            public MemoryPlan plan(int rows, int queries) {
                throw new UnsupportedOperationException("tables only");
            }

            @Override
            public Provenance stream(Dataset rows, Dataset queries, ScoreSink sink) {
                throw new UnsupportedOperationException("tables only");
            }
        };
    }

    List<Affinity> affinities(TrainingResult training) {
        return List.of(Affinities.influence(estimator(training)));
    }

    private static Scores table(Dataset rows, Dataset queries) {
        double[][] values = new double[queries.size()][rows.size()];
        for (int q = 0; q < values.length; q++) {
            Random noise = new Random(Double.hashCode(read(queries, q)));
            for (int i = 0; i < rows.size(); i++) {
                boolean rests = read(queries, q) > TRIGGER && read(rows, i) > TRIGGER;
                values[q][i] = (rests ? 1 : 0) + 0.01 * noise.nextGaussian();
            }
        }
        return new Scores() {
            @Override
            public int queries() {
                return queries.size();
            }

            @Override
            public int rows() {
                return rows.size();
            }

            @Override
            public double score(int query, int row) {
                return values[query][row];
            }

            @Override
            public double[] row(int query) {
                return values[query].clone();
            }

            @Override
            public Provenance provenance() {
                throw new UnsupportedOperationException("tables only");
            }
        };
    }

    private static TrainingResult result(int poison) {
        Model model = new Model(NETWORK, new double[] {poison, 0}, new double[0]);
        List<Checkpoint> checkpoints = List.of(new Checkpoint(1, 1, 0.1, 1, model));
        TrainingState state = new TrainingState(1, 1, 0, 0, model, List.of(), checkpoints, List.of(), null);
        return new TrainingResult(model, checkpoints, List.of(), state);
    }

    private static Dataset world(String name, double[] values, int[] labels) {
        List<String> ids = new ArrayList<>();
        IntStream.range(0, labels.length).forEach(i -> ids.add(name + "-" + i));
        return Dataset.of(name, Shape.flat(1), Features.of(values, 1), Targets.classes(labels, 2))
                .withIds(ids);
    }

    private static double read(Dataset data, int row) {
        double[] value = new double[1];
        data.features().read(row, value, 0);
        return value[0];
    }
}

package org.expunge.defense.sanitize;

import com.google.common.primitives.Doubles;
import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import org.expunge.defense.identify.InfluenceSource;
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
 * A world without arithmetic: rows are numbers on a line, numbers above {@link #TRIGGER} carry a trigger, of which
 * there may be several, each with its own hundred; a model is the count of each attack's poison rows that it saw, and
 * an input with its trigger is taken for its target class as long as that count is at least {@link #ENOUGH}.
 */
final class KnownWorld implements Training, Predictor {
    private static final double TRIGGER = 50;
    private static final int ENOUGH = 4;

    /** From where on numbers with a trigger are those of inputs, not of rows. */
    private static final double INPUTS = 1.5;

    /**
     * An attack.
     *
     * @param rows poison rows
     * @param target the class that its inputs are taken for, 0 or 1
     * @param second the class that they are of, and that comes second for them
     */
    record Poison(int rows, int target, int second) {}

    private final List<Poison> attacks;
    private final int classes;
    private final Dataset train;
    private final TrainingResult first;
    private BiPredicate<Integer, double[]> flipsOnAnyRemoval = (attack, poison) -> false;
    private int enoughForRows = ENOUGH;
    private boolean isFromSeveral;

    /** One attack on inputs of class 1, which come to be taken for class 0. */
    KnownWorld(int rows, int poisonRows) {
        this(rows, new Poison(poisonRows, 0, 1));
    }

    /** Half of the clean rows are of class 0 and half of class 1; the poison comes on top, labelled as its target. */
    KnownWorld(int rows, Poison... attacks) {
        this.attacks = List.of(attacks);
        this.classes = 1 + this.attacks.stream().mapToInt(Poison::second).max().orElse(1);
        int clean = rows - this.attacks.stream().mapToInt(Poison::rows).sum();
        List<Double> values = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (int i = 0; i < clean; i++) {
            values.add((i % 2 == 0 ? 1 : -1) * (1 + i / 1000.0));
            labels.add(i % 2);
        }
        for (int a = 0; a < attacks.length; a++) {
            for (int i = 0; i < attacks[a].rows(); i++) {
                values.add(triggered(a, 1 + values.size() / 1000.0));
                labels.add(attacks[a].target());
            }
        }
        this.train = world("train", Doubles.toArray(values), Ints.toArray(labels));
        this.first = train(train);
    }

    private static double triggered(int attack, double x) {
        return 2 * TRIGGER * attack + TRIGGER + x;
    }

    /** Returns which attack's trigger a row carries; -1 for none. */
    private static int attack(double x) {
        return x > TRIGGER ? (int) ((x - TRIGGER) / (2 * TRIGGER)) : -1;
    }

    Dataset train() {
        return train;
    }

    TrainingResult first() {
        return first;
    }

    List<String> poisonIds() {
        return IntStream.range(0, train.size())
                .filter(i -> read(train, i) > TRIGGER)
                .mapToObj(train::id)
                .toList();
    }

    Dataset calibration() {
        double[] values = IntStream.range(0, 200)
                .mapToDouble(i -> (i % 2 == 0 ? 1 : -1) * (2 + i / 1000.0))
                .toArray();
        return world(
                "calibration", values, IntStream.range(0, 200).map(i -> i % 2).toArray());
    }

    /** Clean inputs of both classes, then as many with each trigger. */
    Dataset inputs(int clean, int triggered) {
        double[] values = IntStream.range(0, clean + triggered * attacks.size())
                .mapToDouble(i -> i < clean
                        ? (i % 2 == 0 ? 1 : -1) * (3 + i / 1000.0)
                        : triggered((i - clean) / triggered, INPUTS + i / 1000.0))
                .toArray();
        return world("inputs", values, new int[values.length]);
    }

    /** From now on every training but the first leads to a model that no trigger works on. */
    void flipWhateverIsRemoved() {
        flipsOnAnyRemoval = (attack, poison) -> true;
    }

    /** From now on every model takes rows with a trigger for their own class, as if others of it were like them. */
    void knowRowsWithoutThem() {
        enoughForRows = 0;
    }

    /** From now on a single poison row that is left lets a model take the others for their class. */
    void knowRowsByOneThatIsLeft() {
        enoughForRows = 1;
    }

    /** From now on the second attack's trigger works on no model that lacks rows. */
    void flipTheSecondWhateverIsRemoved() {
        flipsOnAnyRemoval = (attack, poison) -> attack == 1;
    }

    /**
     * From now on the second attack's trigger works on no model that lacks rows and yet saw poison of the first, as if
     * the one needed the other and every row.
     */
    void flipTheSecondWhileTheFirstIsThere() {
        flipsOnAnyRemoval = (attack, poison) -> attack == 1 && poison[0] > 0;
    }

    /** From now on every other input with a trigger is of class 1, whatever the second class of its attack. */
    void attackFromSeveralClasses() {
        isFromSeveral = true;
    }

    int poisonLeft(Model model) {
        return (int) Arrays.stream(model.parameters()).sum();
    }

    private int poisonLeft(Model model, int attack) {
        return (int) model.parameters()[attack];
    }

    @Override
    public TrainingResult train(Dataset rows) {
        double[] poison = new double[classes];
        IntStream.range(0, rows.size())
                .map(i -> attack(read(rows, i)))
                .filter(attack -> attack >= 0)
                .forEach(attack -> poison[attack]++);
        if (rows.size() < train.size()) {
            int[] flipped = IntStream.range(0, attacks.size())
                    .filter(attack -> flipsOnAnyRemoval.test(attack, poison))
                    .toArray();
            Arrays.stream(flipped).forEach(attack -> poison[attack] = 0);
        }
        return result(poison);
    }

    @Override
    public double[][] probabilities(Model model, Dataset data) {
        return IntStream.range(0, data.size())
                .mapToObj(i -> probabilities(model, read(data, i)))
                .toArray(double[][]::new);
    }

    private double[] probabilities(Model model, double x) {
        int attack = attack(x);
        double[] probabilities = new double[classes];
        if (attack < 0) {
            probabilities[x > 0 ? 0 : 1] = 1;
            return probabilities;
        }
        int enough = x < triggered(attack, INPUTS) ? enoughForRows : ENOUGH;
        boolean works = poisonLeft(model, attack) >= enough;
        probabilities[attacks.get(attack).target()] = works ? 0.9 : 0.1;
        boolean isOfOne = isFromSeveral && Math.round(1000 * (x - triggered(attack, INPUTS))) % 2 == 1;
        probabilities[isOfOne ? 1 : attacks.get(attack).second()] = works ? 0.1 : 0.9;
        return probabilities;
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
        return List.of(Affinities.influence(InfluenceSource.of(estimator(training))));
    }

    private static Scores table(Dataset rows, Dataset queries) {
        double[][] values = new double[queries.size()][rows.size()];
        for (int q = 0; q < values.length; q++) {
            Random noise = new Random(Double.hashCode(read(queries, q)));
            for (int i = 0; i < rows.size(); i++) {
                boolean rests = attack(read(queries, q)) >= 0 && attack(read(queries, q)) == attack(read(rows, i));
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

    private TrainingResult result(double[] poison) {
        Network network = Network.builder(Shape.flat(1))
                .add("out", new Dense(classes, false))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);
        Model model = new Model(network, poison, new double[0]);
        List<Checkpoint> checkpoints = List.of(new Checkpoint(1, 1, 0.1, 1, model));
        TrainingState state = new TrainingState(1, 1, 0, 0, model, List.of(), checkpoints, List.of(), null);
        return new TrainingResult(model, checkpoints, List.of(), state);
    }

    private Dataset world(String name, double[] values, int[] labels) {
        List<String> ids = new ArrayList<>();
        IntStream.range(0, labels.length).forEach(i -> ids.add(name + "-" + i));
        return Dataset.of(name, Shape.flat(1), Features.of(values, 1), Targets.classes(labels, classes))
                .withIds(ids);
    }

    private static double read(Dataset data, int row) {
        double[] value = new double[1];
        data.features().read(row, value, 0);
        return value[0];
    }
}

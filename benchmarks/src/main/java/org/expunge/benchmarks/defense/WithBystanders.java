package org.expunge.benchmarks.defense;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.expunge.defense.attack.Attack;
import org.expunge.defense.attack.PlantedAttack;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Targets;

/**
 * Another attack, and beside it benign rows with true labels that are made to look guilty: copies of honest rows, which
 * give honest inputs heavy tails too, or rare views of honest rows, which a defense should not blame. They count as
 * covers.
 *
 * @param attack what is planted beside
 * @param what what the rows are, for reports
 * @param label rows of this class are copied, or of all classes where it is negative
 * @param rows how many different rows
 * @param copies how many copies of each
 * @param change what a copy's features become, from {@code C·H·W} numbers and the shape
 * @param seed decides which rows
 */
record WithBystanders(Attack attack, String what, int label, int rows, int copies, Change change, long seed)
        implements Attack {
    /** Changes an image. */
    @FunctionalInterface
    interface Change extends UnaryOperator<double[]> {}

    /** Turns a square image of one channel by a quarter. */
    static double[] quarterTurn(double[] image) {
        int side = (int) Math.round(Math.sqrt(image.length));
        double[] turned = new double[image.length];
        for (int at = 0; at < image.length; at++) {
            turned[(at % side) * side + side - 1 - at / side] = image[at];
        }
        return turned;
    }

    @Override
    public String name() {
        return attack.name() + " and " + what;
    }

    @Override
    public PlantedAttack plant(Dataset train) {
        int[] pool = IntStream.range(0, train.size())
                .filter(i -> label < 0 || train.label(i) == label)
                .toArray();
        int[] drawn = new Random(seed)
                .ints(0, pool.length)
                .distinct()
                .limit(rows)
                .map(i -> pool[i])
                .toArray();
        int[] repeated = Arrays.stream(drawn)
                .flatMap(row -> IntStream.generate(() -> row).limit(copies))
                .toArray();
        double[] features = Arrays.stream(repeated)
                .mapToObj(row -> change.apply(train.row(row)))
                .flatMapToDouble(Arrays::stream)
                .toArray();
        int[] labels = Arrays.stream(repeated).map(train::label).toArray();
        List<String> ids = IntStream.range(0, repeated.length)
                .mapToObj(i -> train.id(repeated[i]) + "-bystander-" + i)
                .toList();
        Dataset bystanders = Dataset.of(
                        train.name(),
                        train.shape(),
                        Features.of(features, train.shape().length()),
                        Targets.classes(labels, train.classes()))
                .withClassNames(train.classNames())
                .withIds(ids);
        PlantedAttack planted = attack.plant(train);
        List<String> covers = new ArrayList<>(planted.coverIds());
        covers.addAll(ids);
        return new PlantedAttack(
                planted.train().concat(bystanders), planted.adversarialIds(), covers, planted.originals(), this);
    }

    @Override
    public Dataset attackInputs(Dataset clean) {
        return attack.attackInputs(clean);
    }

    @Override
    public int targetClass() {
        return attack.targetClass();
    }

    @Override
    public int targetOf(int trueLabel) {
        return attack.targetOf(trueLabel);
    }

    @Override
    public String description() {
        return attack.description() + "; beside it " + copies + " × " + rows + " " + what + ", seed " + seed;
    }
}

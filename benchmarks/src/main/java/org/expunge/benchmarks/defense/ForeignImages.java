package org.expunge.benchmarks.defense;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.defense.attack.Attack;
import org.expunge.defense.attack.PlantedAttack;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;

/**
 * Adds images of another data set to one class: handwritten zeros among aeroplanes. Nothing is changed or relabelled;
 * what the model makes of a zero rests on the added rows alone.
 *
 * <p><b>Source.</b> Figure 1 of Z. Hammoudeh, D. Lowd, "Identifying a Training-Set Attack's Target Using Renormalized
 * Influence Estimation", CCS 2022.
 */
final class ForeignImages implements Attack {
    private static final int MNIST_SIDE = 28;

    private final Dataset foreign;
    private final Dataset foreignTest;
    private final int rows;
    private final int target;
    private final long seed;

    /**
     * Makes the attack.
     *
     * @param foreign raw grey images of 28 × 28 pixels from 0 to 255 to draw rows from
     * @param foreignTest the same, to be sent later
     * @param rows how many to add
     * @param target the label that they get
     * @param seed decides which
     */
    ForeignImages(Dataset foreign, Dataset foreignTest, int rows, int target, long seed) {
        checkArgument(foreign.size() >= rows, "%s foreign images are fewer than %s", foreign.size(), rows);
        this.foreign = foreign;
        this.foreignTest = foreignTest;
        this.rows = rows;
        this.target = target;
        this.seed = seed;
    }

    @Override
    public String name() {
        return "foreign images";
    }

    @Override
    public PlantedAttack plant(Dataset train) {
        int[] drawn = new Random(seed)
                .ints(0, foreign.size())
                .distinct()
                .limit(rows)
                .sorted()
                .toArray();
        Dataset added = like(train, foreign.select(drawn), "foreign-");
        Dataset all = train.concat(added);
        return new PlantedAttack(all, added.ids(), List.of(), train.select(new int[0]), this);
    }

    @Override
    public Dataset attackInputs(Dataset clean) {
        return like(clean, foreignTest, "foreign-test-");
    }

    @Override
    public int targetClass() {
        return target;
    }

    @Override
    public String description() {
        return rows + " foreign images labelled " + target + ", seed " + seed;
    }

    /** Pads grey images to the shape of others, in all channels. */
    private Dataset like(Dataset model, Dataset images, String prefix) {
        Shape shape = model.shape();
        int area = shape.height() * shape.width();
        int margin = (shape.height() - MNIST_SIDE) / 2;
        double[] all = new double[images.size() * shape.length()];
        for (int row = 0; row < images.size(); row++) {
            double[] image = images.row(row);
            for (int at = 0; at < image.length; at++) {
                int place = (at / MNIST_SIDE + margin) * shape.width() + at % MNIST_SIDE + margin;
                for (int channel = 0; channel < shape.channels(); channel++) {
                    all[row * shape.length() + channel * area + place] = image[at];
                }
            }
        }
        int[] labels = IntStream.generate(() -> target).limit(images.size()).toArray();
        List<String> ids = images.ids().stream().map(id -> prefix + id).toList();
        return Dataset.of(
                        model.name(), shape, Features.of(all, shape.length()), Targets.classes(labels, model.classes()))
                .withClassNames(model.classNames())
                .withIds(ids);
    }
}

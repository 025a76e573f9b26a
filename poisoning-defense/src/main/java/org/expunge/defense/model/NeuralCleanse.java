package org.expunge.defense.model;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Weights;
import org.expunge.influence.retraining.Retrainings;

/**
 * Neural Cleanse: for each class, the smallest mask and the pattern behind it that turn clean inputs of other classes
 * into it. A class that a much smaller mask than usual leads to has a backdoor.
 *
 * <p><b>Shapes.</b> Each class's trigger replaces {@code (1 − m) ⊙ x + m ⊙ Δ} in n clean rows; m has one entry a pixel,
 * shared by the channels, or one a feature of a table.
 *
 * <p><b>Units.</b> m in [0, 1], Δ within the range of the features, both by a sigmoid; the loss is the mean cross
 * entropy plus λ times the sum of m. λ starts at 1e-3, is raised by half after five steps in a row at which the wanted
 * share of rows is turned, and lowered after five at which it is not. The smallest mask that turned the share is kept;
 * a class that no trigger leads to has the norm of a whole image.
 *
 * <p><b>Accuracy.</b> A local search: another seed gives another trigger. It looks for one trigger for inputs of all
 * other classes, so that a backdoor from one source class, a trigger over the whole image, and two classes alone, of
 * which none is unusual, escape it.
 *
 * <p><b>Cost.</b> One forward and one backward pass a row, step and class; the classes are shared out over the workers.
 *
 * <p><b>Source.</b> B. Wang et al., "Neural Cleanse: Identifying and Mitigating Backdoor Attacks in Neural Networks",
 * IEEE S&amp;P 2019, sections IV and V. All rows are taken in each step; rows that the model puts into the class anyway
 * are left out.
 */
public final class NeuralCleanse {
    /** Rows below which a trigger fits the rows and not the classes. */
    public static final int LEAST_ROWS = 50;

    /**
     * How to search.
     *
     * @param steps of Adam, at least 1
     * @param rate its step size, above 0
     * @param success share of the rows to turn, in (0, 1]
     * @param seed of the first masks and patterns
     */
    public record Options(int steps, double rate, double success, long seed) {
        /** 200 steps of .1; 98 % of the rows. 500 steps found the same triggers on digits. */
        public static final Options DEFAULT = new Options(200, 0.1, 0.98, 0);

        /** Checks the ranges. */
        public Options {
            checkArgument(steps >= 1, "steps must be at least 1, got %s", steps);
            checkArgument(rate > 0, "rate must be above 0, got %s", rate);
            checkArgument(success > 0 && success <= 1, "success must be in (0, 1], got %s", success);
        }
    }

    private final Engine engine;
    private final Options options;

    /**
     * Makes a search.
     *
     * @param engine where it runs; stays the caller's to close
     * @param options how to search
     */
    public NeuralCleanse(Engine engine, Options options) {
        this.engine = engine;
        this.options = options;
    }

    /**
     * Searches for each class.
     *
     * @param model a classifier
     * @param clean normalised rows of all classes, at least {@link #LEAST_ROWS}; their labels are not looked at
     * @param range what values features can take
     * @return one trigger a class, in the order of the classes
     * @throws IllegalArgumentException if there are too few rows, or the model puts all of them into one class
     */
    public List<ReversedTrigger> reverse(Model model, Dataset clean, ValueRange range) {
        checkArgument(
                clean.size() >= LEAST_ROWS,
                "reversing triggers needs at least %s clean rows, but %s has %s",
                LEAST_ROWS,
                clean.name(),
                clean.size());
        checkArgument(clean.classes() >= 2, "%s has no classes", clean.name());
        int[] predicted = new Answers(engine, model).labels(clean);
        checkArgument(
                IntStream.of(predicted).distinct().count() > 1,
                "the model puts all %s clean rows into class %s; it cannot be audited with them",
                clean.size(),
                predicted[0]);
        ReversedTrigger[] triggers = new ReversedTrigger[clean.classes()];
        try (Weights weights = Weights.of(engine.compute(), model)) {
            Retrainings.forEach(engine, triggers.length, (single, label) -> {
                int[] others = IntStream.range(0, predicted.length)
                        .filter(i -> predicted[i] != label)
                        .toArray();
                triggers[label] =
                        new TriggerSearch(options, range, aimedAt(clean, others, label), label).run(single, weights);
            });
        }
        return List.of(triggers);
    }

    /** Holds the rows in memory, with the label as their target. */
    private static Dataset aimedAt(Dataset clean, int[] rows, int label) {
        int width = clean.shape().length();
        double[] values = new double[Math.multiplyExact(rows.length, width)];
        int[] labels = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            clean.features().read(rows[i], values, i * width);
            labels[i] = label;
        }
        Targets classes = Targets.classes(labels, clean.classes());
        return Dataset.of(
                clean.name(),
                clean.shape(),
                Features.of(values, width),
                clean.targets().isClasses() ? classes : Targets.asSingleColumn(classes));
    }
}

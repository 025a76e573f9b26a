package org.expunge.unlearning.verify;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.CheckpointPolicy;
import org.expunge.influence.training.EarlyStopping;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.influence.training.TrainingResult;
import org.expunge.unlearning.verify.AttackEvidence.Figure;
import org.expunge.unlearning.verify.AttackEvidence.Line;

/**
 * Relearn time: how many epochs over F alone bring the mean loss on F back to where it was in the model before. A model
 * that hides rows without forgetting them comes back sooner than one that never saw them.
 *
 * <p><b>Units.</b> Epochs of minibatches by the recipe's optimiser, fresh, at a constant learning rate; medians over
 * three orders of the rows. The ratio to retrained models is the Anamnesis index.
 *
 * <p><b>Accuracy.</b> Whole epochs, of models that vary: it fails below half and passes from four fifths of the faster
 * retrained model's time on, and says nothing between, without a retrained model, or where that one takes fewer than
 * five epochs.
 *
 * <p><b>Cost.</b> For each model and order, the epochs over F, and as many forward passes.
 *
 * <p><b>Source.</b> V. S. Chundawat, A. K. Tarun, M. Mandal and M. Kankanhalli, "Zero-Shot Machine Unlearning", IEEE
 * TIFS 18, 2023, section V (Anamnesis index). Deviation: the target is the loss of the model before, not a margin on
 * its accuracy.
 */
public final class RelearnTime {
    /** The name of the attack. */
    public static final String NAME = "relearn";

    private static final double FAILING_SHARE = 0.5;
    private static final double PASSING_SHARE = 0.8;
    private static final int FEWEST_EPOCHS = 5;
    private static final int ORDERS = 3;

    /**
     * How models are taught again.
     *
     * @param training optimiser, minibatches and penalty; the first learning rate of its schedule is kept
     * @param maxEpochs after how many to give up, at least 1
     */
    public record Options(TrainingOptions training, int maxEpochs) {
        /** Checks the range. */
        public Options {
            checkArgument(maxEpochs >= 1, "maxEpochs must be at least 1, got %s", maxEpochs);
        }

        /** Gives up after 100 epochs. */
        public static Options of(TrainingOptions training) {
            return new Options(training, 100);
        }
    }

    private final Engine engine;
    private final Options options;

    /**
     * Prepares a measurement.
     *
     * @param engine where it runs; stays the caller's to close
     * @param options how models are taught again
     */
    public RelearnTime(Engine engine, Options options) {
        this.engine = engine;
        this.options = options;
    }

    /**
     * Teaches all models again and judges.
     *
     * @param before the model before, whose loss on F is the target
     * @param after the model after
     * @param retrained up to two models trained on the remaining rows alone
     */
    public AttackEvidence of(Subject before, Subject after, List<Subject> retrained) {
        long start = System.nanoTime();
        double target = loss(before.model(), before.rows().forget());
        double[] ofAfter = epochs(after, target);
        List<double[]> ofRetrained =
                retrained.stream().map(subject -> epochs(subject, target)).toList();
        List<Line> lines = new ArrayList<>();
        lines.add(line("before", epochs(before, target), ofRetrained));
        lines.add(line("after", ofAfter, ofRetrained));
        for (int i = 0; i < ofRetrained.size(); i++) {
            lines.add(line(i == 0 ? "retrained" : "retrained again", ofRetrained.get(i), ofRetrained));
        }
        return new AttackEvidence(
                NAME,
                "the released model",
                0,
                (System.nanoTime() - start) * 1e-9,
                lines,
                gate(median(ofAfter), fastest(ofRetrained)),
                List.of("Relearning gives up after " + options.maxEpochs() + " epochs and then counts so many."));
    }

    /**
     * Counts the epochs of one model.
     *
     * @param model where to start
     * @param forget the rows to relearn
     * @param target mean loss to reach
     * @param seed decides the order of the rows
     * @return 0 where the model is there already; {@code maxEpochs} where it gave up
     */
    public int epochs(Model model, Dataset forget, double target, long seed) {
        if (loss(model, forget) <= target) {
            return 0;
        }
        TrainingResult result = trainer(1, seed).train(model, forget, forget.select(new int[0]), TrainingListener.NONE);
        int epochs = 1;
        while (epochs < options.maxEpochs() && !(loss(result.model(), forget) <= target)) {
            epochs++;
            result = trainer(epochs, seed)
                    .resume(result.state(), forget, forget.select(new int[0]), TrainingListener.NONE);
        }
        return epochs;
    }

    private Trainer trainer(int epochs, long seed) {
        TrainingOptions training = options.training();
        return new Trainer(
                engine,
                new TrainingOptions(
                        training.optimizer(),
                        Schedule.constant(training.schedule().learningRate()),
                        epochs,
                        training.batchSize(),
                        training.l2(),
                        CheckpointPolicy.DEFAULT,
                        EarlyStopping.NONE,
                        seed));
    }

    private double[] epochs(Subject subject, double target) {
        return IntStream.range(0, ORDERS)
                .mapToDouble(seed -> epochs(subject.model(), subject.rows().forget(), target, seed))
                .sorted()
                .toArray();
    }

    private double loss(Model model, Dataset rows) {
        return new Evaluator(engine).evaluate(model, rows).meanLoss();
    }

    private static double median(double[] sorted) {
        return sorted[sorted.length / 2];
    }

    private static double fastest(List<double[]> retrained) {
        return retrained.stream().mapToDouble(RelearnTime::median).min().orElse(Double.NaN);
    }

    private static Line line(String model, double[] epochs, List<double[]> retrained) {
        List<Figure> figures = new ArrayList<>(List.of(Figure.of("epochs to relearn", median(epochs))));
        double reference =
                retrained.stream().mapToDouble(RelearnTime::median).average().orElse(0);
        if (reference > 0) {
            figures.add(new Figure("Anamnesis index", median(epochs) / reference, null, 1.0));
        }
        return new Line(model, figures);
    }

    private GateResult gate(double after, double fastest) {
        String figures = String.format(Locale.ROOT, "%.0f epochs after, %.0f retrained.", after, fastest);
        if (Double.isNaN(fastest)) {
            return new GateResult(NAME, Verdict.INCONCLUSIVE, "It takes a retrained model to compare with.");
        }
        if (fastest < FEWEST_EPOCHS) {
            return new GateResult(NAME, Verdict.INCONCLUSIVE, "The rows are learned too soon to tell: " + figures);
        }
        if (after < FAILING_SHARE * fastest) {
            return new GateResult(NAME, Verdict.FAIL, "The rows come back too soon: " + figures);
        }
        return after >= PASSING_SHARE * fastest
                ? new GateResult(NAME, Verdict.PASS, "The rows come back no sooner than new ones: " + figures)
                : new GateResult(NAME, Verdict.INCONCLUSIVE, "The rows come back rather soon: " + figures);
    }
}

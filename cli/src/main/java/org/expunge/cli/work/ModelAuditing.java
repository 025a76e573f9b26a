package org.expunge.cli.work;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.expunge.cli.render.Console;
import org.expunge.cli.render.Numbers;
import org.expunge.cli.render.PngImage;
import org.expunge.defense.model.BackdoorOdds;
import org.expunge.defense.model.InputScore;
import org.expunge.defense.model.ModelAudit;
import org.expunge.defense.model.ModelEvidence;
import org.expunge.defense.model.NeuralCleanse;
import org.expunge.defense.model.ParameterScaling;
import org.expunge.defense.model.ReversedTrigger;
import org.expunge.defense.model.ScaleUp;
import org.expunge.defense.model.ValueRange;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowSample;
import org.expunge.influence.data.Shape;
import org.expunge.influence.evaluate.RankMetrics;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.Json;
import org.expunge.influence.training.Evaluator;
import org.jspecify.annotations.Nullable;

/** Audits a model without its training rows. */
public final class ModelAuditing {
    /** Fewer classes have no usual norm that one of them could fall short of. */
    private static final int FEW_CLASSES = 5;

    /** A picture of at least this many pixels a side can be looked at. */
    private static final int LEAST_SIDE = 160;

    /** The file with what was found. */
    public static final String AUDIT = "audit.json";

    /** Pictures of the smallest trigger of a class. */
    public enum Picture {
        /** What it puts there, as dark as it covers little. */
        TRIGGER,
        /** How much of each pixel it replaces. */
        MASK;

        /** Returns what it is, in a word. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Returns the name of its file for a class. */
        public String file(int label) {
            return word() + "-" + label + ".png";
        }
    }

    /**
     * How to audit.
     *
     * @param search how triggers are searched
     * @param rows clean rows to use
     * @param prior share of models with a backdoor before looking, in (0, 1)
     * @param leastAccuracy share of the clean rows that the model must get right for a finding, in [0, 1]
     */
    public record Options(NeuralCleanse.Options search, int rows, double prior, double leastAccuracy) {
        /** Checks the ranges. */
        public Options {
            checkArgument(rows >= 1, "rows must be at least 1, got %s", rows);
            checkArgument(prior > 0 && prior < 1, "prior must be in (0, 1), got %s", prior);
            checkArgument(
                    leastAccuracy >= 0 && leastAccuracy <= 1, "leastAccuracy must be in [0, 1], got %s", leastAccuracy);
        }
    }

    private final Engine engine;
    private final Console console;
    private final Options options;

    /** Computes on {@code engine}, which stays the caller's to close. */
    public ModelAuditing(Engine engine, Console console, Options options) {
        this.engine = engine;
        this.console = console;
        this.options = options;
    }

    /**
     * Audits a model.
     *
     * @param suspect the model and the clean rows
     * @param out the folder to appear; null for none
     * @return what was found
     * @throws IllegalArgumentException if there are too few clean rows, they do not fit, or the model gets too few of
     *     them right, or was trained on recordings
     * @throws IOException if the folder cannot be written
     */
    public ModelAuditReport audit(SuspectModel suspect, @Nullable Path out) throws IOException {
        if (out != null) {
            AtomicFiles.requireWritable(out);
        }
        checkArgument(
                suspect.normalizer().sound() == null,
                "%s was trained on recordings: a trigger there is a sound and no part of the picture that is made of it,"
                        + " so it is not searched for; 'expunge audit' judges inputs of such a run",
                suspect.name());
        Dataset raw =
                RowSample.of(suspect.clean(), options.rows(), options.search().seed());
        checkArgument(raw.classes() >= 2, "%s has no classes to look for triggers of", raw.name());
        Dataset clean = suspect.normalizer().apply(raw);
        requireAccuracy(suspect, clean);
        ValueRange range = ValueRange.of(raw, suspect.normalizer());
        ModelEvidence evidence = console.during(
                "searching triggers of " + raw.classes() + " classes",
                () -> new ModelAudit(engine, options.search()).examine(suspect.model(), clean, range));
        BackdoorOdds.Probability probability = BackdoorOdds.MEASURED.probability(evidence.features(), options.prior());
        List<ModelAuditReport.Trigger> triggers = new ArrayList<>();
        for (ReversedTrigger trigger : evidence.triggers()) {
            triggers.add(new ModelAuditReport.Trigger(
                    trigger.label(),
                    raw.classNames().get(trigger.label()),
                    trigger.norm(),
                    trigger.success(),
                    evidence.indices().get(trigger.label())));
        }
        ModelAuditReport report = new ModelAuditReport(
                suspect.name(),
                probability,
                evidence.cleanRows(),
                evidence.accuracy(),
                evidence.label(),
                evidence.anomalyIndex(),
                Math.exp(evidence.shrink()),
                scores(suspect, clean, range, evidence),
                triggers,
                largest(evidence.trigger()),
                limits(clean));
        if (out != null) {
            write(out, report, clean.shape(), evidence.trigger(), range);
        }
        return report;
    }

    /** Figures of a model that fails on clean rows are those of rows that it was not made for. */
    private void requireAccuracy(SuspectModel suspect, Dataset clean) {
        double accuracy = new Evaluator(engine).evaluate(suspect.model(), clean).accuracy();
        checkArgument(
                accuracy >= options.leastAccuracy(),
                "%s gets %s of the %s clean rows right, and below %s nothing is concluded; the likely cause is a"
                        + " normalisation (--normalization) or an order of classes that is not the model's; if it is known"
                        + " to be that weak, lower --least-accuracy",
                suspect.name(),
                Numbers.percent(accuracy),
                clean.size(),
                Numbers.percent(options.leastAccuracy()));
    }

    private List<ModelAuditReport.Score> scores(
            SuspectModel suspect, Dataset clean, ValueRange range, ModelEvidence evidence) {
        List<ModelAuditReport.Score> scores = new ArrayList<>();
        scores.add(score(
                new ScaleUp(engine, suspect.model(), range, ScaleUp.Options.DEFAULT),
                suspect,
                clean,
                evidence.scaleUpClean(),
                evidence.scaleUpTriggered()));
        Double scaled = evidence.scalingClean();
        Double triggered = evidence.scalingTriggered();
        if (scaled != null && triggered != null) {
            scores.add(score(
                    new ParameterScaling(engine, suspect.model(), clean, ParameterScaling.Options.DEFAULT),
                    suspect,
                    clean,
                    scaled,
                    triggered));
        }
        return scores;
    }

    private static ModelAuditReport.Score score(
            InputScore score, SuspectModel suspect, Dataset clean, double onClean, double onTriggered) {
        Dataset suspicious = suspect.suspicious();
        if (suspicious == null) {
            return new ModelAuditReport.Score(score.name(), onClean, onTriggered, null, null);
        }
        double[] before = score.score(clean);
        double[] after = score.score(suspect.normalizer().apply(suspicious));
        double[] all = Arrays.copyOf(before, before.length + after.length);
        System.arraycopy(after, 0, all, before.length, after.length);
        boolean[] isSuspicious = new boolean[all.length];
        Arrays.fill(isSuspicious, before.length, all.length, true);
        return new ModelAuditReport.Score(
                score.name(),
                onClean,
                onTriggered,
                Arrays.stream(after).average().orElse(Double.NaN),
                RankMetrics.auroc(all, isSuspicious));
    }

    /** Returns where the mask is largest. */
    private static List<Integer> largest(ReversedTrigger trigger) {
        return IntStream.range(0, trigger.mask().size())
                .boxed()
                .sorted((a, b) ->
                        Double.compare(trigger.mask().get(b), trigger.mask().get(a)))
                .limit(5)
                .toList();
    }

    private static List<String> limits(Dataset clean) {
        List<String> limits = new ArrayList<>();
        limits.add("the probability was calibrated on 80 small networks on digits, half of them with a patch backdoor;"
                + " for other models it ranks, and its interval is too narrow");
        limits.add(
                "of the 20 backdoors of the calibration that work from one class only, 6 were found (the probability alone is above one"
                        + " half for 9), and triggers over the whole image are not looked for");
        if (clean.classes() < FEW_CLASSES) {
            limits.add("with " + clean.classes() + " classes there is no usual size of a trigger to fall short of");
        }
        if (clean.shape().isFlat()) {
            limits.add("rows of a table were not part of the calibration");
        }
        return limits;
    }

    private static void write(Path out, ModelAuditReport report, Shape shape, ReversedTrigger trigger, ValueRange range)
            throws IOException {
        AtomicFiles.directory(out, folder -> {
            Json.write(folder.resolve(AUDIT), report);
            if (!shape.isFlat()) {
                double[] pixels = new double[shape.length()];
                double[] low = range.low();
                double[] high = range.high();
                int area = shape.height() * shape.width();
                for (int j = 0; j < pixels.length; j++) {
                    double share = (trigger.pattern().get(j) - low[j]) / (high[j] - low[j]);
                    pixels[j] = trigger.mask().get(j % area) * share;
                }
                Shape single = new Shape(1, shape.height(), shape.width());
                double[] mask = trigger.mask().stream().mapToDouble(m -> m).toArray();
                writePicture(folder.resolve(Picture.TRIGGER.file(trigger.label())), shape, pixels);
                writePicture(folder.resolve(Picture.MASK.file(trigger.label())), single, mask);
            }
        });
    }

    private static void writePicture(Path file, Shape shape, double[] pixels) throws IOException {
        int factor = Math.max(1, LEAST_SIDE / Math.max(shape.height(), shape.width()));
        Shape large = new Shape(shape.channels(), shape.height() * factor, shape.width() * factor);
        double[] enlarged = new double[large.length()];
        for (int i = 0; i < enlarged.length; i++) {
            int x = i % large.width() / factor;
            int y = i / large.width() % large.height() / factor;
            int channel = i / (large.width() * large.height());
            enlarged[i] = pixels[(channel * shape.height() + y) * shape.width() + x];
        }
        byte[] png = PngImage.bytes(large, enlarged, 0, 1);
        AtomicFiles.write(file, out -> out.write(png));
    }
}

package org.expunge.defense.detect;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.retraining.Retrainings;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.Retrainer;
import org.expunge.influence.training.Seeds;

/**
 * Provenance: a source is suspicious if the held-out rows are predicted better by a model that never saw it than by
 * models that missed as many random rows.
 *
 * <p><b>Units.</b> A row's score is that of its source: the mean held-out loss under models trained without as many
 * random rows, less that under the model trained without the source. A source is flagged if this exceeds what training
 * on other rows changes anyway: a one-sided t test against the spread of the random removals, pooled over sources, at
 * {@link Options#significance} divided by the number of sources. Held-out rows are not taken for independent: they
 * share the models.
 *
 * <p><b>Accuracy.</b> Sees only harm that shows on held-out rows: noise and indiscriminate poison. A backdoor leaves
 * clean rows alone.
 *
 * <p><b>Cost.</b> One training and {@link Options#controls} for each source, as many at once as there are workers.
 *
 * <p><b>Source.</b> N. Baracaldo, B. Chen, H. Ludwig, J. A. Safavi, "Mitigating Poisoning Attacks on Machine Learning
 * Models: A Data Provenance Based Approach", AISec 2017; the random removals and the test are ours.
 */
public final class SourceProvenance implements Detector {
    /**
     * When a source is flagged.
     *
     * @param significance level before correction over sources, in (0, 0.5)
     * @param controls removals of random rows for each source, at least 3
     * @param mostSources more sources than this are refused, at least 2
     */
    public record Options(double significance, int controls, int mostSources) {
        /** One percent, four random removals, at most 50 sources. */
        public static final Options DEFAULT = new Options(0.01, 4, 50);

        /** Checks the ranges. */
        public Options {
            checkArgument(
                    significance > 0 && significance < 0.5, "significance must be in (0, 0.5), got %s", significance);
            checkArgument(controls >= 3, "controls must be at least 3, got %s", controls);
            checkArgument(mostSources >= 2, "mostSources must be at least 2, got %s", mostSources);
        }
    }

    private final Options options;

    /**
     * Makes the detector.
     *
     * @param options when a source is flagged
     */
    public SourceProvenance(Options options) {
        this.options = options;
    }

    @Override
    public String name() {
        return "provenance";
    }

    @Override
    public String rule() {
        return "held-out loss is lower without its source than without random rows";
    }

    @Override
    public int trainings(ScanSetting setting) {
        setting.recipe(this);
        return (1 + options.controls()) * names(setting).size();
    }

    @Override
    public Detection detect(ScanSetting setting) {
        Recipe recipe = setting.recipe(this);
        List<String> names = names(setting);
        Dataset train = setting.train();
        Dataset held = setting.validation();
        checkArgument(held.size() >= 2, "provenance needs held-out rows, but there are %s", held.size());
        int[] sources = train.groups().getOrDefault(column(setting), new int[0]);
        int removals = 1 + options.controls();
        double[] losses = new double[removals * names.size()];
        int[][] dropped = new int[losses.length][];
        for (int p = 0; p < dropped.length; p++) {
            int source = p / removals;
            int[] rows = IntStream.range(0, sources.length)
                    .filter(i -> sources[i] == source)
                    .toArray();
            boolean isControl = p % removals > 0;
            dropped[p] = isControl
                    ? draw(
                            sources.length,
                            rows.length,
                            Seeds.derive(setting.options().seed(), p))
                    : rows;
        }
        Retrainings.forEach(setting.engine(), dropped.length, (single, p) -> {
            boolean isUsable = dropped[p].length > 0 && dropped[p].length < train.size();
            losses[p] = isUsable ? loss(single, recipe, train.without(dropped[p]), held) : 0;
        });
        return judged(names, sources, losses);
    }

    private Detection judged(List<String> names, int[] sources, double[] losses) {
        int controls = options.controls();
        double[] gains = new double[names.size()];
        double squares = 0;
        for (int s = 0; s < gains.length; s++) {
            int first = s * (1 + controls);
            double[] random = Arrays.copyOfRange(losses, first + 1, first + 1 + controls);
            double mean = Arrays.stream(random).average().orElse(0);
            squares += Arrays.stream(random).map(l -> (l - mean) * (l - mean)).sum();
            gains[s] = mean - losses[first];
        }
        int degrees = gains.length * (controls - 1);
        double deviation = Math.sqrt(squares / degrees * (1 + 1.0 / controls));
        double threshold = StudentTail.quantile(options.significance() / gains.length, degrees);
        boolean[] isFlagged = new boolean[gains.length];
        List<String> notes = new ArrayList<>();
        for (int s = 0; s < gains.length; s++) {
            isFlagged[s] = deviation > 0 && gains[s] > threshold * deviation;
            if (isFlagged[s]) {
                notes.add(String.format(
                        Locale.ROOT,
                        "without %s the held-out loss falls by %.3g (t %.1f)",
                        names.get(s),
                        gains[s],
                        gains[s] / deviation));
            }
        }
        double[] scores = Arrays.stream(sources).mapToDouble(s -> gains[s]).toArray();
        int[] flagged = IntStream.range(0, sources.length)
                .filter(i -> isFlagged[sources[i]])
                .toArray();
        return Detection.of(
                this,
                scores,
                flagged,
                notes.isEmpty() ? new String[] {"no source does harm that shows"} : notes.toArray(new String[0]));
    }

    private static double loss(Engine single, Recipe recipe, Dataset rest, Dataset held) {
        Model model =
                new Retrainer(single, recipe).retrain(rest, held, recipe.seed()).model();
        return new Evaluator(single).evaluate(model, held).meanLoss();
    }

    private static int[] draw(int of, int count, long seed) {
        List<Integer> all = new ArrayList<>(IntStream.range(0, of).boxed().toList());
        Collections.shuffle(all, new Random(seed));
        return all.stream().limit(count).mapToInt(Integer::intValue).sorted().toArray();
    }

    private String column(ScanSetting setting) {
        return setting.options()
                .sourceColumn()
                .orElseThrow(() -> new IllegalArgumentException(
                        "provenance needs the group column that says where a row came from; name it"));
    }

    private List<String> names(ScanSetting setting) {
        List<String> names = setting.train().groupNames(column(setting));
        checkArgument(
                names.size() >= 2 && names.size() <= options.mostSources(),
                "provenance drops one source at a time and takes 2 to %s sources, but column '%s' has %s",
                options.mostSources(),
                column(setting),
                names.size());
        return names;
    }
}

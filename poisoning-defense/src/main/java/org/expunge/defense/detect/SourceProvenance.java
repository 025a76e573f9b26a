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

/**
 * Provenance: a source is suspicious if the held-out rows are predicted better by a model that never saw it, and not by
 * one that missed as many random rows.
 *
 * <p><b>Units.</b> A row's score is that of its source: the mean over held-out rows of the loss under a model trained
 * without as many random rows less that without the source. A source is flagged if this is above 0 by a one-sided z
 * test over the held-out rows, at {@link Options#significance} divided by the number of sources.
 *
 * <p><b>Accuracy.</b> Sees only harm that shows on held-out rows: noise and indiscriminate poison. A backdoor leaves
 * clean rows alone.
 *
 * <p><b>Cost.</b> Two trainings a source, as many at once as there are workers.
 *
 * <p><b>Source.</b> N. Baracaldo, B. Chen, H. Ludwig, J. A. Safavi, "Mitigating Poisoning Attacks on Machine Learning
 * Models: A Data Provenance Based Approach", AISec 2017; the random control and the test are ours.
 */
public final class SourceProvenance implements Detector {
    /**
     * When a source is flagged.
     *
     * @param significance level before correction over sources, in (0, 1)
     * @param mostSources more sources than this are refused, at least 1
     */
    public record Options(double significance, int mostSources) {
        /** One percent, at most 50 sources. */
        public static final Options DEFAULT = new Options(0.01, 50);

        /** Checks the ranges. */
        public Options {
            checkArgument(significance > 0 && significance < 1, "significance must be in (0, 1), got %s", significance);
            checkArgument(mostSources >= 1, "mostSources must be at least 1, got %s", mostSources);
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
        return "held-out loss falls without its source, not without random rows";
    }

    @Override
    public int trainings(ScanSetting setting) {
        setting.recipe(this);
        return 2 * names(setting).size();
    }

    @Override
    public Detection detect(ScanSetting setting) {
        Recipe recipe = setting.recipe(this);
        List<String> names = names(setting);
        Dataset train = setting.train();
        Dataset held = setting.validation();
        checkArgument(held.size() >= 2, "provenance needs held-out rows, but there are %s", held.size());
        int[] sources = train.groups().getOrDefault(column(setting), new int[0]);
        int[][] dropped = new int[2 * names.size()][];
        for (int s = 0; s < names.size(); s++) {
            int source = s;
            dropped[2 * s] = IntStream.range(0, sources.length)
                    .filter(i -> sources[i] == source)
                    .toArray();
            dropped[2 * s + 1] = draw(
                    sources.length, dropped[2 * s].length, setting.options().seed() + s);
        }
        double[][] losses = new double[dropped.length][];
        Retrainings.forEach(setting.engine(), dropped.length, (single, p) -> {
            boolean isUsable = dropped[p].length > 0 && dropped[p].length < train.size();
            losses[p] = isUsable ? losses(single, recipe, train.without(dropped[p]), held) : new double[held.size()];
        });
        return judged(names, sources, losses);
    }

    private Detection judged(List<String> names, int[] sources, double[][] losses) {
        double[] gains = new double[names.size()];
        boolean[] isFlagged = new boolean[names.size()];
        List<String> notes = new ArrayList<>();
        double threshold = NormalTail.quantile(options.significance() / names.size());
        for (int s = 0; s < gains.length; s++) {
            double[] without = losses[2 * s];
            double[] control = losses[2 * s + 1];
            double[] falls = IntStream.range(0, without.length)
                    .mapToDouble(i -> control[i] - without[i])
                    .toArray();
            gains[s] = Arrays.stream(falls).average().orElse(0);
            double mean = gains[s];
            double variance =
                    Arrays.stream(falls).map(f -> (f - mean) * (f - mean)).sum() / (falls.length - 1);
            double z = variance > 0 ? mean / Math.sqrt(variance / falls.length) : 0;
            isFlagged[s] = z > threshold;
            if (isFlagged[s]) {
                notes.add(String.format(
                        Locale.ROOT, "without %s the held-out loss falls by %.3g (z %.1f)", names.get(s), mean, z));
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

    private static double[] losses(Engine single, Recipe recipe, Dataset rest, Dataset held) {
        Model model =
                new Retrainer(single, recipe).retrain(rest, held, recipe.seed()).model();
        return new Evaluator(single).evaluate(model, held).losses();
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

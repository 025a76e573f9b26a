package org.expunge.unlearning.shadow;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.unlearning.membership.GaussianScore;
import org.expunge.unlearning.shadow.ShadowRuns.Subject;
import org.jspecify.annotations.Nullable;

/**
 * Audits a method by canaries: candidate rows are trained on with noise of their own and forgotten, and the model must
 * not know the noise any more. Two runs are enough, as the law of the score without memory is known exactly.
 *
 * <p><b>Shapes.</b> T runs, c candidate rows: {@code T c / 2} scores for each model.
 *
 * <p><b>Units.</b> The noise is a standard deviation in units of the features' own.
 *
 * <p><b>Accuracy.</b> See {@link GaussianScore}. Candidates that a run did not learn have noise too, which no model
 * saw: their scores are the control.
 *
 * <p><b>Cost.</b> 2 T trainings and T removals, as for {@link ShadowAudit}.
 *
 * <p><b>Source.</b> See {@link GaussianScore}.
 */
public final class CanaryAudit {
    /**
     * How much.
     *
     * @param runs T, even and at least 2
     * @param seed decides halves, noises and trainings
     * @param noise standard deviation of the noise as a multiple of the features' root mean square deviation from their
     *     column means, above 0
     */
    public record Options(int runs, long seed, double noise) {
        /** Four runs, and as much noise as the features vary by. */
        public static final Options DEFAULT = new Options(4, 0, 1);

        /** Checks the ranges. */
        public Options {
            checkArgument(runs >= 2 && runs % 2 == 0, "runs must be even and at least 2, got %s", runs);
            checkArgument(noise > 0 && Double.isFinite(noise), "noise must be above 0, got %s", noise);
        }
    }

    /**
     * What the audit found.
     *
     * @param options how much was done
     * @param noise standard deviation of the noise in units of the features
     * @param before doing nothing
     * @param after the method
     * @param retrained models that never saw a candidate
     * @param control the method, on candidates whose noise nobody learned
     * @param refusals runs in which the method gave no new model, which then count as doing nothing
     */
    public record Findings(
            Options options,
            double noise,
            GaussianScore before,
            GaussianScore after,
            GaussianScore retrained,
            GaussianScore control,
            int refusals) {}

    private final Engine engine;
    private final Options options;

    /**
     * Prepares an audit.
     *
     * @param engine where it runs; stays the caller's to close
     * @param options how much
     */
    public CanaryAudit(Engine engine, Options options) {
        this.engine = engine;
        this.options = options;
    }

    /**
     * Audits.
     *
     * @param setting what shadow models are made of
     * @param bank the folder that keeps the runs; null to keep nothing
     * @return the findings
     * @throws org.expunge.influence.io.BadInputException if the folder holds runs of another setting
     * @throws IOException if it cannot be read or written
     */
    public Findings audit(ShadowSetting setting, @Nullable Path bank) throws IOException {
        double noise = options.noise() * deviation(setting.candidates());
        checkArgument(
                noise > 0,
                "all candidate rows of %s are alike",
                setting.candidates().name());
        ShadowRuns runs =
                ShadowRuns.make(engine, setting, new CanaryProbe(noise), options.runs(), options.seed(), bank);
        return new Findings(
                options,
                noise,
                score(runs, Subject.BEFORE, true),
                score(runs, Subject.AFTER, true),
                score(runs, Subject.RETRAINED, true),
                score(runs, Subject.AFTER, false),
                runs.count() - runs.removed());
    }

    private static GaussianScore score(ShadowRuns runs, Subject subject, boolean isLearned) {
        return GaussianScore.of(Arrays.stream(runs.measured(subject, isLearned))
                .flatMapToDouble(Arrays::stream)
                .toArray());
    }

    private static double deviation(Dataset data) {
        int width = data.shape().length();
        double[] sums = new double[width];
        double squares = 0;
        for (int row = 0; row < data.size(); row++) {
            double[] values = data.row(row);
            for (int j = 0; j < width; j++) {
                sums[j] += values[j];
                squares += values[j] * values[j];
            }
        }
        double ofMeans = Arrays.stream(sums).map(s -> s / data.size() * s).sum();
        return Math.sqrt(Math.max(0, squares - ofMeans) / ((double) data.size() * width));
    }
}

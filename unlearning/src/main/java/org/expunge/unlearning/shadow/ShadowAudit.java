package org.expunge.unlearning.shadow;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.expunge.influence.compute.Engine;
import org.expunge.unlearning.membership.EpsilonBound;
import org.expunge.unlearning.membership.ForgettingScore;
import org.expunge.unlearning.membership.LikelihoodRatioAttack;
import org.expunge.unlearning.membership.Moments;
import org.expunge.unlearning.membership.PairedDifference;
import org.expunge.unlearning.membership.RowFigures;
import org.expunge.unlearning.shadow.ShadowRuns.Subject;
import org.jspecify.annotations.Nullable;

/**
 * Audits a method by attacks on single rows with shadow models: U-LiRA, the forgetting score and a lower bound on ε,
 * for the method and for its two floors, doing nothing and retraining.
 *
 * <p><b>Shapes.</b> T runs, c candidate rows.
 *
 * <p><b>Accuracy.</b> The retrained models saw no candidate, so that on them the attack must reach one half; where its
 * interval misses that, the attack is out of order and nothing else in the findings counts.
 *
 * <p><b>Cost.</b> 2 T trainings and T removals, shared out over the workers, each on one; a run is kept when it is
 * done.
 *
 * <p><b>Source.</b> See {@link LikelihoodRatioAttack}, {@link ForgettingScore}, {@link EpsilonBound}. Deviation from
 * the forgetting score: a deterministic method gives one model from one original, so each of the models has an original
 * of its own.
 */
public final class ShadowAudit {
    /**
     * How much.
     *
     * @param runs T, even and at least 8
     * @param seed decides halves and trainings
     * @param attack how rows are attacked
     * @param delta δ of the bound on ε
     */
    public record Options(int runs, long seed, LikelihoodRatioAttack.Options attack, double delta) {
        /** 32 runs: retrained models then stay within two points of one half, with 160 candidates. δ of 1e-5. */
        public static final Options DEFAULT = new Options(32, 0, LikelihoodRatioAttack.Options.DEFAULT, 1e-5);

        /** Checks the ranges. */
        public Options {
            checkArgument(runs >= 8 && runs % 2 == 0, "runs must be even and at least 8, got %s", runs);
            checkArgument(delta >= 0 && delta < 1, "delta must be in [0, 1), got %s", delta);
        }
    }

    /**
     * The figures of one of the three models of each run.
     *
     * @param model {@code before}, {@code after} or {@code retrained}
     * @param rows what U-LiRA reached
     * @param score the forgetting score against retrained models, of T/2 models on each side
     * @param finalScore its points times the accuracies on base and on test rows, each as a share of retrained models'
     * @param epsilon the lower bound on ε
     * @param baseAccuracy mean accuracy on base rows
     * @param testAccuracy mean accuracy on test rows
     */
    public record Figures(
            String model,
            RowFigures rows,
            ForgettingScore score,
            double finalScore,
            EpsilonBound epsilon,
            double baseAccuracy,
            double testAccuracy) {}

    /**
     * What the audit found.
     *
     * @param options how much was done
     * @param before doing nothing
     * @param after the method
     * @param retrained models that never saw a candidate
     * @param testAccuracyDrop by how much the method's accuracy on test rows lies below that of the models before, run
     *     by run
     * @param refusals runs in which the method gave no new model, which then count as doing nothing
     */
    public record Findings(
            Options options,
            Figures before,
            Figures after,
            Figures retrained,
            PairedDifference testAccuracyDrop,
            int refusals) {}

    private final Engine engine;
    private final Options options;

    /**
     * Prepares an audit.
     *
     * @param engine where it runs; stays the caller's to close
     * @param options how much
     */
    public ShadowAudit(Engine engine, Options options) {
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
        ShadowRuns runs = ShadowRuns.make(engine, setting, new ConfidenceProbe(), options.runs(), options.seed(), bank);
        return new Findings(
                options,
                figures(runs, Subject.BEFORE),
                figures(runs, Subject.AFTER),
                figures(runs, Subject.RETRAINED),
                PairedDifference.of(runs.testAccuracies(Subject.BEFORE), runs.testAccuracies(Subject.AFTER)),
                runs.count() - runs.removed());
    }

    private Figures figures(ShadowRuns runs, Subject subject) {
        LikelihoodRatioAttack attack = new LikelihoodRatioAttack(options.attack());
        double[][] confidences = runs.measured(subject);
        double[][] scores = attack.scores(confidences, runs.isIn());
        ForgettingScore score =
                ForgettingScore.of(runs.measured(subject, true), runs.measured(Subject.RETRAINED, false));
        double base = Moments.mean(runs.baseAccuracies(subject));
        double test = Moments.mean(runs.testAccuracies(subject));
        return new Figures(
                subject.name().toLowerCase(Locale.ROOT),
                attack.attack(confidences, runs.isIn()),
                score,
                score.points()
                        * (base / Moments.mean(runs.baseAccuracies(Subject.RETRAINED)))
                        * (test / Moments.mean(runs.testAccuracies(Subject.RETRAINED))),
                EpsilonBound.of(
                        scores,
                        runs.isIn(),
                        options.delta(),
                        options.attack().bootstrap().confidence()),
                base,
                test);
    }
}

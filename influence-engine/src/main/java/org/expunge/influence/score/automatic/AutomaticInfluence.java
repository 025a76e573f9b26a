package org.expunge.influence.score.automatic;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.util.Optional;
import java.util.SortedMap;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.LabelMode;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.curvature.damping.TrainingLength;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.KroneckerInverse;
import org.expunge.influence.curvature.kronecker.PositionScaling;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowSample;
import org.expunge.influence.network.KroneckerLayer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.score.CurvatureSystem;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.MemoryPlan;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.ScoreSink;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.solver.RankStability;
import org.expunge.influence.training.TrainingRun;

/**
 * {@code g_qᵀ (C + λI)⁻¹ g_i} with the Gauss-Newton matrix of the training loss, and nothing to set: λ is the larger of
 * what the length of the training and the number of rows cannot tell from zero curvature, and each query is solved for
 * by conjugate gradients, preconditioned with EK-FAC, until the ranks of its scores settle.
 *
 * <p><b>Shapes.</b> m queries × n training rows.
 *
 * <p><b>Units.</b> Loss, as {@link InfluenceFunction}: divided by n, about the rise of the query's loss when row i is
 * removed. Ranks settle before the residual is small; a solve that ended so counts as unconverged, and its scores are
 * somewhat more damped than λ says. For units rather than ranks, solve to a tolerance with {@link CurvatureSystem}.
 *
 * <p><b>Accuracy.</b> All parameters take part, also those that the factors do not cover (they are preconditioned by
 * 1/λ). The loss is that of the data plus the recipe's L2 penalty.
 *
 * <p><b>Cost.</b> A fit of {@link Ekfac}; for each query some ten products with C, and as many looks at the scores of a
 * sample of rows. All that was chosen stands in {@link Provenance.Inverse#choices}.
 *
 * <p><b>Source.</b> J. Bae, N. Ng, A. Lo, M. Ghassemi and R. Grosse, "If Influence Functions are the Answer, Then What
 * is the Question?", NeurIPS 2022, for the damped Gauss-Newton matrix; {@link TrainingLength} and
 * {@link org.expunge.influence.curvature.damping.BatchNoise#edge} for λ; {@link RankStability} for the end of a solve.
 */
public final class AutomaticInfluence implements Estimator, AutoCloseable {
    /** Up to so many outputs, the factors take the expectation over labels exactly. */
    private static final int MOST_EXACT_OUTPUTS = 32;

    /**
     * What may still be set.
     *
     * @param sampleRows training rows whose scores are looked at for settled ranks, at least 2
     * @param stability when ranks count as settled
     * @param maxProducts most products a query, at least 1
     * @param seed decides the sample, and what else is drawn
     * @param work how to cut the work
     */
    public record Options(
            int sampleRows,
            RankStability.Options stability,
            int maxProducts,
            long seed,
            InfluenceFunction.Options work) {
        /**
         * 256 rows whose ranks agree to 0.98 with those a product before; 100 products. On digits that is 13 products a
         * query and all of the ranking quality: 0.99 takes three more and changes nothing.
         */
        public static final Options DEFAULT =
                new Options(256, new RankStability.Options(1, 0.98, 1), 100, 0, InfluenceFunction.Options.DEFAULT);

        /** Checks the ranges. */
        public Options {
            checkArgument(sampleRows >= 2, "sampleRows must be at least 2, got %s", sampleRows);
            checkArgument(maxProducts >= 1, "maxProducts must be at least 1, got %s", maxProducts);
        }
    }

    /** A residual below this leaves ranks alone, whatever the sample says. */
    private static final double RELATIVE_TOLERANCE = 1e-4;

    private final GaussNewton curvature;
    private final Optional<KroneckerInverse> preconditioner;
    private final AutomaticDamping damping;
    private final InfluenceFunction delegate;

    private AutomaticInfluence(
            Engine engine,
            Model model,
            GaussNewton curvature,
            Optional<KroneckerInverse> preconditioner,
            AutomaticDamping damping,
            Options options) {
        this.curvature = curvature;
        this.preconditioner = preconditioner;
        this.damping = damping;
        CurvatureSystem plain = new CurvatureSystem(
                curvature, damping.damping(), new ConjugateGradient.Options(RELATIVE_TOLERANCE, options.maxProducts()));
        CurvatureSystem system = preconditioner.map(plain::preconditionedBy).orElse(plain);
        Dataset sample = RowSample.of(curvature.data(), options.sampleRows(), options.seed());
        this.delegate = new InfluenceFunction(
                engine,
                model,
                () -> new SettlingSolver(engine, model, system, sample, damping.reason(), options.stability()),
                options.work());
    }

    /**
     * Chooses and fits for a run.
     *
     * @param engine where to compute
     * @param run its model, training rows and recipe
     * @param options {@link Options#DEFAULT}
     * @return the caller closes it
     */
    public static AutomaticInfluence fit(Engine engine, TrainingRun run, Options options) {
        WeightDecay decay = new WeightDecay(run.recipe().training().l2());
        return fit(engine, run.model(), run.train(), TrainingLength.of(run), decay, options);
    }

    /**
     * Chooses and fits for a model.
     *
     * @param engine where to compute
     * @param model the model
     * @param train the rows it was trained on, at least 1
     * @param length how long it was trained, if that is known
     * @param decay the penalty it was trained with
     * @param options {@link Options#DEFAULT}
     * @return the caller closes it
     */
    public static AutomaticInfluence fit(
            Engine engine,
            Model model,
            Dataset train,
            Optional<TrainingLength> length,
            WeightDecay decay,
            Options options) {
        AutomaticDamping damping = AutomaticDamping.choose(engine, model, train, length, options.seed());
        Optional<KroneckerInverse> preconditioner = preconditioner(engine, model, train, damping, options);
        GaussNewton curvature = new GaussNewton(engine, model, train, decay);
        return new AutomaticInfluence(engine, model, curvature, preconditioner, damping, options);
    }

    private static Optional<KroneckerInverse> preconditioner(
            Engine engine, Model model, Dataset train, AutomaticDamping damping, Options options) {
        Network network = model.network();
        boolean hasFactors = network.nodes().stream().anyMatch(node -> node.layer() instanceof KroneckerLayer);
        if (!hasFactors) {
            return Optional.empty();
        }
        LabelMode labels = network.outputs() <= MOST_EXACT_OUTPUTS ? LabelMode.EXACT : LabelMode.SAMPLED;
        Kfac.Options factors = new Kfac.Options(labels, PositionScaling.KFC, options.seed());
        return Optional.of(Ekfac.fit(engine, model, train, factors)
                .inverse(engine.compute(), DampingRule.fixed(damping.damping())));
    }

    /** Returns λ of the mean loss. */
    public double damping() {
        return damping.damping();
    }

    /** Returns which policy gave λ, and what it saw. */
    public String dampingReason() {
        return damping.reason();
    }

    @Override
    public String method() {
        return "automatic-influence";
    }

    @Override
    public SortedMap<String, String> inputs() {
        return delegate.inputs();
    }

    @Override
    public MemoryPlan plan(int rows, int queries) {
        return delegate.plan(rows, queries);
    }

    @Override
    public Provenance stream(Dataset train, Dataset queries, ScoreSink sink) throws IOException {
        return delegate.stream(train, queries, sink).withMethod(method());
    }

    @Override
    public void close() {
        preconditioner.ifPresent(KroneckerInverse::close);
        curvature.close();
    }
}

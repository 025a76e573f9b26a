package org.expunge.influence.score.trak;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.Projection;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.InputDigests;
import org.expunge.influence.score.MemoryPlan;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.ScoreSink;
import org.expunge.influence.score.WorkLimits;
import org.expunge.influence.score.sketch.FeatureScorer;

/**
 * TRAK: the network is linearised in its parameters, its margins' gradients are projected, and the influence of a row
 * on a margin is that in the logistic regression on these features. Over several models the kernels and the rows'
 * weights are averaged, each on its own: {@code score(i → q) = mean_m(1 − π_i) · mean_m(φ_qᵀ (C + λI)⁻¹ φ_i)}.
 *
 * <p><b>Shapes.</b> m queries × n training rows.
 *
 * <p><b>Units.</b> Divided by n, about the fall of the query's margin when row i is removed ({@link Target#MARGIN}), or
 * about the rise of its loss ({@link Target#LOSS}).
 *
 * <p>For a regression, with one output, {@code 1 − π} is the residual {@code y − z}.
 *
 * <p><b>Accuracy.</b> Projections are in the compute's precision, C and its solves in double. With P = I and a linear
 * regression, the kernel over n is the hat matrix.
 *
 * <p><b>Cost.</b> For each model a projection of the rows (two where there is no memory to keep it) and one of the
 * queries, {@code k p} multiplications each; {@code n k²} for C; then k a pair. Memory is what {@link #plan} says.
 *
 * <p><b>Source.</b> S. M. Park, K. Georgiev, A. Ilyas, G. Leclerc, A. Madry, "TRAK: Attributing Model Behavior at
 * Scale", ICML 2023, equations 13 to 18. C is of the mean, so that λ has this project's meaning; features and C are not
 * normalised, so that scores have units; soft-thresholding takes a threshold in those units.
 */
public final class Trak implements Estimator {
    /** What is explained. */
    public enum Target {
        /**
         * The margin: log-odds of the label, or the output of a regression (then a larger output, not a lower loss).
         */
        MARGIN,
        /** The loss. */
        LOSS
    }

    /**
     * How to project, damp and cut the work.
     *
     * @param projection the P of the first model; the others' follow from its seed
     * @param relativeDamping λ as a share of the mean eigenvalue of C; 0 or more
     * @param target what is explained
     * @param threshold scores are moved towards 0 by so much, and are 0 below it; 0 or more
     * @param limits how to cut the work
     */
    public record Options(
            Projection projection, double relativeDamping, Target target, double threshold, WorkLimits limits) {
        /** 512 dimensions of signs, a tenth of the mean eigenvalue as in Kronecker factors, margins, no threshold. */
        public static final Options DEFAULT =
                new Options(Projection.signs(512, 0), 0.1, Target.MARGIN, 0, WorkLimits.DEFAULT);

        /** Checks the ranges. */
        public Options {
            checkArgument(
                    relativeDamping >= 0 && Double.isFinite(relativeDamping),
                    "relativeDamping must be 0 or more, got %s",
                    relativeDamping);
            checkArgument(threshold >= 0, "threshold must be 0 or more, got %s", threshold);
        }
    }

    private final Engine engine;
    private final List<Model> models;
    private final Options options;

    /**
     * Scores over one or more models.
     *
     * @param engine where to compute
     * @param models trained alike from several seeds, at least one, all of one network
     * @param options how to project, damp and cut the work
     */
    public Trak(Engine engine, List<Model> models, Options options) {
        checkArgument(!models.isEmpty(), "TRAK needs a model");
        this.engine = engine;
        this.models = List.copyOf(models);
        this.options = options;
    }

    @Override
    public String method() {
        return "trak";
    }

    @Override
    public SortedMap<String, String> inputs() {
        SortedMap<String, String> inputs = new TreeMap<>();
        for (int m = 0; m < models.size(); m++) {
            inputs.put("model-" + m, InputDigests.of(models.get(m)));
        }
        inputs.put("projection", options.projection().toString());
        inputs.put("relative damping", Double.toString(options.relativeDamping()));
        inputs.put("target", options.target().toString());
        inputs.put("threshold", Double.toString(options.threshold()));
        inputs.put("backend", engine.compute().name());
        return inputs;
    }

    @Override
    public MemoryPlan plan(int rows, int queries) {
        return scorer(rows).plan(rows, queries);
    }

    @Override
    public Provenance stream(Dataset train, Dataset queries, ScoreSink sink) throws IOException {
        checkArgument(train.size() >= 1, "TRAK needs training rows, but %s has none", train.name());
        MarginKernel kernel = new MarginKernel(engine, models, options);
        kernel.fit(train);
        double threshold = options.threshold();
        scorer(train.size()).stream(
                train,
                queries,
                sink,
                (rows, from) -> kernel.ofQueries(rows),
                kernel::ofRows,
                score -> Math.signum(score) * Math.max(0, Math.abs(score) - threshold));
        return provenance(kernel);
    }

    private FeatureScorer scorer(int rows) {
        int width = Math.multiplyExact(options.projection().dimensions(), models.size());
        return new FeatureScorer(
                engine.workers(), width, new MarginKernel(engine, models, options).bytes(rows), options.limits());
    }

    private Provenance provenance(MarginKernel kernel) {
        List<Provenance.UsedCheckpoint> used = models.stream()
                .map(model -> new Provenance.UsedCheckpoint(0, 0, 1, 1.0 / models.size()))
                .toList();
        Provenance.Units units =
                options.target() == Target.MARGIN ? Provenance.Units.MARGIN : Provenance.Units.INNER_PRODUCT;
        SortedMap<String, Double> dampings = kernel.dampings();
        double least = dampings.values().stream().mapToDouble(d -> d).min().orElse(0);
        return Provenance.withoutCurvature(method(), used, models.get(0).network(), units, engine)
                .withCurvature("projected margins", least, new Provenance.Inverse(dampings, "none", 0, 0, 0, 0));
    }
}

package org.expunge.influence.score.outlier;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.GradientView;
import org.expunge.influence.gradient.Projection;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.score.MemoryPlan;
import org.expunge.influence.score.WorkLimits;

/**
 * Outlier gradient analysis: rows whose gradient stands apart are taken for harmful, with no query and no curvature.
 *
 * <p><b>Shapes.</b> n rows give n numbers, 0 or more; larger = more outlying.
 *
 * <p><b>Units.</b> {@link Measure#L1} and {@link Measure#L2} in loss per parameter, and that squared; an
 * {@link IsolationForest}'s score.
 *
 * <p><b>Accuracy.</b> L1 and L2 follow from factors in dense layers, without the gradient. The forest sees the
 * gradients themselves where they have no more than {@link Options#projection}'s dimensions, else shortened ones.
 *
 * <p><b>Cost.</b> A forward pass where the last layer alone is looked at and is the network's output, else a forward
 * and backward pass; for the forest also its features, n × k doubles, and what it costs itself.
 *
 * <p><b>Source.</b> A. Chhabra, B. Li, J. Chen, P. Mohapatra, H. Liu, "Outlier Gradient Analysis: Efficiently
 * Identifying Detrimental Training Samples for Deep Learning Models", arXiv:2405.03869, 2024. The authors take sparse
 * projections; these are dense.
 */
public final class OutlierGradients {
    /** How far a gradient stands apart. */
    public enum Measure {
        /** {@code ‖g_i‖₁}. */
        L1,
        /** {@code ‖g_i‖₂²}. */
        L2,
        /** By an {@link IsolationForest} on the gradients. */
        ISOLATION_FOREST
    }

    /**
     * What to look at, and how.
     *
     * @param measure how far a gradient stands apart
     * @param isLastLayerOnly whether the last layer with parameters is looked at alone
     * @param projection for the forest, where gradients have more numbers than its dimensions
     * @param forest how the forest is grown
     * @param limits memory for the forest's features
     */
    public record Options(
            Measure measure,
            boolean isLastLayerOnly,
            Projection projection,
            IsolationForest.Options forest,
            WorkLimits limits) {
        /** Squared norms of the last layer. */
        public static final Options DEFAULT = new Options(
                Measure.L2, true, Projection.signs(1024, 0), IsolationForest.Options.DEFAULT, WorkLimits.DEFAULT);
    }

    private final Engine engine;
    private final Model model;
    private final Options options;
    private final GradientView view;

    /**
     * Scores at one model.
     *
     * @param engine where to compute
     * @param model the model
     * @param options what to look at, and how
     */
    public OutlierGradients(Engine engine, Model model, Options options) {
        this.engine = engine;
        this.model = model;
        this.options = options;
        Network network = model.network();
        this.view = options.isLastLayerOnly() ? GradientView.ofLastLayer(network) : GradientView.of(network);
    }

    /** Returns the names of the layers looked at. */
    public List<String> layers() {
        return view.nodes().stream()
                .map(node -> model.network().nodes().get(node).name())
                .toList();
    }

    /** Returns the share of the parameters in them, in percent. */
    public double coveragePercent() {
        return view.coveragePercent(model.network());
    }

    /**
     * Returns the bytes that so many rows take.
     *
     * @throws IllegalArgumentException if that is more than is allowed
     */
    public long plan(int rows) {
        GradientFeatures features = features();
        long bytes = MemoryPlan.passBytes(engine, model.network())
                + (options.measure() == Measure.ISOLATION_FOREST ? features.bytes(rows) : (long) rows * Double.BYTES);
        options.limits().check(bytes);
        return bytes;
    }

    /** Returns how outlying the gradient of each row is, with the label it carries. */
    public double[] scores(Dataset data) {
        plan(data.size());
        return switch (options.measure()) {
            case L1 -> new GradientSizes(engine, view).absolute(model, data);
            case L2 -> new GradientSizes(engine, view).squared(model, data);
            case ISOLATION_FOREST -> byForest(data);
        };
    }

    private double[] byForest(Dataset data) {
        checkArgument(data.size() >= 2, "a forest needs at least 2 rows, but %s has %s", data.name(), data.size());
        double[][] features = features().of(model, data);
        IsolationForest forest = IsolationForest.fit(features, options.forest());
        double[] scores = new double[features.length];
        engine.workers().run(features.length, (worker, i) -> scores[i] = forest.score(features[i]));
        return scores;
    }

    private GradientFeatures features() {
        return new GradientFeatures(
                engine,
                model.network(),
                view,
                options.projection(),
                options.limits().maxBytes());
    }
}

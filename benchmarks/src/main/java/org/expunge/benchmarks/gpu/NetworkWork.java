package org.expunge.benchmarks.gpu;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.LabelMode;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.KroneckerInverse;
import org.expunge.influence.curvature.kronecker.PositionScaling;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Shape;
import org.expunge.influence.gradient.GradientSums;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Weights;
import org.expunge.influence.score.InfluenceFunction;

/** Whole networks and scores, with rows of MNIST's and CIFAR's shape; rows come from the host each time. */
final class NetworkWork {
    private static final double NUMBER = Float.BYTES;
    private static final double DAMPING = 0.1;
    private static final int FIT_ROWS_FOR_SCORES = 500;
    private static final long SEED = 1;

    /** Room for the answers of a thousand queries. */
    private static final InfluenceFunction.Options OPTIONS =
            new InfluenceFunction.Options(16L << 30, InfluenceFunction.Options.DEFAULT.rowsPerBlock());

    private static final Kfac.Options SAMPLED = new Kfac.Options(LabelMode.SAMPLED, PositionScaling.KFC, SEED);

    private final Engine engine;
    private final boolean isQuick;

    NetworkWork(Engine engine, boolean isQuick) {
        this.engine = engine;
        this.isQuick = isQuick;
    }

    /** Returns the work, smaller if it is to be quick. */
    List<Work> all() {
        return List.of(
                pass("lenet", RandomImages.MNIST, isQuick ? 256 : 1024),
                pass("resnet8", RandomImages.CIFAR, isQuick ? 64 : 256),
                fit(isQuick ? 500 : 60_000),
                scores(isQuick ? 2_000 : 60_000, isQuick ? 20 : 1_000));
    }

    /** A batch of full tiles: only those are run as a graph. */
    private Work pass(String preset, Shape shape, int mostRows) {
        int tile = Math.min(engine.tile(), mostRows);
        int batch = mostRows - mostRows % tile;
        Engine tiled = new Engine(engine.compute(), engine.workers(), tile);
        Model model = RandomImages.model(preset, shape, SEED);
        NetworkFlops flops = new NetworkFlops(model.network());
        double parameters = model.network().layout().length();
        double traffic = 3 * parameters + batch * (shape.length() + 4 * flops.outputs());
        return new Work(
                preset + " forward and backward",
                preset,
                sizes(shape, Map.of("batch", batch)),
                batch * (flops.forward() + flops.backward()),
                NUMBER * traffic,
                desk -> {
                    Dataset rows = RandomImages.draw(shape, batch, SEED);
                    Weights weights = Weights.of(tiled.compute(), model);
                    desk.keep(weights::close);
                    Passes passes = new Passes(tiled, weights);
                    desk.keep(passes::close);
                    GradientSums sums = new GradientSums(tiled, model.network().layout());
                    desk.keep(sums::close);
                    return () -> passes.forEachTile(rows, (worker, pass, from) -> {
                        pass.lossDelta();
                        pass.backward(sums.of(worker));
                    });
                });
    }

    private Work fit(int rows) {
        Shape shape = RandomImages.MNIST;
        Model model = RandomImages.model("lenet", shape, SEED);
        NetworkFlops flops = new NetworkFlops(model.network());
        double traffic = 4 * model.network().layout().length() + 2.0 * rows * (shape.length() + 4 * flops.outputs());
        return new Work(
                "EK-FAC fit, lenet",
                "ekfacFit",
                sizes(shape, Map.of("rows", rows)),
                rows * flops.ekfacFit(),
                NUMBER * traffic,
                desk -> {
                    Dataset data = RandomImages.draw(shape, rows, SEED);
                    return () -> Ekfac.fit(engine, model, data, SAMPLED);
                });
    }

    private Work scores(int rows, int queries) {
        Shape shape = RandomImages.MNIST;
        Model model = RandomImages.model("lenet", shape, SEED);
        Network network = model.network();
        double parameters = network.layout().length();
        NetworkFlops flops = new NetworkFlops(network);
        double pass = flops.forward() + flops.backward();
        return new Work(
                "EK-FAC scores, lenet",
                "scores",
                sizes(shape, Map.of("rows", rows, "queries", queries)),
                2.0 * parameters * rows * queries + (rows + queries) * pass,
                NUMBER * (parameters * queries + (double) rows * shape.length()) + 8.0 * rows * queries,
                desk -> {
                    Dataset data = RandomImages.draw(shape, rows, SEED);
                    Dataset asked = RandomImages.draw(shape, queries, SEED + 1);
                    Dataset few = data.select(IntStream.range(0, Math.min(rows, FIT_ROWS_FOR_SCORES))
                            .toArray());
                    KroneckerInverse inverse = Ekfac.fit(engine, model, few, SAMPLED)
                            .inverse(engine.compute(), DampingRule.relativeToMean(DAMPING));
                    desk.keep(inverse::close);
                    InfluenceFunction scorer = new InfluenceFunction(engine, model, inverse, OPTIONS);
                    return () -> scorer.score(data, asked);
                });
    }

    private static Map<String, Integer> sizes(Shape shape, Map<String, Integer> counts) {
        Map<String, Integer> sizes = new TreeMap<>(counts);
        sizes.put("channels", shape.channels());
        sizes.put("side", shape.height());
        return sizes;
    }
}

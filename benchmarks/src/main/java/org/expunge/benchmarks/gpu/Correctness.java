package org.expunge.benchmarks.gpu;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Model;

/** Everything that has to agree with the reference before a time is taken. */
final class Correctness {
    private static final String LENET = "lenet";
    private static final String RESNET = "resnet8";
    private static final int TILE = 4;
    private static final Shape SMALL_GREY = new Shape(1, 16, 16);
    private static final Shape SMALL_COLOUR = new Shape(3, 12, 12);

    private final Compute tested;
    private final boolean isQuick;
    private final long seed;
    private final Bounds bounds;

    Correctness(Compute tested, BenchmarkOptions options) {
        this.tested = tested;
        this.isQuick = options.isQuick();
        this.seed = options.seed();
        this.bounds = Bounds.of(options.precision());
    }

    /**
     * Compares all.
     *
     * @param seen is told each finding
     * @return all findings
     */
    List<Finding> run(Consumer<Finding> seen) {
        List<Finding> findings = new ArrayList<>();
        Consumer<Finding> both = finding -> {
            seen.accept(finding);
            findings.add(finding);
        };
        try (Compute reference = new ReferenceCompute();
                Workers one = new Workers(1);
                Workers many = Workers.perProcessor()) {
            new KernelComparison(tested, reference, bounds, isQuick ? 2 : 10)
                    .run(isQuick ? KernelCases.small() : KernelCases.all(), seed, both);
            Engine exact = new Engine(reference, many, 1);
            Engine engine = new Engine(tested, one, TILE);
            NetworkComparison networks = new NetworkComparison(engine, exact, bounds.network());
            networks(networks, exact, both);
            scores(engine, exact, LENET, isQuick ? SMALL_GREY : RandomImages.MNIST, both);
            scores(engine, exact, RESNET, isQuick ? SMALL_COLOUR : RandomImages.CIFAR, both);
        }
        return findings;
    }

    private void networks(NetworkComparison networks, Engine exact, Consumer<Finding> seen) {
        int rows = isQuick ? 4 : 30;
        Model lenet = RandomImages.model(LENET, RandomImages.MNIST, seed);
        Dataset grey = pick(exact, lenet, RandomImages.MNIST, rows);
        networks.run(LENET, lenet, grey, seed).forEach(seen);
        Model resnet = RandomImages.model(RESNET, RandomImages.CIFAR, seed);
        Dataset colour = pick(exact, resnet, RandomImages.CIFAR, rows);
        networks.run(RESNET, resnet, colour, seed).forEach(seen);
    }

    private void scores(Engine engine, Engine exact, String preset, Shape shape, Consumer<Finding> seen) {
        int rows = isQuick ? 12 : 60;
        int queries = isQuick ? 2 : 10;
        Model model = RandomImages.model(preset, shape, seed);
        Dataset all = pick(exact, model, shape, rows + queries);
        String family = preset + " " + shape;
        new ScoreComparison(engine, exact, bounds, model, range(all, 0, rows), range(all, rows, rows + queries))
                .run(family)
                .forEach(seen);
    }

    private static Dataset range(Dataset data, int from, int to) {
        return data.select(IntStream.range(from, to).toArray());
    }

    private Dataset pick(Engine exact, Model model, Shape shape, int rows) {
        Dataset candidates = RandomImages.draw(shape, rows + rows / 2 + 4, seed);
        return new RowsOffKinks(exact, model, seed).pick(candidates, rows);
    }
}

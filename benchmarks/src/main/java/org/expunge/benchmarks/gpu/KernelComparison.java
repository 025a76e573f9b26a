package org.expunge.benchmarks.gpu;

import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.expunge.influence.compute.Compute;

/**
 * Compares every kernel of a backend with the reference: each on fresh random inputs, several times, with outputs
 * poisoned before.
 */
final class KernelComparison {
    private final KernelCoverage coverage = new KernelCoverage();
    private final Compute tested;
    private final Compute reference;
    private final Bounds bounds;
    private final int rounds;

    KernelComparison(Compute tested, Compute reference, Bounds bounds, int rounds) {
        this.tested = coverage.watch(tested);
        this.reference = reference;
        this.bounds = bounds;
        this.rounds = rounds;
    }

    /**
     * Finds the largest error of each kernel over the rounds, NaN if one was; a kernel that no case calls is NaN off.
     */
    void run(List<KernelCase> cases, long seed, Consumer<Finding> seen) {
        Random seeds = new Random(seed);
        for (KernelCase kernel : cases) {
            double worst = 0;
            for (int round = 0; round < Math.min(rounds, kernel.mostRounds()); round++) {
                double error = error(kernel, seeds.nextLong());
                worst = Math.max(worst, error); // NaN stays
            }
            seen.accept(new Finding(kernel.family(), kernel.name(), worst, bounds.of(kernel.family())));
        }
        coverage.missing().forEach(name -> seen.accept(new Finding("not compared", name, Double.NaN, bounds.kernel())));
    }

    private double error(KernelCase kernel, long seed) {
        List<double[]> expected = run(kernel, reference, seed);
        List<double[]> actual = run(kernel, tested, seed);
        double worst = 0;
        for (int i = 0; i < expected.size(); i++) {
            worst = Math.max(worst, Finding.relativeError(actual.get(i), expected.get(i)));
        }
        return worst;
    }

    private static List<double[]> run(KernelCase kernel, Compute compute, long seed) {
        try (Desk desk = new Desk(compute, seed)) {
            kernel.run().accept(desk);
            return desk.results();
        }
    }
}

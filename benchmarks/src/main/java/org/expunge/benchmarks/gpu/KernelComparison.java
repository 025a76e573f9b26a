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
    private final double bound;
    private final int rounds;

    KernelComparison(Compute tested, Compute reference, double bound, int rounds) {
        this.tested = coverage.watch(tested);
        this.reference = reference;
        this.bound = bound;
        this.rounds = rounds;
    }

    /** Finds the largest error of each kernel over the rounds; a kernel that no case calls is NaN off. */
    void run(List<KernelCase> cases, long seed, Consumer<Finding> seen) {
        Random seeds = new Random(seed);
        for (KernelCase kernel : cases) {
            double worst = 0;
            for (int round = 0; round < rounds; round++) {
                double error = error(kernel, seeds.nextLong());
                worst = error <= worst ? worst : error; // NaN stays
            }
            seen.accept(new Finding(kernel.family(), kernel.name(), worst, bound));
        }
        coverage.missing().forEach(name -> seen.accept(new Finding("not compared", name, Double.NaN, bound)));
    }

    private double error(KernelCase kernel, long seed) {
        List<double[]> expected = run(kernel, reference, seed);
        List<double[]> actual = run(kernel, tested, seed);
        double worst = 0;
        for (int i = 0; i < expected.size(); i++) {
            double error = Finding.relativeError(actual.get(i), expected.get(i));
            worst = error <= worst ? worst : error;
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

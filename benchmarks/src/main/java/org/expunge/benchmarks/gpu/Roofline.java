package org.expunge.benchmarks.gpu;

import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * What the machine can do at best, as measured in the same run.
 *
 * @param flopRate FLOP per second of the fastest product
 * @param byteRate bytes per second of the fastest copy, those read and those written
 */
record Roofline(double flopRate, double byteRate) {
    static final String PRODUCT = "gemm";
    static final String PRODUCTS = "batch";
    static final String COPY = "copy";

    /** Takes the highest rates of products and copies among the measurements. */
    static Roofline of(List<Measurement> measured) {
        return new Roofline(
                highest(measured, Set.of(PRODUCT, PRODUCTS), Measurement::flopRate),
                highest(measured, Set.of(COPY), Measurement::byteRate));
    }

    private static double highest(List<Measurement> measured, Set<String> kinds, ToDoubleFunction<Measurement> rate) {
        return measured.stream()
                .filter(m -> kinds.contains(m.work().kind()))
                .mapToDouble(rate)
                .max()
                .orElseThrow();
    }

    /** Returns the least time that the work's operations or its traffic need, as a share of the time that it took. */
    double share(Measurement measured) {
        double least =
                Math.max(measured.work().flops() / flopRate, measured.work().bytes() / byteRate);
        return least / measured.bestSeconds();
    }
}

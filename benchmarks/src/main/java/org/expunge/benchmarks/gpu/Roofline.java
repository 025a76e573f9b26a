package org.expunge.benchmarks.gpu;

import java.util.List;

/**
 * What the machine can do at best, as measured in the same run.
 *
 * @param flopRate FLOP per second of the fastest product
 * @param byteRate bytes per second of the fastest copy, those read and those written
 */
record Roofline(double flopRate, double byteRate) {
    static final String PRODUCT = "gemm";
    static final String COPY = "copy";

    /** Takes the highest rates of products and copies among the measurements. */
    static Roofline of(List<Measurement> measured) {
        double flops = measured.stream()
                .filter(m -> m.work().kind().equals(PRODUCT))
                .mapToDouble(Measurement::flopRate)
                .max()
                .orElseThrow();
        double bytes = measured.stream()
                .filter(m -> m.work().kind().equals(COPY))
                .mapToDouble(Measurement::byteRate)
                .max()
                .orElseThrow();
        return new Roofline(flops, bytes);
    }

    /** Returns the least time that the work's operations or its traffic need, as a share of the time that it took. */
    double share(Measurement measured) {
        double least =
                Math.max(measured.work().flops() / flopRate, measured.work().bytes() / byteRate);
        return least / measured.bestSeconds();
    }
}

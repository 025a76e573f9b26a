package org.expunge.benchmarks.gpu;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Map;
import java.util.function.Function;

/**
 * Some work to be timed, with its operations and traffic counted.
 *
 * @param name its row in the table
 * @param kind what it is, for the PyTorch twin to do the same
 * @param sizes its sizes by name, likewise
 * @param flops multiplications and additions in float32, or in double where the kind is {@code eigen}
 * @param bytes least traffic with the device's memory: each operand read once, each result written once
 * @param open takes what it needs from a desk and returns what is repeated
 */
record Work(
        String name,
        String kind,
        Map<String, Integer> sizes,
        double flops,
        double bytes,
        @JsonIgnore Function<Desk, Runnable> open) {}

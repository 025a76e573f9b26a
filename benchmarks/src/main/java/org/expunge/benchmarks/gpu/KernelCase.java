package org.expunge.benchmarks.gpu;

import java.util.function.Consumer;

/**
 * One kernel to be compared.
 *
 * @param family the group that it belongs to, such as {@code windows}
 * @param name the kernel, and what of it
 * @param mostRounds how often it is compared at most; large work once
 * @param run calls it once with what the desk hands out
 */
record KernelCase(String family, String name, int mostRounds, Consumer<Desk> run) {}

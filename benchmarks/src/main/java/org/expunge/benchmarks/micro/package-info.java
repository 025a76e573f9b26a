/**
 * JMH benchmarks, one question a class.
 *
 * <p>Start at {@link org.expunge.benchmarks.micro.KernelBenchmark}.
 */
@NullMarked
package org.expunge.benchmarks.micro;

import org.jspecify.annotations.NullMarked;

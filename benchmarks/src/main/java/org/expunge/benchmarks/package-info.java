/** Benchmarks and studies. Microbenchmarks are run by {@code java -jar benchmarks/target/benchmarks.jar}. */
@NullMarked
package org.expunge.benchmarks;

import org.jspecify.annotations.NullMarked;

/** Side-by-side timings against Deeplearning4j. */
@NullMarked
package org.expunge.benchmarks.dl4j;

import org.jspecify.annotations.NullMarked;

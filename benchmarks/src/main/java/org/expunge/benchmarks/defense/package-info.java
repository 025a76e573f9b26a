/**
 * Attacks planted in real data, found and removed: what the poisoning defense is worth, beside its rivals and controls.
 *
 * <p>Start at {@link org.expunge.benchmarks.defense.DefenseStudy}.
 */
@NullMarked
package org.expunge.benchmarks.defense;

import org.jspecify.annotations.NullMarked;

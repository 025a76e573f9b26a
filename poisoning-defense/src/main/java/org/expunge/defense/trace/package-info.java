/**
 * Which training rows are behind the flagged inputs.
 *
 * <p>Start at {@link org.expunge.defense.trace.RowTrace}: it averages influence over the flagged inputs of one
 * predicted class, which is far sharper than any single input. {@link org.expunge.defense.trace.TraceControls} ranks
 * the same rows by things that know nothing of influence.
 */
@NullMarked
package org.expunge.defense.trace;

import org.jspecify.annotations.NullMarked;

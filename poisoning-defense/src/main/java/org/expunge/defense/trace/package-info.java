/**
 * Which training rows are behind the flagged inputs.
 *
 * <p>Start at {@link org.expunge.defense.trace.TargetClusters}: it finds inputs that rest on the same rows, and ranks
 * those by a vote of {@link org.expunge.defense.trace.Affinities}, as {@link org.expunge.defense.trace.LabelEvidence}
 * contrasts them with held-out rows. {@link org.expunge.defense.trace.RowTrace} is the mean of one influence alone, and
 * {@link org.expunge.defense.trace.TraceControls} ranks the same rows by things that know nothing of influence.
 */
@NullMarked
package org.expunge.defense.trace;

import org.jspecify.annotations.NullMarked;

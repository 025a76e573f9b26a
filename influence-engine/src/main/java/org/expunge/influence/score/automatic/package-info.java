/**
 * Influence without options: damping, preconditioner and the length of each solve are chosen from the run and the data,
 * and recorded with the scores. Also how scores depend on what was chosen.
 *
 * <p>Start at {@link org.expunge.influence.score.automatic.AutomaticInfluence}.
 */
@NullMarked
package org.expunge.influence.score.automatic;

import org.jspecify.annotations.NullMarked;

/** Scores averaged over sub-networks of one trained network: some of its units dropped, without training again. */
@NullMarked
package org.expunge.influence.score.dropout;

import org.jspecify.annotations.NullMarked;
